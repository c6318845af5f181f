"""Holds what the site shows it granted against the order. Pure: texts in, verdict out.

Three results, never a guess: verified, different, not provable (design, section 5.9).
Knows nothing of pages.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from autokey.match import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autokey.model import Flow, Order

Verdict = Literal["verified", "different", "not-provable"]
_SPLIT = re.compile(r"[,，、;/|\n\t]+")
# Two documented pages tell the person's own address beside the list: "Your current IP is ...", "Current IP: ...".
_CURRENT = re.compile(
    r"(?:(?:your\s+)?(?:current|present)\s+ip(?:\s+address)?(?:\s+is)?|your\s+ip(?:\s+is)?"
    r"|(?:当前|目前|當前)的?\s*ip(?:地址)?\s*[是为為]?)\s*[:：]?\s*[0-9A-Fa-f:.]*",
    re.IGNORECASE,
)
# Rights that are listed with a mark for each: which of them the key has, the words alone do not tell.
_DENIES = re.compile(r"[✗✘✕✖×❌☐□]|\b(?:off|no|not|none|disabled|denied|without)\b|否|关闭|未", re.IGNORECASE)
_HEAD = re.compile(r"^[^:：,]{1,40}[:：]\s*")
# After an address: there are more, which do not stand there.
_MORE = r"(?:[\s,;]*(?:\+ ?\d{1,2}(?![\d:])|(?:and )?\d{1,2} more\b)|[ ,;]*(?:…|\.{3}))"
_TOKEN = re.compile(r"[0-9A-Fa-f:.]{3,}(?:/\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared and what differed, in sentences."""

    verdict: Verdict
    differences: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()  # of "rights", "ips"


def rights_in(text: str, shown: Mapping[str, Iterable[str]], *, strict: bool) -> tuple[set[str], list[str]]:
    """Give the rights a text names and, with `strict`, the parts that are no known right.

    `shown` maps our word to the site's words. Longer words are found first, so that "Spot Trading" is not "Trading".
    """
    known = {normalise(word): right for right, words in shown.items() if right != "no-ips" for word in words}
    found: set[str] = set()
    strange: list[str] = []
    for part in (part.strip() for part in _SPLIT.split(text)):
        if not part:
            continue
        if normalise(part) in known:
            found.add(known[normalise(part)])
            continue
        rest = normalise(part)
        for word in sorted(known, key=len, reverse=True):
            pattern = rf"(?<!\w){re.escape(word)}(?!\w)"
            if re.search(pattern, rest):
                found.add(known[word])
                rest = re.sub(pattern, " ", rest)
        if strict and rest.strip(" ()+-·•"):
            strange.append(part)
    return found, strange


def ips_in(text: str) -> set[str]:
    """Give the IP addresses that stand in a text, but for that of the person's own machine ("current IP")."""
    found = set()
    for token in _TOKEN.findall(_CURRENT.sub(" ", text)):
        try:
            found.add(str(ipaddress.ip_address(token.strip(".:") if token.count(":") < 2 else token)))
        except ValueError:
            continue
    return found


def rights(order: Order, flow: Flow, text: str, *, strict: bool) -> Comparison:
    """Compare the rights a text names with those ordered. Rights the site always gives need not be named."""
    found, strange = rights_in(text, flow.selectors.shown, strict=strict)
    always = {right for right, offer in flow.permissions.items() if offer == "always"}
    if not found and (strange or order.permissions - always):
        return Comparison("not-provable", ("the site's words for the rights were not understood",))
    differences = [f"the site granted {right}, which was not ordered" for right in sorted(found - order.permissions)]
    differences += [f"the site does not show {right}" for right in sorted(order.permissions - found - always)]
    if differences:
        return Comparison("different", tuple(differences))
    if strange:
        return Comparison("not-provable", (f"the site also names {strange[0][:40]!r}, which is not understood",))
    return Comparison("verified", proven=("rights",))


def named(order: Order, flow: Flow, texts: Iterable[str]) -> Comparison:
    """Compare the rights that a key's row names with those ordered: only texts that name one count, and those whole.

    The key's own label may hold such a word, too: it names no right.
    """
    own = normalise(order.label)
    told = [_HEAD.sub("", text) for text in texts if normalise(text) != own]
    told = [text for text in told if rights_in(text, flow.selectors.shown, strict=False)[0]]
    if not told or any(_DENIES.search(text) for text in told):
        return Comparison("not-provable", ("the site's words for the rights were not understood",))
    return rights(order, flow, "\n".join(told), strict=True)


def box(order: Order, right: str, *, on: bool | None) -> Comparison:
    """Compare one box on the key's card with the order."""
    if on is None:
        return Comparison("not-provable", (f"it cannot be read whether {right} is on",))
    if on and right not in order.permissions:
        return Comparison("different", (f"the site granted {right}, which was not ordered",))
    if not on and right in order.permissions:
        return Comparison("different", (f"the site does not show {right}",))
    return Comparison("verified", proven=("rights",))


def choice(ordered: frozenset[str], grants: Iterable[str], *, on: bool | None) -> Comparison:
    """Compare one of several choices, each of which stands for all the rights of a key, with what was ordered."""
    if on is None:
        return Comparison("not-provable", ("it cannot be read which rights are chosen",))
    if on != (set(grants) == ordered):
        chosen = "other rights than were ordered are chosen" if on else "the ordered rights are not chosen"
        return Comparison("different", (chosen,))
    return Comparison("verified", proven=("rights",))


def ips(order: Order, flow: Flow, text: str) -> Comparison:
    """Compare the addresses a text names with those ordered."""
    found = ips_in(text)
    wanted = set(order.ips)
    if found == wanted:
        if wanted or _names(text, flow.selectors.shown.get("no-ips", ())):
            return Comparison("verified", proven=("ips",))
        return Comparison("not-provable", ("the site does not say that the key has no IP restriction",))
    if not found and not _names(text, flow.selectors.shown.get("no-ips", ())):
        return Comparison("not-provable", ("the site shows no IP addresses there",))
    if found < wanted and any(re.search(re.escape(ip) + _MORE, text, re.IGNORECASE) for ip in found):
        return Comparison("not-provable", ("the site shows only some of the IP addresses there",))
    differences = [f"the site bound {ip}, which was not ordered" for ip in sorted(found - wanted)]
    differences += [f"the site does not show {ip}" for ip in sorted(wanted - found)]
    return Comparison("different", tuple(differences))


def _names(text: str, words: Iterable[str]) -> bool:
    """Say whether one of the words is a part of the text by itself."""
    parts = {normalise(said) for part in _SPLIT.split(text) for said in (part, _HEAD.sub("", part.strip()))}
    return any(normalise(word) in parts for word in words)


def together(parts: Iterable[Comparison]) -> Comparison:
    """Join comparisons: different beats not provable beats verified; what one place proves, another need not."""
    listed = list(parts)
    differences = tuple(dict.fromkeys(text for one in listed if one.verdict == "different" for text in one.differences))
    proven = tuple(dict.fromkeys(word for one in listed for word in one.proven))
    if differences:
        return Comparison("different", differences, proven)
    if {"rights", "ips"} <= set(proven):
        return Comparison("verified", (), proven)
    doubts = tuple(dict.fromkeys(text for one in listed for text in one.differences))
    return Comparison("not-provable", doubts or ("the site does not show it",), proven)
