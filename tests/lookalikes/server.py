"""Serves one look-alike and its small JSON interface over loopback HTTP.

Knows nothing of autokey.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import segno

from lookalikes import forms
from lookalikes.world import MAIL, RefusedError, World

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGES = Path(__file__).parent / "pages"


def qr(api_key: str, secret_key: str) -> str:
    """Give the code the site draws: compact JSON of both values, as a data address."""
    text = json.dumps({"APIKey": api_key, "secretKey": secret_key}, separators=(",", ":"))
    return segno.make(text, error="m").png_data_uri(scale=3)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World
    style: str

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        if path == "/api/me":
            return self._json(200, {"in": self.world.signed_in, "mail": MAIL})
        if path == "/api/list":
            return self._try(self._list)
        if path == "/favicon.ico":
            return self._send(404, "text/plain", b"")
        if self.style == "forms":
            return self._page(forms.get(self.world, path, query))
        page = (_PAGES / f"{self.style}.html").read_text(encoding="utf-8")
        flags = json.dumps(sorted(self.world.flags))
        return self._page((200, {}, page.replace("/*FLAGS*/[]", flags)))

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        path = urlsplit(self.path).path
        if self.style == "forms" and not path.startswith("/api/"):
            body = parse_qs(raw, keep_blank_values=True)
            return self._page(forms.post(self.world, path, body))
        data = json.loads(raw or "{}")
        if path == "/api/trap":
            self.world.wrong_clicks.append(str(data["what"]))
            return self._json(200, {})
        if path == "/api/code":
            return self._try(self._code)
        if path == "/api/begin":
            return self._try(lambda: self.world.guard("begin") or {})
        if path == "/api/create":
            return self._try(lambda: self._create(data))
        return self._json(404, {})

    def _list(self) -> object:
        self.world.guard("listed" if self.world.keys else "list")
        if "slow" in self.world.flags:
            time.sleep(0.4)
        if "late-list" in self.world.flags:
            time.sleep(3.0)
        return [{k: v for k, v in asdict(key).items() if k != "secret_key"} for key in self.world.keys]

    def _code(self) -> object:
        self.world.guard("code")
        self.world.mail_code()
        return {}

    def _create(self, data: dict) -> object:
        key = self.world.create(data["label"], data["ips"], data["rights"], data["mail"], data["totp"])
        return asdict(key) | {"qr": qr(key.api_key, key.secret_key)}

    def _try(self, act: object) -> None:
        try:
            self._json(200, act())
        except RefusedError as error:
            self._json(error.status, {"message": str(error)})

    def _json(self, status: int, data: object) -> None:
        self._send(status, "application/json", json.dumps(data).encode())

    def _page(self, answer: tuple[int, dict[str, str], str]) -> None:
        status, headers, text = answer
        self._send(status, "text/html; charset=utf-8", text.encode(), headers)

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
    """A look-alike that is being served at `url`."""

    def __init__(self, style: str, world: World) -> None:
        handler = type("Handler", (_Handler,), {"world": world, "style": style})
        self.world = world
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@contextlib.contextmanager
def serve(style: str, *flags: str) -> Iterator[Running]:
    """Serve the look-alike `style` with the variants `flags` switched on."""
    running = Running(style, World(frozenset(flags), signed_in="logged-out" not in flags))
    try:
        yield running
    finally:
        running.server.shutdown()
        running.server.server_close()
