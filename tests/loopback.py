"""A server on loopback for the tests: how it answers, and how it passes on what another one answers.

Knows nothing of what is served.
"""

from __future__ import annotations

import contextlib
import http.client
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OF_THE_WAY: Final = {"connection", "content-length", "date", "server", "transfer-encoding"}  # not of what is answered


class Handler(BaseHTTPRequestHandler):
    """Answers one request; whoever hangs up meanwhile is no fault."""

    protocol_version = "HTTP/1.1"

    def get(self) -> None:
        """Answer a GET."""
        raise NotImplementedError

    def post(self) -> None:
        """Answer a POST: as a GET, unless a handler says otherwise."""
        self.get()

    def do_GET(self) -> None:
        self.get()

    def do_POST(self) -> None:
        self.post()

    def body(self) -> bytes:
        """Read what came with the request."""
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def reply(self, raw: bytes, kind: str = "", status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Answer with `raw`, of the type `kind` unless `headers` say it."""
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in (*((("content-type", kind),) if kind else ()), *headers):
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    def ahead(self, url: str) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Ask the server at `url` what was asked of this one; None where it drops the call, as this one does then."""
        there = urlsplit(url)
        asked = {
            name: value for name, value in self.headers.items() if name.lower() not in {"accept-encoding", "connection"}
        }
        line = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
        try:
            line.request(self.command, self.path, self.body(), asked)
            got = line.getresponse()
            body = got.read()
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return None
        finally:
            line.close()
        return got.status, [pair for pair in got.getheaders() if pair[0].lower() not in _OF_THE_WAY], body

    def log_message(self, *_args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Serves at `url` from the beginning; `told` become attributes, for the handler's `server`."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], **told: Any) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        vars(self).update(told)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that was killed meanwhile."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Serve no more."""
        self.shutdown()
        self.server_close()


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler], **told: Any) -> Iterator[Server]:
    """Serve for as long as the block lasts."""
    server = Server(handler, **told)
    try:
        yield server
    finally:
        server.close()
