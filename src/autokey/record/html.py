"""Writes a cleaned tree as a page that stands by itself, and reads one back as a tree.

The page has no script, no address and no picture: geometry stands in each element's style, over one base rule
under which every child lies in the same cell of its parent and is moved by its margin. So positions, stacking
and what covers what are those of the real page, without its style sheets.
Knows nothing of browsers, secrets, or any exchange.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Any, Final, TypeAlias

Node: TypeAlias = "str | list[Any]"  # a text, or [tag, attributes, style, children]

BASE: Final = (
    "*{box-sizing:border-box;margin:0;padding:0;border:0;min-width:0;min-height:0}"
    "body{font:14px/1.2 Arial,Helvetica,sans-serif}"
    "body,body *{display:grid;grid:100%/100%;grid-area:1/1;place-items:start;place-self:start;"
    "white-space:nowrap;text-align:start;background:none;scrollbar-width:none;overflow-wrap:anywhere}"
    "input,select,textarea,button{font:inherit;appearance:none;border-style:solid}option{display:block}br{display:inline}"
    "ul,ol{list-style:none}legend{float:left}"
)
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
VOID: Final = frozenset({"br", "wbr", "img", "input", "hr", "col", "embed", "area"})
_INLINE: Final = "display:inline"


def page(body: Node, *, lang: str, title: str, about: str) -> str:
    """Give the whole document; `about` is a sentence for whoever opens it."""
    return (
        "<!doctype html>\n"
        f'<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<!-- {about} -->\n<title>{escape(title, quote=False)}</title>\n<style>{BASE}</style>\n</head>\n"
        f"{_write(body)}\n</html>\n"
    )


def rewritten(text: str, body: Node, title: str) -> str:
    """Give a written page with another body and title."""
    start, end = text.index("<body"), text.rindex("</body>") + len("</body>")
    head = text[:start].replace(
        text[text.index("<title>") : text.index("</title>")], f"<title>{escape(title, quote=False)}"
    )
    return f"{head}{_write(body)}{text[end:]}"


def _write(node: Node) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    tag, attributes, style, children = node
    said = "".join(f' {name}="{escape(value)}"' if value else f" {name}" for name, value in attributes.items())
    said += f' style="{escape(style)}"' if style else ""
    if tag in VOID:
        return f"<{tag}{said}>"
    # Line breaks only where white space has no meaning: between children that lie in one cell.
    apart = bool(children) and not any(_in_line(child) for child in children)
    gap = "\n" if apart else ""
    inside = "".join(gap + _write(child) for child in children)
    return f"<{tag}{said}>{inside}{gap}</{tag}>"


def _in_line(node: Node) -> bool:
    return isinstance(node, str) or node[0] in {"br", "wbr", "option", "title"} or _INLINE in node[2]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = ["", {}, "", []]
        self._open: list[list[Any]] = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = given.pop("style", "")
        node: list[Any] = [tag, given, style, []]
        self._open[-1][3].append(node)
        if tag not in VOID and tag != "meta":
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1][3].append(data)


def read(html: str) -> list[Any]:
    """Give the tree of a written page, from a root without a name."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def body_of(html: str) -> list[Any]:
    """Give the body of a written page; an empty one where there is none."""
    for node in walk(read(html)):
        if node[0] == "body":
            return list(node)
    return ["body", {}, "", []]


def walk(node: Node) -> Any:
    """Give every element below and including `node`."""
    if isinstance(node, str):
        return
    yield node
    for child in node[3]:
        yield from walk(child)


def texts(node: Node) -> list[tuple[list[Any], int]]:
    """Give the places (list, index) of all texts below `node`, in page order."""
    if isinstance(node, str):
        return []
    found: list[tuple[list[Any], int]] = []
    for index, child in enumerate(node[3]):
        if isinstance(child, str):
            found.append((node[3], index))
        else:
            found += texts(child)
    return found
