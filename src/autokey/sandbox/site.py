"""What a look-alike is made of: requests, responses, and the base class of a site.

A site gives its pages, its routes and its rules; the server does the rest.
Knows nothing of sockets and of any exchange.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any, ClassVar, Final

import segno

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autokey.sandbox.world import Session, World

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

# Faults that are the same on most sites.
USUAL: Final = frozenset(
    {
        "lost-answer",
        "session-expiry",
        "announcement",
        "cookie-banner",
        "captcha",
        "slow",
        "extra-right",
        "rerender",
        "closes-once",
        "masked-secret",
        "mail-expired",
    }
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `origin` is the address the browser sees: http on loopback, https for a forwarded host."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    origin: str
    session: Session

    def text(self, name: str) -> str:
        """Give a text field of the body, "" when it is missing or something else."""
        value = self.body.get(name, "")
        return value if isinstance(value, str) else ""

    def truth(self, name: str) -> bool:
        """Give a yes-or-no field of the body."""
        return self.body.get(name) is True


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back. `lost`: the answer breaks off on the way, after its head."""

    body: bytes = b""
    kind: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


def answer(**data: Any) -> Response:
    """Give data to the page's script."""
    return Response(json.dumps(data).encode())


def refuse(reason: str, **data: Any) -> Response:
    """Refuse with a reason that the page shows. As on many exchanges the status is 200 all the same."""
    return answer(error=reason, **data)


def redirect(path: str) -> Response:
    """Send the browser to another path of the same host."""
    return Response(status=303, headers={"Location": path})


def lost() -> Response:
    """Break the answer off."""
    return Response(b"{", lost=True)


def qr(text: str) -> str:
    """Give a QR code as a data address of a PNG picture."""
    return str(segno.make(text, error="m", micro=False).png_data_uri(scale=4, border=2))


@cache
def static(package: str, name: str) -> bytes | None:
    """Give a static file that stands beside the modules of `package`, or None. `name` holds no folders."""
    known = {file.name: file for file in resources.files(package).iterdir() if file.is_file()}
    wanted = known.get(name)
    if wanted is None or not name.endswith(tuple(TYPES)):
        return None
    return wanted.read_bytes()


def page(package: str, name: str, world: World, values: Mapping[str, str] | None = None) -> Response:
    """Give a static page with `{{name}}` filled in from `values`, escaped, and with the mark of the sandbox.

    Raises ValueError for a page without body: no page goes out unmarked.
    """
    raw = static(package, name)
    if raw is None:
        raise ValueError(f"no page {name}")
    html = raw.decode()
    for key, value in (values or {}).items():
        html = html.replace("{{" + key + "}}", escape(value))
    return Response(mark(html, world).encode(), TYPES[".html"])


def mark(html: str, world: World) -> str:
    """Mark a page as the sandbox's, in the title and in the page, and tell its script which faults are on."""
    faults = escape(" ".join(world.faults))
    bar = (
        f'<div id="sandbox-mark" data-faults="{faults}">SANDBOX: a look-alike on this machine for trying things out. '
        "Nothing here is real.</div>"
        '<link rel="stylesheet" href="/__sandbox__/kit.css"><script src="/__sandbox__/kit.js"></script>'
    )
    html, bodies = re.subn(r"(<body[^>]*>)", lambda found: found[1] + bar, html, count=1)
    if bodies != 1:
        raise ValueError("a page of the sandbox needs a body to carry its mark")
    return re.sub(r"<title>", "<title>SANDBOX ", html, count=1)


class Site:
    """One look-alike. A subclass gives `pages`, `routes` and the rules behind them."""

    package: ClassVar[str] = "autokey.sandbox.sites"
    pages: ClassVar[Mapping[str, str]] = {}  # path -> static page
    open_paths: ClassVar[frozenset[str]] = frozenset()  # routes that need no sign-in
    faults: ClassVar[frozenset[str]] = frozenset()  # faults that this site can do
    # placed fault -> the screen where it happens by default
    places: ClassVar[Mapping[str, str]] = {"announcement": "list", "cookie-banner": "home", "session-expiry": "form"}
    variants: ClassVar[tuple[str, ...]] = ("",)  # the first one is the default

    def __init__(self, world: World, variant: str = "") -> None:
        self.world = world
        self.variant = variant or self.variants[0]
        unknown = sorted(set(world.faults) - self.faults)
        if unknown:
            raise ValueError(
                f"this look-alike cannot do {', '.join(unknown)}; it can do {', '.join(sorted(self.faults))}"
            )
        if self.variant not in self.variants:
            known = ", ".join(filter(None, self.variants)) or "none"
            raise ValueError(f"this look-alike has no variant {variant!r}; it has {known}")

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], Response]]:
        """Give the handlers by method and path. A path that ends in `/` takes everything below it."""
        return {}

    def handle(self, request: Request) -> Response:
        """Answer one request; the world's lock is held."""
        if request.method == "GET" and request.path in self.pages:
            return self.page(request, self.pages[request.path])
        routes = self.routes()
        folder = request.path.rpartition("/")[0] + "/"
        for path in (request.path, folder):
            handler = routes.get((request.method, path))
            if handler is not None:
                if not request.session.signed_in and path not in self.open_paths:
                    return Response(b'{"error": "Please log in again.", "signedOut": true}', status=401)
                return handler(request)
        if request.method == "GET" and request.path.startswith("/static/"):
            name = request.path.removeprefix("/static/")
            found = static(self.package, name)
            if found is not None and not name.endswith(".html"):
                return Response(found, TYPES["." + name.rpartition(".")[2]])
        return Response(b'{"error": "not found"}', status=404)

    def page(self, request: Request, name: str) -> Response:
        """Give a page; a subclass may fill values in or send a signed-out visitor elsewhere."""
        del request
        return page(self.package, name, self.world)
