"""Serves a look-alike over loopback HTTP: its pages, and a small JSON interface that tells what the account refuses.

Knows nothing of any exchange or of autokey.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import loopback
from lookalikes.account import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lookalikes.account import Account

PAGES: Final = Path(__file__).parent / "pages"
_FRESH: Final = (("cache-control", "no-store"),)
Answer = tuple[int, dict[str, str], str]  # status, headers, HTML


class Handler(loopback.Handler):
    """One request to a look-alike; a site says in `got` and `posted` what it answers."""

    world: Any

    def got(self, path: str, query: dict[str, str]) -> None:
        """Answer a GET."""
        raise NotImplementedError

    def posted(self, path: str, raw: str) -> None:
        """Answer a POST of the text `raw`."""
        raise NotImplementedError

    def get(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/favicon.ico":
            return self.reply(b"", "text/plain", 404)
        query = parse_qs(parts.query, keep_blank_values=True)
        return self.got(parts.path, {name: values[0] for name, values in query.items()})

    def post(self) -> None:
        self.posted(urlsplit(self.path).path, self.body().decode())

    def attempt(self, act: Callable[[], object]) -> None:
        """Answer what `act` gives, or why the account refuses it."""
        try:
            self.json(200, act())
        except RefusedError as error:
            self.json(error.status, {"message": str(error)})

    def json(self, status: int, data: object) -> None:
        """Answer data."""
        self.reply(json.dumps(data).encode(), "application/json", status, _FRESH)

    def page(self, answer: Answer) -> None:
        """Answer a page."""
        status, headers, text = answer
        self.reply(text.encode(), "text/html; charset=utf-8", status, (*_FRESH, *headers.items()))

    def kept_page(self, name: str, **parts: str) -> None:
        """Answer a page of the folder, told which variants are on; `parts` stand in it as /*NAME*/."""
        text = (PAGES / name).read_text(encoding="utf-8")
        for part, script in parts.items():
            text = text.replace(f"/*{part}*/", script)
        self.page((200, {}, text.replace("/*FLAGS*/[]", json.dumps(sorted(self.world.flags)))))


class Running:
    """A look-alike that is being served at `url`; `world` is the account behind it."""

    def __init__(self, url: str, world: Account) -> None:
        self.url = url
        self.world: Any = world


@contextlib.contextmanager
def running(handler: type[Handler], world: Account) -> Iterator[Running]:
    """Serve a look-alike for as long as the block lasts."""
    with loopback.serving(type("Handler", (handler,), {"world": world})) as server:
        yield Running(server.url, world)
