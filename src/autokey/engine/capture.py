"""Reads the key and the once-shown secret, and believes them only when everything agrees.

Shape, not masked, not cut, not swapped, seen twice the same, and equal to the page's second sources
(design, section 5.7). Judging is pure; reading repeats until it is stable.
Knows nothing of stores; never quotes what it reads.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autokey.engine import asking, masked, sight
from autokey.engine.shape import fits
from autokey.engine.still import Stillness
from autokey.match import normalise, safe
from autokey.model import Located, Unsure
from autokey.ports import StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autokey.engine.context import Context, Sighting
    from autokey.model import Candidate, Screen, Shape, Step
    from autokey.ports import Reading

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_CREDENTIAL: Final = 16  # characters that a typed value has at least where its shape is not known
_CODE: Final = 2.0  # seconds in which a QR code that a page is fetching is waited for; the secret is not stored yet
_PATIENCE: Final = 12.0  # seconds for skeletons and late values before the person is asked


@dataclass(frozen=True, slots=True)
class Judged:
    """A value that fits, or the reason why none does (safe to print)."""

    value: Secret | None
    reason: str = ""


def judge(reading: Reading, shape: Shape) -> Judged:
    """Choose the one value of the right shape out of what stands beside the label.

    The whole text counts first; then its parts between blanks (a word such as Copy may follow); then input
    values, titles and copy data. Two different values that fit are not a value.
    """
    fitting: list[str] = []
    reason = ""
    beside = (reading.shown, *reading.others)
    for secret in (*beside, *reading.near):
        if len(fitting) == 1 and secret in reading.near and secret not in beside:
            break  # what stands directly beside the label counts before what stands near it
        text = _INVISIBLE.sub("", secret.reveal()).strip()
        options = [text, *text.split(), "".join(text.split())] if text else []
        found = next((option for option in options if not fits(option, shape)), None)
        if found is None:
            reason = reason or next((fits(option, shape) for option in options[:1]), "is not there")
        elif found not in fitting:
            fitting.append(found)
    if len(fitting) == 1:
        return Judged(Secret(fitting[0]))
    return Judged(None, "is shown with two different values" if fitting else reason or "is not there")


async def read_all(ctx: Context, step: Step) -> dict[str, Secret]:
    """Read every field of the step; ask the person about what cannot be read.

    Raises StoppedError when the person gives up; the page is left as it is.
    """
    loop = asyncio.get_running_loop()
    end, still = loop.time() + _PATIENCE, Stillness(ctx)
    previous: dict[str, Secret] = {}
    payloads: list[dict[str, Secret]] = []
    given: dict[str, Secret] = {}  # by the person, or proven by a second source
    while True:
        seen = await sight.see(ctx)
        values, reasons = await _read_once(ctx, step, seen, given)
        if not reasons and previous == values:
            reasons = _differ(ctx, values, payloads or await _late_source(ctx, step)) if "qr" in step.also else {}
            if not reasons:
                return values
        elif not reasons:  # the code between the two readings: what changes meanwhile is seen
            payloads = await _second_source(ctx, step)
        previous = {} if reasons else values
        for name in given.keys() & reasons.keys():
            del given[name]
        if reasons and (loop.time() >= end or still.over(seen.look)):
            for name, reason in reasons.items():
                if value := await _had(ctx, step, seen, (name, reason), values):
                    given[name] = value
            end, still = loop.time() + _PATIENCE / 4, Stillness(ctx)
        if reasons or not payloads:
            await ctx.page.changed(seen.look.stamp, 0.02 if not reasons else 0.5)


async def _had(
    ctx: Context, step: Step, seen: Sighting, lacks: tuple[str, str], values: Mapping[str, Secret]
) -> Secret | None:
    """Get a value that cannot be read (name and reason): proven by the page's QR code, else as the person says."""
    name = lacks[0]
    shape, shown = ctx.flow.credential[name], await _masked(ctx, step, seen, name)
    code, proven = None, False
    for pairs in [qr_pairs(one) for one in await ctx.page.codes()]:
        found, sure = masked.from_code(pairs, name, values, shown)
        if found is not None and not fits(found.reveal(), shape):
            code, proven = found, sure
    if code is not None and proven:
        ctx.note("A value that the page shows masked was taken from its QR code; both ends agree.")
        return code
    value = await masked.ask(ctx, step, seen, lacks, code)
    if value is None or value is code:
        return value
    text = "".join(_INVISIBLE.sub("", value.reveal()).split())
    known = bool(shape.length or shape.groups) or len(text) >= _CREDENTIAL
    wrong = fits(text, shape) if known else "is too short to be one"
    if not wrong and not masked.agrees(value, shown, wholly=False):
        wrong = "is not the one that is shown masked"
    if wrong:
        ctx.human.tell("warning", text=f"What was typed cannot be it: it {wrong}.")
        return None
    return Secret(text)


async def _masked(ctx: Context, step: Step, seen: Sighting, name: str) -> str:
    """Give what stands beside a value's label, as far as it is there."""
    screen = ctx.flow.selectors.screens[step.on[0]]
    found = asking.match_on(ctx, seen, screen, screen.elements[name])
    return await beside(ctx, found.candidate) if isinstance(found, Located) else ""


