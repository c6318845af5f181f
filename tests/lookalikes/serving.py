"""Serves a look-alike over loopback HTTP: its pages, and a small JSON interface that tells what the account refuses.

Knows nothing of any exchange or of autokey.
"""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from lookalikes.account import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lookalikes.account import Account

PAGES: Final = Path(__file__).parent / "pages"
Answer = tuple[int, dict[str, str], str]  # status, headers, HTML


class Handler(BaseHTTPRequestHandler):
    """One request to a look-alike; a site says in `got` and `posted` what it answers."""

    protocol_version = "HTTP/1.1"
    world: Any

    def got(self, path: str, query: dict[str, str]) -> None:
        """Answer a GET."""
        raise NotImplementedError

    def posted(self, path: str, raw: str) -> None:
        """Answer a POST of the text `raw`."""
        raise NotImplementedError

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/favicon.ico":
            return self._send(404, "text/plain", b"")
        query = parse_qs(parts.query, keep_blank_values=True)
        return self.got(parts.path, {name: values[0] for name, values in query.items()})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        self.posted(urlsplit(self.path).path, raw)

    def attempt(self, act: Callable[[], object]) -> None:
        """Answer what `act` gives, or why the account refuses it."""
        try:
            self.json(200, act())
        except RefusedError as error:
            self.json(error.status, {"message": str(error)})

    def json(self, status: int, data: object) -> None:
        """Answer data."""
        self._send(status, "application/json", json.dumps(data).encode())

    def page(self, answer: Answer) -> None:
        """Answer a page."""
        status, headers, text = answer
        self._send(status, "text/html; charset=utf-8", text.encode(), headers)

    def kept_page(self, name: str, **parts: str) -> None:
        """Answer a page of the folder, told which variants are on; `parts` stand in it as /*NAME*/."""
        text = (PAGES / name).read_text(encoding="utf-8")
        for part, script in parts.items():
            text = text.replace(f"/*{part}*/", script)
        self.page((200, {}, text.replace("/*FLAGS*/[]", json.dumps(sorted(self.world.flags)))))

    def _send(self, status: int, kind: str, raw: bytes, headers: dict[str, str] | None = None) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in {"content-type": kind, "cache-control": "no-store", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    def log_message(self, *_args: object) -> None:
        pass


class Running:
    """A look-alike that is being served at `url`; `world` is the account behind it."""

    def __init__(self, handler: type[Handler], world: Account) -> None:
        self.world: Any = world
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), {"world": world}))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@contextlib.contextmanager
def running(handler: type[Handler], world: Account) -> Iterator[Running]:
    """Serve a look-alike for as long as the block lasts."""
    site = Running(handler, world)
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
