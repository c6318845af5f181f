"""Compares what the site shows it granted with the order: on the result screen, on a card, in the key list.

Knows nothing of the order of steps or of what a difference leads to.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING, Final

from autokey.engine import acts, boxes, capture, compare, own, sight, whole
from autokey.engine.shape import fits
from autokey.engine.still import Stillness
from autokey.model import Located
from autokey.ports import StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.engine.context import Context, Sighting
    from autokey.model import Candidate, Element, Step


_SCROLLED: Final = 2.0  # seconds after which a key that is not in view is looked for by scrolling


async def expect(ctx: Context, step: Step) -> list[compare.Comparison]:
    """Carry out an `expect` step: the row of the key list, or named elements of a result screen."""
    parts = (
        [await row(ctx, step)] if step.target == ("row",) else [await _shown(ctx, step, name) for name in step.target]
    )
    for part in parts:
        for text in part.differences:
            ctx.human.tell("note", text=f"{step.id}: {text}.")
    return parts


async def _shown(ctx: Context, step: Step, name: str) -> compare.Comparison:
    candidate = await acts.locate(ctx, step.on[0], name, step=step, patience=2.0, ask=False)
    element = ctx.flow.selectors.screens[step.on[0]].elements[name]
    if candidate is not None and element.permission:
        return compare.box(ctx.order, element.permission, on=candidate.checked)
    if candidate is not None and element.grants:
        return compare.choice(boxes.granted(ctx, step.on[0], element), element.grants, on=candidate.checked)
    if candidate is not None and element.anywhere:
        return _open(ctx, candidate) or compare.Comparison("not-provable", ("which addresses count is not shown",))
    if candidate is None:
        return compare.Comparison("not-provable", (f"{name} are not shown",))
    text = await capture.beside(ctx, candidate)
    if not text:
        return compare.Comparison("not-provable", (f"{name} are not shown",))
    if name == "ips":
        return compare.ips(ctx.order, ctx.flow, text)
    return compare.rights(ctx.order, ctx.flow, text, strict=True)


async def row(ctx: Context, step: Step) -> compare.Comparison:
    """Find the key in the list by its label (or, where keys have none, by itself) and compare its row."""
    seen = await sight.until(ctx, step.on, ctx.limits.screen, everywhere=False)
    loop = asyncio.get_running_loop()
    end = loop.time() + ctx.limits.element * 2
    shown = ctx.flow.selectors.shown
    right_words = [word for right, words in shown.items() if right != "no-ips" for word in words]
    ip_words = [*ctx.order.ips, *([] if ctx.order.ips else shown.get("no-ips", ()))]
    listed, scrolled, still = False, False, Stillness(ctx)
    while seen is not None:
        rights, others = await own_row(ctx, seen, right_words, ip_words)
        ips, more = await own_row(ctx, seen, ip_words, right_words)
        if rights or ips:
            parts = _boxes(ctx, seen) or [compare.named(ctx.order, ctx.flow, rights)]
            parts.append(_anywhere(ctx, seen) or compare.ips(ctx.order, ctx.flow, "\n".join(ips or rights)))
            return compare.together(parts)
        if card := _card(ctx, seen):
            return compare.together(card)
        listed = bool(set(own.marks(ctx, seen)) - others - more)
        if loop.time() >= end or (listed and (still.over(seen.look) or not (right_words or ip_words))):
            break
        if not listed and not scrolled and loop.time() >= end - 2 * ctx.limits.element + _SCROLLED:
            scrolled = True
            if not await whole.holds(ctx) and await ctx.page.more_pages():
                break
        await ctx.page.changed(seen.look.stamp, 0.5)
        seen = await sight.see(ctx)
    if listed:
        return compare.Comparison("not-provable", ("the key list shows neither its rights nor its IP addresses",))
    if await ctx.page.more_pages():
        return compare.Comparison("not-provable", ("the key is on none of those pages of the key list that show",))
    return compare.Comparison("different", (f"the key list does not show {ctx.order.label}",))


def _card(ctx: Context, seen: Sighting) -> list[compare.Comparison]:
    """Compare the key's own card, where it is no row but has a row for each thing; [] where it shows no boxes."""
    if seen.screen is None or not seen.screen.each:
        return []
    boxes = _boxes(ctx, seen)
    if not any(one.proven or one.verdict == "different" for one in boxes):
        return []
    said = (one.own for one in seen.look.candidates if one.layer == seen.layer and one.kind not in {"text", "password"})
    ips = [text for text in said if text and all(map(_is_ip, text.replace(",", " ").split()))]
    return [*boxes, _anywhere(ctx, seen) or compare.ips(ctx.order, ctx.flow, "\n".join(ips))]


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _of_keys(ctx: Context, seen: Sighting) -> list[Element]:
    """Give the elements of a list's screen without those of a form on the same page, which is empty again by then."""
    if seen.screen is None:
        return []
    steps = ctx.flow.steps
    made = next((at for at, one in enumerate(steps) if one.effect == "creates-key"), 0)
    form = {name for one in steps[:made] if one.verb == "set" and seen.name in one.on for name in one.target}
    return [element for name, element in seen.screen.elements.items() if name not in form]


def _boxes(ctx: Context, seen: Sighting) -> list[compare.Comparison]:
    """Compare the rights that stand as boxes on the key's own card; [] where they do not."""
    found = []
    for element in _of_keys(ctx, seen):
        if element.permission:
            candidate = sight.find(ctx, seen, element)
            on = candidate.candidate.checked if isinstance(candidate, Located) else None
            found.append(compare.box(ctx.order, element.permission, on=on))
    return found


def _anywhere(ctx: Context, seen: Sighting) -> compare.Comparison | None:
    """Compare the IP rule where it stands as a choice on the key's card and says more than the addresses."""
    element = next((one for one in _of_keys(ctx, seen) if one.anywhere), None)
    found = sight.find(ctx, seen, element) if element else None
    return _open(ctx, found.candidate) if isinstance(found, Located) else None


def _open(ctx: Context, choice: Candidate) -> compare.Comparison | None:
    """Compare the choice that makes a key usable from anywhere; None where it does not tell enough."""
    open_to_all = choice.checked
    if open_to_all is None:
        return None
    if open_to_all and ctx.order.ips:
        return compare.Comparison("different", ("the site does not restrict the key to any IP address",))
    if not ctx.order.ips:
        if open_to_all:
            return compare.Comparison("verified", proven=("ips",))
        return compare.Comparison("different", ("the site restricts the key to IP addresses, which was not ordered",))
    return None


async def own_row(
    ctx: Context, seen: Sighting, marks: Sequence[str], others: Sequence[str] = ()
) -> tuple[tuple[str, ...], set[int]]:
    """Give the texts of the key's row, and the labels that turned out to stand in the row of another key."""
    foreign: set[int] = set()
    for ref in own.marks(ctx, seen):
        try:
            texts = await ctx.page.row(ref, marks, others)
        except StaleError:
            continue
        if texts and _is_ours(ctx, texts):
            return texts, foreign
        foreign |= {ref} if texts else set()
    return (), foreign


def _is_ours(ctx: Context, texts: Sequence[str]) -> bool:
    """A row that shows a whole key must show ours; a shortened one must begin like it."""
    ours = ctx.fields.get("api_key")
    if ours is None:
        return True
    shape = ctx.flow.credential["api_key"]
    if not (shape.length or shape.groups):
        return True  # any word of the row could be a key then
    whole = [word for text in texts for word in text.split() if not fits(word, shape)]
    return not whole or any(Secret(word) == ours for word in whole)
