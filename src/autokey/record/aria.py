"""Writes what a recorded page says as an indented list of roles, names and states: what reviewers read.

Everything of the page that a person or a screen reader could see is in it, nothing else. Made from the
cleaned page alone, so it can be checked without a browser.
Knows nothing of browsers, selectors, or any exchange.
"""

from __future__ import annotations

import re
from typing import Any, Final

from autokey.record import html

_ROLES: Final = {
    "a": "link",
    "button": "button",
    "textarea": "textbox",
    "select": "combobox",
    "img": "img",
    "svg": "img",
    "canvas": "img",
    "table": "table",
    "tr": "row",
    "td": "cell",
    "th": "columnheader",
    "dialog": "dialog",
    "nav": "navigation",
    "li": "listitem",
    "summary": "button",
    **{f"h{n}": "heading" for n in range(1, 7)},
}
_INPUTS: Final = {
    "checkbox": "checkbox",
    "radio": "radio",
    "button": "button",
    "submit": "button",
    "password": "password",
}
_STATES: Final = ("disabled", "checked", "readonly", "open")
_SHOWN: Final = ("placeholder", "title", "alt", "aria-label", "value")


def snapshot(page: str) -> str:
    """Give the snapshot of a written page, YAML-like, one thing a line."""
    title = re.search(r"<title>([^<]*)</title>", page)
    lines = [f"- page {_quote(title[1])}"] if title and title[1] else []
    lines += _lines(html.body_of(page), 0)
    return "\n".join(lines) + "\n"


def _lines(node: html.Node, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(node, str):
        said = " ".join(node.split())
        return [f"{pad}- text: {said}"] if said else []
    tag, attributes, style, children = node
    if "display:none" in style and not attributes.get("id"):
        return []
    head = _head(tag, attributes, style)
    inner = [line for child in children for line in _lines(child, depth + 1 if head else depth)]
    if not head:
        return inner
    alone = len(inner) == 1 and inner[0].lstrip().startswith("- text: ")
    if alone:
        return [f"{pad}- {head}: {inner[0].lstrip().removeprefix('- text: ')}"]
    return [f"{pad}- {head}" + (":" if inner else ""), *inner]


def _head(tag: str, attributes: dict[str, str], style: str) -> str:
    """Give role, words and states of an element; "" for one that only holds others."""
    role = attributes.get("role", "").split(" ")[0] or _ROLES.get(tag, "")
    if tag == "input":
        role = role or _INPUTS.get(attributes.get("type", ""), "textbox")
    elif "contenteditable" in attributes:
        role = role or "textbox"
    clickable = "cursor:pointer" in style
    if role in {"", "presentation", "none"} and clickable:
        role = "clickable"
    if tag in {"svg", "img", "canvas"} and attributes.get("data-icon"):
        role += f" ({attributes['data-icon']})"
    said = [f"{name.removeprefix('aria-')}={_quote(attributes[name])}" for name in _SHOWN if attributes.get(name)]
    said += [f"[{state}]" for state in _STATES if state in attributes]
    said += [f"[{name.removeprefix('aria-')}={value}]" for name, value in _aria(attributes)]
    if attributes.get("href"):
        said.append(f"-> {attributes['href']}")
    over = "position:fixed" in style or ("position:absolute" in style and "z-index" in style)
    if not role and (said or (over and "overlay")):
        role = "overlay" if over and not said else "group"
    return " ".join([role, *said]) if role else ""


def _aria(attributes: dict[str, Any]) -> list[tuple[str, str]]:
    kept = (
        "aria-checked",
        "aria-pressed",
        "aria-selected",
        "aria-expanded",
        "aria-modal",
        "aria-disabled",
        "data-state",
    )
    return [(name, attributes[name]) for name in kept if name in attributes]


def _quote(text: str) -> str:
    return '"' + " ".join(text.split()).replace('"', "'") + '"'
