"""How sentences and results stand in a terminal: whole words at its edge, a result as a person reads it.

Knows nothing of asking, of colours or of what the values mean elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Mapping
from typing import IO, Any, Final

from autokey.human.words import plain

_NARROW: Final = 30  # columns below which lines are left to the terminal
_LEAD: Final = re.compile(
    r" *(?:[✓✗→~] |\[[ \d]+/\d+\] |\d+  |\d+\. |- |[a-z][a-z_ ]{0,11} {2,})?"
)  # what stands left of all lines
_PLAIN: Final = str.maketrans({"✓": "ok", "✗": "NOT", "→": ">", "…": "..."})  # where a terminal has only ASCII
_COMPARED: Final = {
    "verified": "verified: the site shows exactly what was ordered",
    "different": "different: the site shows other than what was ordered",
    "not-provable": "not-provable: the site does not show enough to tell",
}
_CALLED: Final = {
    "verified": "compared",
    "fix": "what to do",
    "exit": "exit code",
    "place": "kept",
    "asked": "asked you",
}
_NOT_SHOWN: Final = frozenset({"text", "status", "state"})  # the first line, and what the error says in words
WHOLE: Final = "\N{NO-BREAK SPACE}"  # a space at which no line is broken
NAME: Final = 12  # columns of a result's names


def wrapped(text: str, width: int) -> str:
    """Give `text` in lines of less than `width` columns, broken between words, each below the first one's words.

    0: the width is not known. What has no space, such as a path or an address, stays whole.
    """
    if width < _NARROW or len(text) < width:
        return text.replace(WHOLE, " ")
    lead = _LEAD.match(text)
    below = min(lead.end() if lead else 0, width // 3)
    parts = textwrap.wrap(
        text, width - 1, subsequent_indent=" " * below, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(parts).replace(WHOLE, " ")


def columns(out: IO[str]) -> int:
    """Give the width of a terminal, 0 where it is none or not known."""
    try:
        return os.get_terminal_size(out.fileno()).columns if out.isatty() else 0
    except (OSError, ValueError, AttributeError):
        return 0


def _draws(encoding: str) -> bool:
    """Say whether our own marks can be written so."""
    try:
        "".join(map(chr, _PLAIN)).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write(text: str, out: IO[str] | None = None) -> None:
    """Write lines to standard output: broken between words on a terminal, as they are elsewhere."""
    out = sys.stdout if out is None else out
    width = columns(out)
    shown = "".join(f"{wrapped(line, width)}\n" for line in text.split("\n"))
    encoding = getattr(out, "encoding", None) or "utf-8"
    out.write(shown.translate(_PLAIN).encode(encoding, "replace").decode(encoding) if not _draws(encoding) else shown)


def result(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the lines of a result: a name and what stands beside it. What says nothing to a person is left out."""
    lines = []
    for key, value in data.items():
        if key in _NOT_SHOWN or value in ("", None, False, (), [], {}) or _says_nothing(key, value, data):
            continue
        name = _CALLED.get(key, key)
        if key == "verified":
            lines.append((name, _COMPARED.get(str(value), str(value))))
        elif key in {"notes", "differences", "refused"} and isinstance(value, list | tuple):
            lines += [(name, str(one)) for one in value]
        elif isinstance(value, bool):
            lines.append((name, "yes"))
        else:
            several = isinstance(value, list | tuple | Mapping)
            lines.append((name, ", ".join(str(one) for one in value) if several else str(value)))
    return [(plain(name), plain(text)) for name, text in lines]


def _says_nothing(key: str, value: object, data: Mapping[str, Any]) -> bool:
    if key == "exit":
        return value == 0
    if key == "verified":
        return data.get("status") == "dry-run"
    return key == "flow" and value == data.get("exchange")