async def beside(ctx: Context, label: Candidate) -> str:
    """Give the text that stands beside a label: masked, or no secret (rights, addresses); "" if there is none."""
    try:
        reading = await ctx.page.read(label.ref)
    except StaleError:
        return ""
    return reading.shown.reveal() if reading else ""


async def readable(ctx: Context, step: Step, limit: float) -> bool:
    """Say whether every field of the step can be read within `limit` seconds, without asking anybody."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while True:
        seen = await sight.see(ctx)
        if seen.screen is not None and seen.name in step.on:
            _, reasons = await _read_once(ctx, step, seen, {})
            if not reasons:
                return True
        if loop.time() >= end:
            return False
        await ctx.page.changed(seen.look.stamp, 0.5)


async def _read_once(
    ctx: Context, step: Step, seen: Sighting, given: Mapping[str, Secret]
) -> tuple[dict[str, Secret], dict[str, str]]:
    screen = ctx.flow.selectors.screens[step.on[0]]
    values: dict[str, Secret] = {}
    reasons: dict[str, str] = {}
    for name in step.target:
        if name in given:
            values[name] = given[name]
            continue
        found = asking.match_on(ctx, seen, screen, screen.elements[name])
        shape = ctx.flow.credential[name]
        if not isinstance(found, Located):
            if isinstance(found, Unsure) and (alone := await _only_one(ctx, seen, screen, name, shape)):
                values[name] = alone
                continue
            several = isinstance(found, Unsure) and len(found.best) > 1
            reasons[name] = "stands in more than one place" if several else "is not there"
            continue
        if found.how == "person" and (itself := _itself(found.candidate, shape)) is not None:
            values[name] = itself
            continue
        try:
            reading = await ctx.page.read(found.candidate.ref)
        except StaleError:
            reasons[name] = "was replaced while it was read"
            continue
        judged = judge(reading, shape) if reading else Judged(None, "is not there yet")
        if judged.value is None:
            reasons[name] = judged.reason
        else:
            values[name] = judged.value
    if not reasons:
        names = list(values)
        for index, name in enumerate(names):
            for other in names[index + 1 :]:
                if values[name] == values[other]:
                    reasons[other] = f"is the same as {name}"
    return values, reasons


async def _only_one(ctx: Context, seen: Sighting, screen: Screen, name: str, shape: Shape) -> Secret | None:
    """Read what stands beside each of several places with the very words; give the value if only one has one.

    Words such as "Secret Key" stand in a warning, too. Only where the length is documented: otherwise a word
    of that warning could be taken for the value.
    """
    if not (shape.length or shape.groups) or seen.screen is not screen:
        return None
    fitting: list[Secret] = []
    for one in sight.every(ctx, seen, screen.elements[name]):
        try:
            reading = await ctx.page.read(one.ref)
        except StaleError:
            return None
        judged = judge(reading, shape) if reading else Judged(None)
        if judged.value is not None and judged.value not in fitting:
            fitting.append(judged.value)
    return fitting[0] if len(fitting) == 1 else None


async def _second_source(ctx: Context, step: Step) -> list[dict[str, Secret]]:
    """Give what the page's QR codes say, where the step has them compared; [] where none can be read."""
    return [pairs for code in await ctx.page.codes() if (pairs := qr_pairs(code))] if "qr" in step.also else []


async def _late_source(ctx: Context, step: Step) -> list[dict[str, Secret]]:
    """Give the same, after a moment in which a page that is still fetching something may draw its code."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _CODE
    while not (found := await _second_source(ctx, step)) and loop.time() < end:
        if not (ctx.page.busy() or await ctx.page.loading()):
            break
        await ctx.page.changed((await sight.see(ctx)).look.stamp, 0.2)
    return found


def _differ(ctx: Context, values: Mapping[str, Secret], payloads: list[dict[str, Secret]]) -> dict[str, str]:
    for pairs in payloads:
        for name, value in values.items():
            other = pairs.get(normalise(name).replace("_", "").replace(" ", ""))
            if other is not None and other != value:
                swapped = any(other == values[one] for one in values if one != name)
                return {
                    name: "is exchanged with another value in the QR code" if swapped else "differs from the QR code"
                }
    if not any(set(pairs) & {name.replace("_", "") for name in values} for pairs in payloads):
        ctx.note("The page's QR code could not be read; the values were compared with nothing else.")
    return {}


def qr_pairs(code: Secret) -> dict[str, Secret]:
    """Give the fields of a QR payload that is one flat JSON object; {} for any other payload.

    Names are folded: `APIKey` and `api_key` are both `apikey`.
    """
    try:
        data = json.loads(code.reveal())
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {re.sub(r"[\W_]", "", key).lower(): Secret(value) for key, value in data.items() if isinstance(value, str)}


def _itself(candidate: Candidate, shape: Shape) -> Secret | None:
    """Give the value where the person pointed at the value and not at its label, which may be one word, too."""
    known = bool(shape.length or shape.groups)
    texts = [one for one in (candidate.own, candidate.text, "".join(candidate.text.split())) if one]
    found = next((text for text in texts if not fits(text, shape) and (known or safe(text, len(text)) != text)), None)
    return Secret(found) if found else None
