"""A look-alike that turns hostile: a small server before the sandbox that rewrites what it answers.

`rewrite` is called with path and body of each answer and gives the new body; scripts put in front of the site's own
script run in the page. The host list, the forwarder and the browser see it as the exchange itself.
"""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_OWN = {"content-security-policy", "content-length", "transfer-encoding", "connection", "server", "date"}


class Hostile:
    """Serves on `url` what the sandbox at `site` answers, changed. A context manager."""

    def __init__(
        self, site: str, script: str = "", rewrite: Callable[[str, bytes], bytes] | None = None, name: str = "coinstore"
    ) -> None:
        parts = urlsplit(site)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                upstream = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
                kept = {key: value for key, value in self.headers.items() if key.lower() != "connection"}
                upstream.request(self.command, self.path, self.rfile.read(length), kept)
                found = upstream.getresponse()
                body = found.read()
                path = urlsplit(self.path).path
                if path == f"/static/{name}.js":
                    body = f"try {{ {script} }} catch (e) {{}};\n".encode() + body
                if rewrite is not None and not path.startswith("/__sandbox__/"):
                    body = rewrite(path, body)
                self.send_response(found.status)
                for key, value in found.getheaders():
                    if key.lower() not in _OWN:
                        self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the base class finds it by this name

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
