"""What on a page may be a secret or personal, and the fixed examples that stand for it in a recording.

The examples keep length and alphabet, so that shapes can still be checked on a recording.
Knows nothing of browsers, files, or any exchange.
"""

from __future__ import annotations

import ipaddress
import re
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

from autokey.model import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

OWNER: Final = "owner@example.com"
MOMENT: Final = "2026-01-02 03:04:05"
EMAIL: Final = re.compile(r"[\w.+*•-]+@[\w*-]+(?:\.[\w*-]+)+")
IPV4: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
IPV6: Final = re.compile(r"(?<![\w:])[0-9a-fA-F:]*:[0-9a-fA-F]*:[0-9a-fA-F:]*(?![\w:])")
WHEN: Final = re.compile(r"\b20\d\d[-/.]\d\d[-/.]\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?")
AMOUNT: Final = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w.]*\d)|(?<![\w.])\d+\.\d+(?![\w.]*\d)")
DIGITS: Final = re.compile(r"\d{5,}")
RUN: Final = re.compile(r"[A-Za-z0-9+/=_-]{12,}")
MONEY: Final = re.compile(r"(?<=[$€£¥₿≈])\s?\d[\d,.]*|(?<![\w.])\d[\d,.]*(?=\s?(?:USD[TC]?|EUR|GBP|BTC|ETH)\b)")
PHONE: Final = re.compile(r"\+\d[\d\s*()-]{5,}\d")
# Letters as in \w, but for those of scripts that put no spaces between words: their sentences are no handles.
_LETTER: Final = r"[^\W\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]"
_PART: Final = rf"(?:{_LETTER}|-)"
HANDLE: Final = re.compile(rf"(?<!{_LETTER})(?<!-)(?={_PART}*[A-Za-z])(?=(?:{_PART}*\d){{2}}){_PART}{{8,}}(?!{_PART})")
MASKED: Final = re.compile(r"\w{2,12}[*•●]{2,}\w{0,12}|(?<!\w)(?=\w*\d)\w{3,12}(?:\.{3}|…)\w{0,12}")
_DOCUMENTATION: Final = tuple(ipaddress.ip_network(net) for net in ("192.0.2.0/24", "2001:db8::/32"))
# Digits and letters of every alphabet a key may have; api_key and secret_key must not look alike.
_HEX: Final = {"api_key": "a0b1", "secret_key": "5ec0", "passphrase": "fa5e"}
_WORD: Final = {"api_key": "APIKEY", "secret_key": "SECRET", "passphrase": "PHRASE"}
_TAIL: Final = "EXAMPLE"
_OTHER_HEX: Final = "e0a1"
_OTHER_WORD: Final = "VALUE"
ANY: Final = Shape()
_SHIELD: Final = 0xE000  # a private use area of Unicode


def example(field: str, value: str, shape: Shape) -> str:
    """Give the fixed example that stands for a `field` of a credential: as long as `value`, of its alphabet.

    Separators and mask characters stay where they are.
    """
    letters = sum(c.isalnum() for c in value)
    hexed = shape.charset == "hex" or (letters > 8 and all(c in "0123456789abcdefABCDEF-" for c in value))
    if hexed:
        made = "".join(islice(cycle(_HEX.get(field, _OTHER_HEX)), letters))
    else:
        made = (_WORD.get(field, _OTHER_WORD) * letters + _TAIL)[-letters:] if letters else ""
    if hexed and any(c in "ABCDEF" for c in value) and not any(c in "abcdef" for c in value):
        made = made.upper()
    rest = iter(made)
    return "".join(next(rest, "0") if c.isalnum() else c for c in value)


def shapes_of(credential: Mapping[str, Shape]) -> list[tuple[str, Shape, re.Pattern[str]]]:
    """Give for each field of a credential whose shape is known the pattern of its values."""
    sets = {"hex": "0-9a-fA-F", "upper": "0-9A-Z", "alnum": "0-9A-Za-z"}
    found = []
    for name, shape in credential.items():
        letters = sets.get(shape.charset)
        if letters is None or not (shape.length or shape.groups):
            continue
        body = "-".join(f"[{letters}]{{{n}}}" for n in shape.groups) or f"[{letters}]{{{shape.length}}}"
        found.append((name, shape, re.compile(rf"(?<![\w-]){body}(?![\w-])")))
    return found


def wordy(run: str) -> bool:
    """Tell whether a long run of characters is made of words, as the name of a class or a path is."""
    parts = [part for part in re.split(r"[-_/=+]+|(?<=[a-z])(?=[A-Z])", run) if part]
    return all(part.isalpha() and len(part) <= 20 and re.search(r"[aeiouyAEIOUY]|^.{1,5}$", part) for part in parts)


def credential_like(run: str) -> bool:
    """Tell whether a run without spaces could be a key: long, with digits, or longer without words in it."""
    digits = sum(c.isdigit() for c in run)
    if wordy(run) or set(run) <= set("0-_=+/"):
        return False
    return (len(run) >= 16 and digits > 0) or len(run) >= 24


def is_documentation(text: str) -> bool:
    """Tell whether a text is an address out of the ranges that are kept for documentation."""
    address = address_in(text)
    return address is not None and any(address in net for net in _DOCUMENTATION if net.version == address.version)


def address_in(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Give the IP address that a text is, None for a time or a version number."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_example(text: str) -> bool:
    """Tell whether a text is a fixed example of any field, or a piece of one (a value may stand in pieces)."""
    letters = "".join(c for c in text if c.isalnum())
    times = len(letters) // 4 + 2
    hexed = any(letters.lower() in mark * times for mark in (*_HEX.values(), _OTHER_HEX))
    return hexed or any(letters in mark * times + _TAIL for mark in (*_WORD.values(), _OTHER_WORD))


def suspicious(run: str) -> bool:
    """Tell whether a run without spaces may be a credential and no example; of a path, each part counts."""
    return credential_like(run) and not all(wordy(part) or is_example(part) for part in run.split("/"))


def shield(text: str) -> str:
    """Give an example in letters that no cleaning touches; `unshield` gives it back."""
    return "".join(chr(_SHIELD + ord(c)) if c.isascii() and not c.isspace() else c for c in text)


def unshield(text: str) -> str:
    """Take the shield off every part of a text."""
    return "".join(chr(ord(c) - _SHIELD) if _SHIELD <= ord(c) < _SHIELD + 128 else c for c in text)
