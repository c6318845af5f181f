"""Says what in a recording must not be there: before one is written, and over every kept one in the tests.

It does not trust the cleaning: it reads the finished files.
Knows nothing of browsers, or any exchange.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from autokey.record import examples, html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from autokey.model import Shape

LARGEST: Final = 40 * 1024  # bytes of one page; usual ones have a quarter of that
TAGS: Final = frozenset(
    {"script", "link", "iframe", "frame", "object", "embed", "video", "audio", "base", "use", "path"}
)
ATTRIBUTES: Final = frozenset(
    {
        "id",
        "class",
        "name",
        "type",
        "placeholder",
        "title",
        "alt",
        "role",
        "for",
        "tabindex",
        "href",
        "disabled",
        "checked",
    }
    | {
        "readonly",
        "multiple",
        "open",
        "contenteditable",
        "inert",
        "value",
        "data-icon",
        "data-state",
        "data-checked",
    }
    | {"data-testid", "data-test-id", "data-test", "data-qa", "data-cy", "data-e2e", "lang"}
)
BUTTONS: Final = frozenset({"button", "submit", "reset"})
_GEOMETRY: Final = (
    "margin|margin-left|padding|width|height|left|top|position|display|z-index|cursor|font-size|font-weight|overflow"
    "|opacity|visibility|pointer-events|white-space|vertical-align|transform|clip-path"
)
_STYLE: Final = re.compile(rf"(({_GEOMETRY}):([\w %.-]+|translate\(0\)|inset\(50%\))(;|\Z))+")
_WORDS: Final = re.compile(
    r"data:\w+/|cookie\s*[=:]|set-cookie|bearer\s+[\w.-]{8,}|url\(|javascript:|blob:|@import", re.IGNORECASE
)
_ADDRESSED: Final = re.compile(r"\b[a-z]{2,6}://", re.IGNORECASE)


def problems(text: str, credential: Mapping[str, Shape]) -> list[str]:
    """Give what is wrong with a recorded page or snapshot, in a few words each, without quoting it."""
    if text.lstrip().startswith("<!doctype"):
        return list(dict.fromkeys([*_page(text), *_texts(said(text), credential), *_cut_up(text, credential)]))
    return list(dict.fromkeys(_texts([text], credential)))


def _page(text: str) -> Iterator[str]:
    if len(text.encode()) > LARGEST:
        yield f"is larger than {LARGEST // 1024} KiB"
    for tag, attributes, style, children in html.walk(html.read(text)):
        if tag in TAGS:
            yield f"has a <{tag}>"
        if tag in {"", "html", "head", "meta", "style"}:
            continue
        for name in attributes:
            if name not in ATTRIBUTES and not name.startswith("aria-"):
                yield f"has the attribute {name}, which is not on the list"
        if tag == "textarea" or (tag == "input" and attributes.get("type") not in BUTTONS):
            held = [attributes.get("value", ""), *(str(child) for child in children)]
            if any(text.strip() and not examples.is_example(text) for text in held):
                yield "has a field that is not emptied"
        if style and not _STYLE.fullmatch(style):
            yield "has a style that is more than geometry"


def said(text: str) -> list[str]:
    """Give every text and attribute of a page, and what its head and its comments say."""
    found = []
    for tag, attributes, _style, _children in html.walk(html.read(text)):
        if tag not in {"meta", "style", "html"}:
            found += [value for value in attributes.values() if value]
    found += [str(where[index]) for where, index in html.texts(html.body_of(text))]
    return found + re.findall(r"<title>([^<]*)</title>", text) + re.findall(r"<!--(.*?)-->", text, re.DOTALL)


def _cut_up(text: str, credential: Mapping[str, Shape]) -> Iterator[str]:
    """Find values that stand in several pieces: no element's whole text may be a credential."""
    shapes = examples.shapes_of(credential)
    for node in html.walk(html.body_of(text)):
        whole = "".join("".join(str(where[index]) for where, index in html.texts(node)).split())
        for name, _shape, pattern in shapes:
            if pattern.fullmatch(whole) and not examples.is_example(whole):
                yield f"holds, in pieces, something that has the shape of {name}"


def _texts(texts: Iterable[str], credential: Mapping[str, Shape]) -> Iterator[str]:
    shapes = examples.shapes_of(credential)
    for text in texts:
        if any(found != examples.OWNER for found in examples.EMAIL.findall(text)):
            yield "holds an e-mail address"
        for found in (*examples.IPV4.findall(text), *examples.IPV6.findall(text)):
            if examples.address_in(found) is not None and not examples.is_documentation(found):
                yield "holds an IP address that is not an example"
        for name, _shape, pattern in shapes:
            if any(not examples.is_example(found[0]) for found in pattern.finditer(text)):
                yield f"holds something that has the shape of {name} and is not the example"
        for run in examples.RUN.findall(text):
            if examples.suspicious(run):
                yield "holds a long run of characters that could be a credential"
        if any(set(found) != {"0"} for found in examples.DIGITS.findall(text)):
            yield "holds a long number"
        if _WORDS.search(text):
            yield "holds a cookie, a data: address or a script address"
        if _ADDRESSED.search(text):
            yield "holds a full address of the web"
