"""Drop-downs on a form: opened and read where that is certain to do no more, and the rights their choices stand for.

Opening one grants nothing. It is done where the page itself says that pressing it opens a list, or where its looks
leave nothing else; of what may be one the person is asked. A choice that was read is a candidate as of a `<select>`.
Knows nothing of how a list is opened, of which choice is taken or of the order of steps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from autokey.engine.language import words_of
from autokey.match import normalise
from autokey.match.words import Phrases
from autokey.model import Candidate, Unsure
from autokey.ports import CoveredError, StaleError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from autokey.engine.context import Context, Sighting
    from autokey.model import Absent, Element, Flow

MOVES_MONEY: Final = re.compile(r"withdraw|transfer|提现|提幣|提币|划转|劃轉", re.IGNORECASE)
_TRIES: Final = 2  # times that a drop-down is pressed in vain: a page may be drawn anew meanwhile
_MOST: Final = 9  # choices of one question
# "Read, Trade & Withdraw"; what is said beside it, as in "Trade (no withdrawals)", is not part of its name.
_AND: Final = re.compile(r"\s*(?:[&+,/;，、；]|\band\b|[和及与與])\s*", re.IGNORECASE)
_BESIDE: Final = re.compile(r"\s+[–—-]\s+|\s*[(（\[:：]")
_DENIED: Final = re.compile(
    r"(?:\b(?:no|not|without|excluding|except)\b|不含|不可|禁止|无|無)\s*([^.。()（）\[\]]+)",
    re.IGNORECASE,
)
_FILLING: Final = frozenset({"only", "access", "permission", "permissions", "right", "rights"})


async def read_new(ctx: Context, seen: Sighting, *, named: bool = False) -> bool:
    """Open and read those of the layer that shows which are drop-downs for certain; say whether any was read.

    `named`: only those that show words of a right. What opened no list once is left alone.
    """
    folded = await ctx.page.folded()
    read = False
    for one in seen.look.candidates:
        if not folded.get(one.ref) or ctx.unfolded[one.ref] >= _TRIES or not _may_be_pressed(ctx, seen, one):
            continue
        if not named or _shows_right(ctx, one):
            read |= await unfold(ctx, one)
    return read


async def unfold(ctx: Context, one: Candidate) -> bool:
    """Open a drop-down once and read it; say whether there were choices in it."""
    ctx.unfolded[one.ref] += 1
    try:
        return await ctx.page.unfold(one.ref)
    except (StaleError, CoveredError):
        return False


def _may_be_pressed(ctx: Context, seen: Sighting, one: Candidate) -> bool:
    """Say whether it stands free in the layer that shows, and is not called as anything is that a step presses."""
    if one.layer != seen.layer or one.covered or not one.enabled:
        return False
    flow, pressed = ctx.flow, []
    for step in flow.steps:
        names = {step.press, step.send, step.submit} | (set(step.target) if step.verb == "click" else set())
        for screen in step.on:
            elements = flow.selectors.screens[screen].elements
            pressed += [word for name in names if name in elements for word in elements[name].words]
    said = {normalise(text) for text in (one.name, one.text, one.own)}
    return not any(text in Phrases(pressed, words_of(flow)) for text in said)


def _shows_right(ctx: Context, one: Candidate) -> bool:
    text = " ".join((one.text, one.value, *one.labels, *one.beside[:1]))
    rights = rights_of(ctx.flow, one)
    parts = [part for part in re.split(r"[\s,、，]+", normalise(text)) if part]
    return bool(rights) or bool(MOVES_MONEY.search(text)) or any(_right(ctx.flow, part) for part in parts)


async def offered(
    ctx: Context, seen: Sighting, element: Element, found: Unsure | Absent
) -> tuple[Unsure | Absent, frozenset[int]]:
    """Give what a question about a box or choice may offer: what was found, else whatever is of its kind, and lists.

    The second: the refs of what may be a drop-down, which is to be opened when it is the answer.
    """
    folded = await ctx.page.folded()
    here = [one for one in seen.look.candidates if one.layer == seen.layer and not one.covered and one.enabled]
    known = found.best if isinstance(found, Unsure) else ()
    kind = "radio" if element.role == "radio" else "box"
    choices = [one for one in here if not known and one.kind == kind]
    lists = [one for one in here if one.ref in folded and ctx.unfolded[one.ref] < _TRIES]
    lists = [one for one in lists if _may_be_pressed(ctx, seen, one)]
    best = (*known, *choices[: max(0, _MOST - len(lists))], *lists[:_MOST])
    return (Unsure(best, found.reasons) if lists else found), frozenset(one.ref for one in lists)


def question(what: str, found: Unsure | Absent, folded: Collection[int]) -> str:
    """Give what is asked where only drop-downs could have what is sought in them, else ""."""
    if not folded or not isinstance(found, Unsure) or any(one.ref not in folded for one in found.best):
        return ""
    return (
        f"{what} was not found on the page. If it is a choice in one of these drop-downs, say in which: it is opened."
    )


# ---------------------------------------------------------------- rights


def rights_of(flow: Flow, one: Candidate) -> frozenset[str] | None:
    """Give the rights that a choice's words stand for, all of them; None where a part of them is not known. Pure."""
    for text in dict.fromkeys((one.name, *one.labels, one.text)):
        if text.strip() and (found := _meant(flow, text)) is not None:
            return found
    return None


