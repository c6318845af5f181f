"""Serves one look-alike as plain http on 127.0.0.1, directly or behind a forwarder that keeps the real Host header.

Beside the site's own paths there are those of the sandbox itself, below `/__sandbox__/`: a board for a person
(mailbox and authenticator), state, inbox, clock and answers for tests and demos that run it as another process.
Knows nothing of any exchange: `start` finds the module in `sites` by its name.
"""

from __future__ import annotations

import json
import pkgutil
import threading
from dataclasses import dataclass
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from autokey.sandbox import sites
from autokey.sandbox.control import control
from autokey.sandbox.site import Request, Response, Site
from autokey.sandbox.world import Clock, World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autokey.sandbox.inbox import Inbox
    from autokey.sandbox.state import State

COOKIE: Final = "sandbox_session"
LARGEST: Final = 64 * 1024  # bytes of a request body; forms are far smaller
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def exchanges() -> tuple[str, ...]:
    """Give the names of all look-alikes."""
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(sites.__path__)))


@dataclass(frozen=True, slots=True)
class Running:
    """A look-alike that is being served. Also a context manager that stops it."""

    exchange: str
    url: str  # http://127.0.0.1:PORT
    world: World
    site: Site
    _server: ThreadingHTTPServer
    _thread: threading.Thread

    @property
    def state(self) -> State:
        """The ground truth: keys, history, counts."""
        return self.world.state

    @property
    def inbox(self) -> Inbox:
        """The account's mailbox."""
        return self.world.inbox

    @property
    def clock(self) -> Clock:
        """The clock that tests move."""
        return self.world.clock

    @property
    def totp_seed(self) -> str:
        """The authenticator's seed, base32."""
        return self.world.authenticator.seed

    def stop(self) -> None:
        """Stop serving; open connections die with the process."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    exchange: str,
    *,
    faults: Iterable[str] = (),
    clock: Clock | None = None,
    port: int = 0,
    signed_in: bool = True,
    variant: str = "",
) -> Running:
    """Serve the look-alike of `exchange` from a thread of this process; `port` 0 takes a free one.

    `faults` are words of world.FAULTS, some as `fault:screen`. `signed_in`: whether a new browser counts as signed in.
    Raises ValueError for an unknown exchange, fault or variant, OSError when the port is taken.
    """
    if exchange not in exchanges():
        raise ValueError(f"no look-alike of {exchange!r}; there are {', '.join(exchanges())}")
    made: type[Site] = import_module(f"{sites.__name__}.{exchange.replace('-', '_')}").SITE
    world = World(faults, clock, signed_in=signed_in, known=made.faults)
    site = made(world, variant)
    server = _Server(("127.0.0.1", port), _Handler)
    server.site = site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    return Running(exchange, f"http://127.0.0.1:{server.server_address[1]}", world, site, server, thread)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a browser hangs up; everything else is a fault of ours and is shown."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet
    server: _Server

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing of a request is written anywhere."""

    def _do(self) -> None:
        site = self.server.site
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.close_connection = True
            self._send(Response(status=413), "")
            return
        raw = self.rfile.read(length)
        cookies = SimpleCookie(self.headers.get("Cookie", ""))
        known = cookies[COOKIE].value if COOKIE in cookies else ""
        parts = urlsplit(self.path)
        host = self.headers.get("Host", "")
        local = host.partition(":")[0] in {"127.0.0.1", "localhost"}
        with site.world.lock:
            own = parts.path.startswith("/__sandbox__/")
            session = site.world.session(known)
            request = Request(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query)),
                _body(raw, self.headers.get_content_type()),
                f"{'http' if local else 'https'}://{host}",
                session,
            )
            response = control(site, request) if own else site.handle(request)
        self._send(response, session.id if session.id != known else "")

    def _send(self, response: Response, new_session: str) -> None:
        self.send_response(response.status)
        headers = HEADERS | {"Content-Type": response.kind} | dict(response.headers)
        if new_session:
            headers["Set-Cookie"] = f"{COOKIE}={new_session}; Path=/; HttpOnly; SameSite=Lax"
        for name, value in headers.items():
            self.send_header(name, value)
        # A lost answer breaks off behind its head: a browser sends a request again by itself when a reused
        # connection gave nothing at all, and that would be a second request that nobody made.
        self.send_header("Content-Length", str(len(response.body) + (1000 if response.lost else 0)))
        self.end_headers()
        self.wfile.write(response.body)
        self.wfile.flush()
        if response.lost:
            self.close_connection = True


def _body(raw: bytes, kind: str) -> dict[str, Any]:
    try:
        if kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(raw.decode(), keep_blank_values=True))
        found = json.loads(raw or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
