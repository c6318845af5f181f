"""A value that the page shows masked, cut or not at all: what can be done about it, as choices for the person.

A control in the value's own block that shows it (never pressed but by the person's choice), the page's QR code, or
the value typed or pasted by the person. Whatever comes of it is judged like a value that was read.
Knows nothing of stores; never quotes what it reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from autokey import match
from autokey.engine import asking
from autokey.match.index import hidden
from autokey.match.words import tokens
from autokey.model import Absent, Located, Unsure
from autokey.ports import CoveredError, StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autokey.engine.context import Context, Sighting
    from autokey.model import Candidate, Screen, Step

_CUT: Final = re.compile(r"[*•●∙·＊]{2,}|…|\.{3,}")
_ENDS: Final = 2  # characters at either end of a masked value that prove another one to be the same
_UNHIDES: Final = frozenset({"show", "reveal", "view", "display", "unhide", "unmask", "显示", "查看", "顯示"})
_BESIDE: Final = frozenset(
    {"click", "tap", "to", "the", "full", "api", "secret", "key", "value", "密钥", "私钥"} | _UNHIDES
)
_EYES: Final = frozenset({"eye", "reveal", "unhide", "visibility", "show"})
_OTHERS: Final = frozenset({"copy", "hide", "edit", "delete", "remove", "close", "download", "clipboard"})
_BELOW: Final = 90  # CSS pixels between a label and a control that belongs to its value, at most
_ICON: Final = 64  # CSS pixels: no icon is larger
_PLAIN: Final = "clickable without words"
_DRAWN: Final = "the icon without words"
_SHOWN: Final = 3  # controls that are offered at most


def ends(shown: str) -> tuple[str, str]:
    """Give what stands before and after the masked or cut part of a value; ("", "") if it is not masked."""
    parts = _CUT.split(shown.strip())
    return (parts[0].strip(), parts[-1].strip()) if len(parts) > 1 else ("", "")


def agrees(value: Secret, shown: str, *, wholly: bool) -> bool:
    """Say whether a value can be the one that is shown masked. `wholly`: only if both visible ends prove it."""
    head, tail = ends(shown)
    if wholly and min(len(head), len(tail)) < _ENDS:
        return False
    return value.between(head, tail)


async def controls(
    ctx: Context, seen: Sighting, screen: Screen, label: Candidate, *, others: tuple[str, ...] = ()
) -> list[Candidate]:
    """Give what could show the value beside `label`: controls in its own block that say or look so, best first.

    `others`: the elements whose blocks are not its own.
    """
    found = [asking.match_on(ctx, seen, screen, screen.elements[name]) for name in others]
    apart = [one.candidate.ref for one in found if isinstance(one, Located) and one.candidate.ref != label.ref]
    try:
        block = await ctx.page.block(label.ref, apart)
    except StaleError:
        return []
    order = [one.ref for one in seen.look.candidates]
    after = order.index(label.ref) + 1 if label.ref in order else len(order)
    until = min((order.index(ref) for ref in apart if ref in order[after:]), default=len(order))
    # Where all labels and values stand in one block, what follows the label up to the next one is its own.
    near = {one.ref for one in seen.look.candidates[after:until] if abs(one.box[1] - label.box[1]) <= _BELOW}
    own = (block | near) - {label.ref, *apart}
    inside = [one for one in seen.look.candidates if one.ref in own]
    inside = [one for one in inside if one.layer == label.layer and one.enabled and not hidden(one)]
    named = [one for one in inside if _says_show(one)]
    drawn = [one for one in inside if one not in named and one.clickable and _looks_like_show(one)]
    # An eye need not be called so: where nothing is, whatever has no words may be it, as the person sees.
    wordless = [one for one in inside if one.clickable and _is_wordless_icon(one)]
    return [*named, *drawn][:_SHOWN] or wordless[:_SHOWN]


def _says_show(one: Candidate) -> bool:
    for text in (one.name, one.own, one.title):
        said = set(tokens(match.normalise(text)))
        if said & _UNHIDES and said <= _BESIDE and not _CUT.search(text):
            return True
    return False


def _looks_like_show(one: Candidate) -> bool:
    words = {*one.hints, *tokens(match.normalise(one.name)), *tokens(match.normalise(one.title))}
    return bool(words & _EYES) and not words & _OTHERS


def _is_wordless_icon(one: Candidate) -> bool:
    small = 0 < one.box[2] <= _ICON and 0 < one.box[3] <= _ICON
    return small and not (one.name or one.text or one.title) and not set(one.hints) & _OTHERS


def _not_the_value(one: Candidate) -> str:
    """Say why what was pointed at is not a value that can be read, "" if it may be, or be its label."""
    said = one.own or one.text
    if len(said.split()) == 1 and _CUT.search(said):
        return "is the value as it is hidden; show it first, in the page, and say `done`, or type the value here"
    if one.clickable and _is_wordless_icon(one):
        return "is something to press, not the value; press it yourself, in the page, and say `done`"
    return ""


async def ask(
    ctx: Context,
    step: Step,
    seen: Sighting,
    lacks: tuple[str, str],
    code: Secret | None,
) -> Secret | None:
    """Ask the person how a value (its name, and what is wrong with it) is to be had.

    Gives it if they typed it or chose the QR code's (`code`).

    None: something was done in the page; read it again. Raises StoppedError when they give up.
    """
    name, reason = lacks
    screen = ctx.flow.selectors.screens[step.on[0]]
    element = screen.elements[name]
    found = asking.match_on(ctx, seen, screen, element)
    what = asking.label_of(element)
    shows: list[Candidate] = []
    if isinstance(found, Located):
        others = tuple(one for one in screen.elements if one != name)
        shows = await controls(ctx, seen, screen, found.candidate, others=others)
    offers = match.offer(shows, seen.look, words_only=True)
    extra = [f"press {said.replace(_PLAIN, _DRAWN)} beside {what}" for _, said in offers]
    if code is not None:
        extra.append(f"take {what} from the QR code on the page")
    answer = await asking.ask_for(
        ctx,
        screen.name,
        name,
        found if isinstance(found, Unsure) else Absent(),
        step=step,
        text=f"{what} cannot be read: it {reason}. Show its value on the page, or type or paste it here.",
        reason=f"{what} {reason}",
        extra=tuple(extra),
        use="value",
        refuse=_not_the_value,
    )
    if isinstance(answer, Secret):
        return answer
    if isinstance(answer, int):
        if answer >= len(offers):
            return code
        await _press(ctx, step, offers[answer][0])
    return None


async def _press(ctx: Context, step: Step, control: Candidate) -> None:
    """Press what shows the value, as the person chose: the very node, or nothing."""
    ctx.journal.note("before", step.id, "reveals")
    stamp = ctx.last.stamp if ctx.last else 0
    try:
        await ctx.page.click(control.ref)
    except (StaleError, CoveredError):
        ctx.human.tell("note", text="It could not be pressed.")
    ctx.journal.note("after", step.id, "reveals")
    await ctx.page.changed(stamp, 1.0)


def from_code(
    pairs: Mapping[str, Secret], name: str, values: Mapping[str, Secret], shown: str
) -> tuple[Secret | None, bool]:
    """Give what a QR code says a masked value is, and whether that is proven: both its visible ends agree.

    Nothing where the code contradicts what is shown, or another value that was read.
    """
    fields = {one: pairs[folded] for one in (name, *values) if (folded := one.replace("_", "")) in pairs}
    value = fields.get(name)
    if value is None or any(fields[one] != values[one] for one in fields if one in values):
        return None, False
    if any(value == one for one in values.values()) or not agrees(value, shown, wholly=False):
        return None, False
    return value, agrees(value, shown, wholly=True)
