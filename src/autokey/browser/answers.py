"""Whether a page was sent an empty list: then no timer can draw rows that it was never sent.

Reads the answers (JSON) that a document's scripts were given, looks for words in them, and keeps nothing.
Knows nothing of what the list is of.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import Error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.async_api import Request

MOST: Final = 100  # answers that are read; where there are more, it is not known
_SIZE: Final = 1 << 20  # characters of one answer, the same
_LIMIT: Final = 1.0  # seconds
_SEALED: Final = re.compile(r"[\w+/=.:-]{100,}")  # one that only the page's script can read, or a token


async def none_sent(answers: Sequence[Request], lately: Sequence[Request], words: str) -> bool:
    """Say whether it is certain that a page was sent none of what `words` name: not where anything cannot be read.

    `answers`: all that its scripts got; none may hold the words. `lately`: those among them that were asked for
    where it shows now; one at least holds an empty list, and none a list of anything.
    """
    if not lately or any(one.resource_type == "eventsource" for one in answers):
        return False
    try:
        async with asyncio.timeout(_LIMIT):
            read = dict(zip(answers, await asyncio.gather(*map(_read, answers)), strict=True))
    except (TimeoutError, Error, ValueError, RecursionError):
        return False
    wanted = _form(words)
    texts = [text for one in read.values() for text in _texts(one)]
    if any(_SEALED.fullmatch(text) or wanted in _form(html.unescape(text)) for text in texts):
        return False
    lists = [found for one in lately for found in _lists(read[one])]
    return [] in lists and not any(isinstance(item, dict | list) for found in lists for item in found)


async def _read(request: Request) -> Any:
    """Give what a request was answered, read as JSON. Raises ValueError where it is something else, or too long."""
    response = await request.response()
    text = "" if response is None else await response.text()
    if len(text) > _SIZE:
        raise ValueError
    return json.loads(text) if text else None


def _form(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _inside(value: Any) -> Iterator[Any]:
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _inside(item)


def _texts(value: Any) -> list[str]:
    names = [name for one in _inside(value) if isinstance(one, dict) for name in one]
    return names + [one for one in _inside(value) if isinstance(one, str)]


def _lists(value: Any) -> list[list[Any]]:
    return [one for one in _inside(value) if isinstance(one, list)]
