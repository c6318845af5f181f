"""Makes the words of a page fit to be kept: secrets, addresses, amounts and numbers become fixed examples.

Knows nothing of browsers, files, or any exchange.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from autokey.record.examples import (
    AMOUNT,
    ANY,
    DIGITS,
    EMAIL,
    HANDLE,
    IPV4,
    IPV6,
    MASKED,
    MOMENT,
    MONEY,
    OWNER,
    PHONE,
    RUN,
    WHEN,
    address_in,
    example,
    is_example,
    shapes_of,
    suspicious,
    wordy,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autokey.model import Shape
    from autokey.record.private import Private

_NO_HANDLE: Final = re.compile(r"(hmac|sha|ed|rsa|ecdsa|md|aes|base|utf|tls|ipv)[\w-]*", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+")


class Cleaner:
    """Cleans all texts of one recording; the same address becomes the same example everywhere.

    `private`: what is known of the person; with it, whatever looks like a handle is replaced, too.
    """

    def __init__(self, credential: Mapping[str, Shape], private: Private | None = None) -> None:
        self.private = private
        self._shapes = shapes_of(credential)
        self._addresses: dict[str, str] = {}

    def text(self, text: str, *, said: bool = True) -> str:
        """Give a text with everything personal replaced. `said=False`: it is no text that a person reads."""
        text = EMAIL.sub(OWNER, text)
        private = self.private is not None
        if self.private is not None:
            text = self.private.replace(text)
        if private and said:
            text = PHONE.sub(lambda found: re.sub(r"\d", "0", found[0]), MONEY.sub("0.00", text))
        text = IPV4.sub(self._address, text)
        text = IPV6.sub(self._address, text)
        for name, shape, pattern in self._shapes:
            text = pattern.sub(self._known(name, shape), text)
        text = RUN.sub(self._run, text)
        if private and said:
            text = MASKED.sub(lambda found: example("", found[0], ANY), HANDLE.sub(_handle, text))
        text = WHEN.sub(MOMENT, text)
        text = AMOUNT.sub("0.00", text)
        return DIGITS.sub(lambda found: "0" * len(found[0]), text)

    def _known(self, name: str, shape: Shape) -> Callable[[re.Match[str]], str]:
        return lambda found: found[0] if is_example(found[0]) else example(name, found[0], shape)

    @staticmethod
    def _run(found: re.Match[str]) -> str:
        if not suspicious(found[0]):
            return found[0]
        parts = found[0].split("/")
        return "/".join(part if wordy(part) or is_example(part) else example("", part, ANY) for part in parts)

    def _address(self, found: re.Match[str]) -> str:
        address = address_in(found[0])
        if address is None or found[0].startswith("192.0.2."):
            return found[0]
        known = self._addresses.get(found[0])
        if known is None:
            known = f"192.0.2.{20 + len(self._addresses)}" if address.version == 4 else "2001:db8::1"
            self._addresses[found[0]] = known
        return known


def _handle(found: re.Match[str]) -> str:
    if is_example(found[0]) or _NO_HANDLE.fullmatch(found[0]) or set(found[0]) <= set("0-_:"):
        return found[0]
    return example("", found[0], ANY)


def replace_across(texts: list[tuple[list[object], int]], value: str, instead: str) -> int:
    """Replace `value` in texts that together may spell it, however it is cut up; give how often.

    `texts` are places (list, index) of the text nodes in page order. Spaces between pieces do not hide it.
    """
    joined: list[tuple[int, int]] = []
    letters: list[str] = []
    for number, (where, index) in enumerate(texts):
        for at, char in enumerate(str(where[index])):
            if not _UNSEEN.match(char):
                joined.append((number, at))
                letters.append(char)
    whole, wanted, made = "".join(letters), _UNSEEN.sub("", value), _UNSEEN.sub("", instead)
    if not wanted:
        return 0
    count, start = 0, whole.find(wanted)
    changed: dict[int, list[str]] = {}
    while start >= 0:
        count += 1
        for offset in range(len(wanted)):
            number, at = joined[start + offset]
            where, index = texts[number]
            changed.setdefault(number, list(str(where[index])))[at] = made[offset]
        start = whole.find(wanted, start + len(wanted))
    for number, chars in changed.items():
        where, index = texts[number]
        where[index] = "".join(chars)
    return count
