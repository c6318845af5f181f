"""A text that must not be seen: prints as `<secret>`, does not pickle, and is opened in few named places.

The places that may call `reveal()` are listed in tests/architecture; everything else passes the object on.
`redact` replaces every known secret in a text, in the forms in which it could turn up.
Knows nothing of pages, stores or exchanges.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Final, NoReturn
from urllib.parse import quote

MASK: Final = "<secret>"
_KNOWN: set[str] = set()
_BEGINNING: Final = 4  # characters of an API key that a person may see
_TELLS_LITTLE: Final = 16  # characters of a key of which the first four tell little
_SHORTEST_KNOWN: Final = 6  # a shorter text would redact innocent words


class Secret:
    """Holds one text. Equality is by value; hashing, pickling, copying to JSON and formatting are not possible."""

    __slots__ = ("__value",)

    def __init__(self, value: str, *, known: bool = True) -> None:
        """`known=False`: not for `redact`, as it is not judged yet (it may be an IP address or "Read")."""
        self.__value = value
        if known and len(value) >= _SHORTEST_KNOWN:
            _KNOWN.update(forms(value))

    def reveal(self) -> str:
        """Give the text itself."""
        return self.__value

    def digest(self) -> str:
        """Give a short digest by which an API key can be told again without being kept."""
        return hashlib.sha256(self.__value.strip().encode()).hexdigest()[:16]

    def beginning(self) -> str:
        """Give the first four characters of an API key, to tell keys apart; none of a short one. Never of a secret."""
        return self.__value[:_BEGINNING] if len(self.__value) >= _TELLS_LITTLE else ""

    def says(self, text: str) -> bool:
        """Say whether it is this text, but for blanks at the ends."""
        return self.__value.strip() == text.strip()

    def between(self, head: str, tail: str) -> bool:
        """Say whether it begins and ends like this."""
        return self.__value.startswith(head) and self.__value.endswith(tail)

    def __len__(self) -> int:
        return len(self.__value)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret does not pickle")

    def __deepcopy__(self, memo: dict[int, Any]) -> NoReturn:
        raise TypeError("a Secret is not copied")


def forms(value: str) -> set[str]:
    """Give the forms in which a secret could turn up: plain, URL, base64 (both alphabets), JSON, hex."""
    raw = value.encode()
    return {
        value,
        quote(value, safe=""),
        base64.b64encode(raw).decode(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode(),
        json.dumps(value)[1:-1],
        raw.hex(),
    }


def redact(text: str) -> str:
    """Give `text` with every secret made in this process, in any of its forms, replaced by `<secret>`."""
    for known in sorted(_KNOWN, key=len, reverse=True):
        if known in text:
            text = text.replace(known, MASK)
    return text
