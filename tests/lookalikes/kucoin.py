"""A look-alike of KuCoin as a modern single-page application, today's page and that of 2020, and who runs keys on it.

Nothing in it was written against autokey: words and order from the public guides, markup as React applications have
it. What was clicked is told by the page before anything happens; what exists stands here.
Knows nothing of autokey.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
import time
import uuid
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pyotp

from lookalikes.world import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGES: Final = Path(__file__).parent / "pages"
_MAIL_TAKES: Final = 5.0  # seconds
TRADING_PASSWORD: Final = "135790"


@dataclass
class Key:
    """One key as the server made it."""

    label: str
    ips: tuple[str, ...]
    rights: tuple[str, ...]
    passphrase: str
    api_key: str = field(default_factory=lambda: secrets.token_hex(12))
    secret_key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class World:
    """The account behind the look-alike. `flags` switch variants."""

    flags: frozenset[str]
    signed_in: bool = True
    keys: list[Key] = field(default_factory=list)
    creates: int = 0  # requests to create, refused ones too
    granted: set[str] = field(default_factory=set)  # every right any new key ever had
    seen: list[dict] = field(default_factory=list)  # what was clicked and set, in order
    codes: list[str] = field(default_factory=list)  # mailed so far
    seed: str = field(default_factory=pyotp.random_base32)
    expiries: int = 0
    human: bool = False  # the captcha was solved
    mailed: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def clicks(self) -> list[str]:
        """What was clicked, by what it is."""
        return [one["what"] for one in self.seen if "what" in one]

    @property
    def wrong_clicks(self) -> list[str]:
        """Clicks on what has nothing to do with the order."""
        return [what for what in self.clicks if what.startswith(("trap:", "cookie:accept"))]

    def guard(self, moment: str) -> None:
        """Refuse who is not signed in; end the session once, at `moment`, where that is switched on."""
        with self.lock:
            if f"expire-{moment}" in self.flags and not self.expiries:
                self.expiries += 1
                self.signed_in = False
            if not self.signed_in:
                raise RefusedError(401, "not signed in")

    def check(self, data: dict) -> None:
        """Refuse what the site refuses about a name and a passphrase."""
        self.guard("check")
        if any(key.label == data["name"] for key in self.keys) or "taken" in self.flags:
            raise RefusedError(400, "The API name already exists. Please use another one.")
        if "strict" in self.flags:
            raise RefusedError(400, "The API passphrase must be 7-32 characters and contain a symbol.")

    def begin(self) -> None:
        """Refuse where the account is full."""
        self.guard("begin")
        if "full" in self.flags:
            raise RefusedError(400, "You can create up to 20 APIs.")

    def _verify(self, data: dict) -> None:
        if data.get("trading") != TRADING_PASSWORD:
            raise RefusedError(400, "Incorrect trading password")
        if "no-mail" not in self.flags and (not self.codes or data.get("mail") != self.codes[-1]):
            raise RefusedError(400, "Incorrect email verification code")
        if ("old" not in self.flags or "ga" in self.flags) and not pyotp.TOTP(self.seed).verify(
            data.get("ga", ""), valid_window=1
        ):
            raise RefusedError(400, "Incorrect 2FA code")
        self.codes.clear()

    def create(self, data: dict) -> Key:
        """Create the key, if all codes are right."""
        self.guard("create")
        with self.lock:
            self.creates += 1
            self._verify(data)
            key = Key(data["name"], tuple(data["ips"]), tuple(data["rights"]), data["pass"])
            self.keys.append(key)
            self.granted |= set(key.rights)
            return key

    def change(self, data: dict) -> None:
        """Give a key other rights."""
        self.guard("rights")
        with self.lock:
            if "verify-again" in self.flags:
                self._verify(data)
            key = next(one for one in self.keys if one.api_key == data["key"])
            key.rights = tuple(data["rights"])
            self.granted |= set(key.rights)

    def answer(self, need: str) -> str:
        """What the account's owner would say to one need of autokey."""
        if need == "email-code":
            # Nobody types a code that has not come yet.
            self.mailed.wait(_MAIL_TAKES)
            return self.codes[-1] if self.codes else "000000"
        if need == "authenticator-code":
            return pyotp.TOTP(self.seed).now()
        if need == "trading-password":
            return TRADING_PASSWORD
        if need == "sign-in":
            self.signed_in = True
        if need == "captcha":
            self.human = True
        return "done"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/api/me":
            return self._json(200, {"in": self.world.signed_in, "human": self.world.human})
        if path == "/api/list":
            return self._try(self._list)
        if path == "/favicon.ico":
            return self._send(404, "text/plain", b"")
        name = "kucoin-2020.html" if "old" in self.world.flags else "kucoin.html"
        page = (_PAGES / name).read_text(encoding="utf-8")
        page = page.replace("/*LIB*/", (_PAGES / "kucoin-lib.js").read_text(encoding="utf-8"))
        page = page.replace("/*FLAGS*/[]", json.dumps(sorted(self.world.flags)))
        return self._send(200, "text/html; charset=utf-8", page.encode())

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        data = json.loads(raw or "{}")
        path = urlsplit(self.path).path
        if path == "/__seen":
            self.world.seen.append(data)
            return self._json(200, {})
        acts = {
            "/api/begin": lambda: self.world.begin() or {},
            "/api/check": lambda: self.world.check(data) or {},
            "/api/code": self._code,
            "/api/create": lambda: asdict(self.world.create(data)),
            "/api/rights": lambda: self.world.change(data) or {},
        }
        return self._try(acts[path]) if path in acts else self._json(404, {})

    def _list(self) -> object:
        self.world.guard("list")
        if "slow" in self.world.flags:
            time.sleep(0.8)
        return [
            {name: value for name, value in asdict(key).items() if name not in {"secret_key", "passphrase"}}
            for key in self.world.keys
        ]

    def _code(self) -> object:
        self.world.guard("code")
        self.world.codes.append(f"{secrets.randbelow(10**6):06}")
        self.world.mailed.set()
        return {}

    def _try(self, act: object) -> None:
        try:
            self._json(200, act())
        except RefusedError as error:
            self._json(error.status, {"message": str(error)})

    def _json(self, status: int, data: object) -> None:
        self._send(status, "application/json", json.dumps(data).encode())

    def _send(self, status: int, kind: str, raw: bytes) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("cache-control", "no-store")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    def log_message(self, *_args: object) -> None:
        pass


class Running:
    """A look-alike that is being served at `url`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"world": world}))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@contextlib.contextmanager
def serve(*flags: str) -> Iterator[Running]:
    """Serve the look-alike with the variants `flags` switched on; `old` is the page of 2020."""
    running = Running(World(frozenset(flags), signed_in="logged-out" not in flags))
    try:
        yield running
    finally:
        running.server.shutdown()
        running.server.server_close()