def _meant(flow: Flow, text: str) -> frozenset[str] | None:
    if right := _right(flow, text):
        return frozenset({right})
    head, *beside = _BESIDE.split(_granted(flow, text), maxsplit=1)
    parts = [part for part in _AND.split(head) if normalise(part)]
    rights = {_right(flow, part) for part in parts}
    if not rights or "" in rights:
        return None
    others = {right for right in words_by_right(flow) if right not in rights}
    said = normalise(" ".join(beside))
    if any(word in said for right in others for word in words_by_right(flow)[right].exact) or MOVES_MONEY.search(said):
        return None  # what stands beside it may widen it, or say what it is not: nobody knows which
    return frozenset(rights)


def _granted(flow: Flow, text: str) -> str:
    """Give a text without what it denies, as "no withdrawals"; "no withdrawal limit" denies something else."""

    def without(found: re.Match[str]) -> str:
        parts = [part for part in re.split(rf"{_AND.pattern}|\bor\b", found[1], flags=re.IGNORECASE) if part.strip()]
        return " " if parts and all(_right(flow, part) for part in parts) else found[0]

    return _DENIED.sub(without, text).replace("()", "").replace("( )", "")


def _right(flow: Flow, text: str) -> str:
    """Give the one right that is called so, "" if none or several are."""
    words = normalise(text).split()
    bare = " ".join(word for word in words if word not in _FILLING)
    found = {right for right, phrases in words_by_right(flow).items() if {" ".join(words), bare} & phrases.exact}
    return next(iter(found)) if len(found) == 1 else ""


def words_by_right(flow: Flow) -> Mapping[str, Phrases]:
    """Give what each right is called on the site."""
    selectors = flow.selectors
    words: dict[str, list[str]] = {right: list(said) for right, said in selectors.shown.items() if right != "no-ips"}
    for screen in selectors.screens.values():
        for element in screen.elements.values():
            if element.permission:
                words.setdefault(element.permission, []).extend(element.words)
    return {right: Phrases(said, words_of(flow)) for right, said in words.items()}


def one_lists(ctx: Context, seen: Sighting) -> list[list[Candidate]]:
    """Give the lists in the layer that shows of which one choice is taken, and where choices stand for rights."""
    groups: dict[int, list[Candidate]] = {}
    for one in seen.look.candidates:
        if one.tag == "option" and one.kind == "radio" and one.layer == seen.layer and not one.covered:
            groups.setdefault(one.parent, []).append(one)
    return [group for group in groups.values() if any(rights_of(ctx.flow, one) for one in group)]


def wider(ctx: Context, one: Candidate) -> frozenset[str]:
    """Give the rights of a choice that were not ordered, as far as its words tell."""
    rights = rights_of(ctx.flow, one) or frozenset()
    runs = _runs(_granted(ctx.flow, f"{one.name} {one.text}"))
    said = {right for right, phrases in words_by_right(ctx.flow).items() if phrases.exact & runs}
    return (rights | said) - ctx.order.permissions - always(ctx.flow)


def _runs(text: str) -> set[str]:
    """Give every run of a few words in a text."""
    words = re.sub(r"[,&+/()]", " ", normalise(text)).split()
    return {" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, min(a + 5, len(words)) + 1)}


def always(flow: Flow) -> frozenset[str]:
    """Give the rights that every key of the site has."""
    return frozenset(right for right, offer in flow.permissions.items() if offer == "always")
