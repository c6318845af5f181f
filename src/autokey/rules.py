"""What a valid flow is, as sentences: found before a browser opens (design, section 3).

Each rule is a function that yields problems with a line of the flow file. A flow with any problem does not run:
one that could lose a once-shown secret, grant a right nobody ordered or make a second key is not a flow.
Knows nothing of TOML, pages or any exchange by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from autokey.errors import FlowError
from autokey.model import ASKS, DANGEROUS, ITSELF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autokey.model import Element, Flow, Screen, Step

CODES: Final = ("email-code", "sms-code", "authenticator-code", "trading-password")
_SHOWING: Final = ("creates-key", "changes-key", "reveals")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_HARMLESS: Final = re.compile(
    r"close|got it|i know|later|not now|skip|reject|decline|necessary|dismiss|remind|[×✕✖x]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a flow, in a sentence."""

    line: int
    text: str
    file: str = ""  # where it is not the flow's own

    def named(self, flow: Flow) -> str:
        """Give the problem with its file and line."""
        return f"{self.file or f'flows/{flow.name}.toml'}:{self.line}: {self.text}"


def problems(flow: Flow) -> list[Problem]:
    """Give everything that is wrong with a flow, in the order of its lines."""
    found = [problem for rule in RULES for problem in rule(flow)]
    return sorted(found, key=lambda problem: (problem.file, problem.line))


def require_valid(flow: Flow) -> None:
    """Raise FlowError with the first problem of a flow that has one."""
    found = problems(flow)
    if found:
        more = f" ({len(found) - 1} more: autokey check {flow.exchange})" if len(found) > 1 else ""
        raise FlowError(f"{found[0].named(flow)}{more}")


def _screens(flow: Flow, names: tuple[str, ...]) -> list[Screen]:
    return [flow.selectors.screens[name] for name in names if name in flow.selectors.screens]


def _elements(flow: Flow, step: Step) -> Iterator[tuple[str, Element | None]]:
    """Give every element name a step uses, with the element where its screen has it."""
    names = list(step.target) if step.verb in {"click", "fill", "set", "add", "capture"} else []
    if step.verb == "expect" and step.target != ("row",):
        names = list(step.target)
    names += [name for name in (step.press, step.send, step.submit) if name and name != ITSELF]
    for name in names:
        on = _screens(flow, step.on)
        yield name, next((screen.elements[name] for screen in on if name in screen.elements), None)


def _creates(flow: Flow) -> int:
    """Give the number of the last step of the creation, the number of steps if there is none."""
    return max((n for n, step in enumerate(flow.steps) if step.effect == "creates-key"), default=len(flow.steps))


def names_exist(flow: Flow) -> Iterator[Problem]:
    """Every screen and element that a step names is in the selectors, every step id is unique."""
    seen: set[str] = set()
    for step in flow.steps:
        if step.id in seen:
            yield Problem(step.line, f"two steps are named {step.id!r}.")
        seen.add(step.id)
        for name in (*step.on, *step.to, *((step.when,) if step.when else ())):
            if name not in flow.selectors.screens:
                yield Problem(step.line, f"step {step.id} names the screen {name!r}, which selectors do not have.")
        for name, element in _elements(flow, step):
            if element is None and all(one in flow.selectors.screens for one in step.on):
                where = " or ".join(step.on) or "no screen"
                yield Problem(step.line, f"step {step.id} names {name!r}, which is not an element of {where}.")


def steps_are_whole(flow: Flow) -> Iterator[Problem]:
    """Every step says what its verb needs."""
    for step in flow.steps:
        if step.verb not in {"open", "ask"} and not step.on:
            yield Problem(step.line, f"step {step.id} does not say `on` which screen it acts.")
        if step.verb in {"fill", "add"} and not step.value:
            yield Problem(step.line, f"step {step.id} does not say `with` what it fills.")
        if step.verb == "add" and not step.press:
            yield Problem(step.line, f"step {step.id} adds one at a time but names no button to `press`.")
        if step.verb == "set" and not step.state:
            yield Problem(step.line, f"step {step.id} does not say the `state`: on, off or ordered.")
        for word in step.target if step.verb == "ask" else ():
            if word not in ASKS:
                yield Problem(step.line, f"step {step.id} asks for {word!r}; what can be asked: {', '.join(ASKS)}.")
        for word in step.also:
            if word != "qr":
                yield Problem(step.line, f"step {step.id} names the second source {word!r}; there is only qr.")
        if step.verb == "ask" and not step.to:
            yield Problem(step.line, f"step {step.id} asks the person but does not say `to` which screen that leads.")
        if step.verb == "ask" and set(step.target) & set(CODES):
            if not step.submit:
                yield Problem(
                    step.line,
                    f"step {step.id} asks for codes but names no button to `submit` them (or submit = {ITSELF!r}, "
                    "where the page sends a code with its last character).",
                )
            for screen in _screens(flow, step.on):
                if not set(step.target) & set(screen.elements):
                    yield Problem(step.line, f"step {step.id} asks for codes, but {screen.name} has no field for them.")
        if len(step.target) > 1 and step.verb in {"open", "click", "fill", "add"}:
            yield Problem(step.line, f"step {step.id} has more than one target for {step.verb}.")
        if not step.sources:
            yield Problem(step.line, f"step {step.id} has no `guide`: every step says where it is documented.")


def reachable(flow: Flow) -> Iterator[Problem]:
    """Every step's screen is one that an earlier step leads to."""
    known = {name for name, screen in flow.selectors.screens.items() if screen.everywhere}
    for step in flow.steps:
        if step.on and not set(step.on) & known and not step.when:
            yield Problem(step.line, f"no earlier step leads to {' or '.join(step.on)}, on which step {step.id} acts.")
        known.update(step.to)
        if step.when:
            known.add(step.when)


def hosts_are_listed(flow: Flow) -> Iterator[Problem]:
    """Addresses are https and on the listed hosts; a listed host is a plain name."""
    for host in flow.selectors.hosts:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d+)?", host):
            yield Problem(1, f"{host!r} is not a plain host name (no *, no address, no other alphabet).")
        if host.startswith("xn--") or ".xn--" in host:
            yield Problem(1, f"{host!r} is a punycode name, which can look like another.")
    for line, url in [(1, flow.site), *((step.line, step.target[0]) for step in flow.steps if step.verb == "open")]:
        try:
            parts = urlsplit(url)
            listed = parts.scheme == "https" and parts.netloc in flow.selectors.hosts
        except ValueError:  # "https://[x"
            listed = False
        if not listed:
            yield Problem(line, f"{url} is not https on a listed host ({', '.join(flow.selectors.hosts)}).")


def one_creation(flow: Flow) -> Iterator[Problem]:
    """One act creates the key: a click or an ask, or the asks (2FA, mailed link) that stand right behind each other.

    Nothing else leads to a screen that shows a secret.
    """
    creating = [n for n, step in enumerate(flow.steps) if step.effect == "creates-key"]
    if not creating:
        yield Problem(1, "no step has the effect creates-key.")
    for before, after in pairwise(creating):
        one, other = flow.steps[before], flow.steps[after]
        if after != before + 1 or other.verb != "ask" or not other.when:
            yield Problem(
                other.line, f"both {one.id} and {other.id} have the effect creates-key: that would be two keys."
            )
    before_first = flow.steps[creating[0] - 1] if creating and creating[0] else None
    if before_first is not None and before_first.verb == "ask" and not before_first.effect:
        yield Problem(
            before_first.line, f"step {before_first.id} is a part of the creation without the effect creates-key."
        )
    for step in flow.steps:
        if step.effect and step.verb not in {"click", "ask"} and (step.verb, step.effect) != ("set", "changes-key"):
            yield Problem(step.line, f"step {step.id} has the effect {step.effect}, but {step.verb} cannot have it.")
        shows = [screen.name for screen in _screens(flow, step.to) if screen.secret]
        listed = any(screen.each for screen in _screens(flow, step.to))
        if shows and not listed and step.effect not in _SHOWING and step.verb in {"click", "ask"}:
            yield Problem(
                step.line,
                f"step {step.id} leads to {shows[0]}, which shows a secret, without the effect creates-key or reveals.",
            )


def secrets_are_kept(flow: Flow) -> Iterator[Problem]:
    """All of a credential is captured, on the screen that shows it, before anything on that screen is clicked."""
    start = _creates(flow)
    read = {name for step in flow.steps if step.verb == "capture" for name in step.target}
    for name, shape in flow.credential.items():
        if not shape.made and name not in read:
            yield Problem(1, f"the credential has {name}, but no step captures it.")
        if shape.made and not any(step.verb == "fill" and step.value == name for step in flow.steps):
            yield Problem(1, f"{name} is made by us, but no step fills it in.")
    for name in read - set(flow.credential):
        yield Problem(1, f"{name} is captured, but the credential does not have it.")
    kept: set[str] = set()
    for step in flow.steps[start + 1 :]:
        if step.verb == "capture":
            kept.update(step.target)
            for name, element in _elements(flow, step):
                if element is not None and not element.secret:
                    yield Problem(step.line, f"{name} is captured, but selectors do not mark it as secret.")
        once = {name for name, shape in flow.credential.items() if shape.shown == "once" and not shape.made}
        if step.verb in {"click", "open"} and step.effect != "reveals" and once - kept:
            yield Problem(
                step.line,
                f"step {step.id} comes before {', '.join(sorted(once - kept))} is captured and could lose it.",
            )
    for step in flow.steps[:start]:
        if step.verb == "capture":
            yield Problem(step.line, f"step {step.id} captures before a key is created.")
    ours = [name for name, shape in flow.credential.items() if shape.made]
    for step in flow.steps:
        if step.value == "passphrase" and step.value not in ours:
            yield Problem(step.line, f"step {step.id} fills in a passphrase; [credential] does not say `made = true`.")
        for name, element in _elements(flow, step):
            if step.verb == "fill" and step.value == "passphrase" and element is not None and not element.secret:
                yield Problem(step.line, f"step {step.id} types a secret into {name}, which is not marked as secret.")


def rights_are_held(flow: Flow) -> Iterator[Problem]:
    """Every right the site offers is brought to the ordered state and named in what the site shows."""
    handled: set[str] = set()
    for step in flow.steps:
        if step.verb == "set" and step.state in {"ordered", "off"}:
            for _, element in _elements(flow, step):
                handled |= {element.permission, *element.grants} if element is not None else set()
        elif step.verb in {"set", "click"}:
            for name, element in _elements(flow, step):
                if element is not None and (element.permission or element.grants):
                    yield Problem(step.line, f"step {step.id} switches {name} without looking at what was ordered.")
    for right, offer in flow.permissions.items():
        if offer != "always" and right not in handled:
            yield Problem(1, f"the site offers {right}, but no step sets it to what was ordered.")
        if right in DANGEROUS and offer != "on-request-dangerous":
            yield Problem(1, f"{right} moves money off the account: it must be on-request-dangerous.")
        if offer != "always" and right not in flow.selectors.shown:
            yield Problem(1, f'selectors do not say how the site writes {right}: add to [shown] {right} = "its words".')
    for screen in flow.selectors.screens.values():
        for element in screen.elements.values():
            for right in {element.permission, *element.grants} - {"", *flow.permissions}:
                yield Problem(1, f"{screen.name}.{element.name} grants {right}, which the flow does not list.")
            if element.grants and (element.permission or element.role not in {"radio", "option"}):
                where = f"{screen.name}.{element.name}"
                yield Problem(1, f"{where} has `grants`, which is for one of several choices (radio, option) alone.")


def order_is_used(flow: Flow) -> Iterator[Problem]:
    """Label and IPs of an order are put in, and the result is compared with the key list or what is shown."""
    filled = {step.value for step in flow.steps if step.verb in {"fill", "add"}}
    if flow.has_label and "label" not in filled:
        yield Problem(1, "no step fills in the label (or say has-label = false).")
    if flow.limits.ips_max and "ips" not in filled:
        yield Problem(1, "the limits name IP addresses, but no step fills them in.")
    if not any(step.verb == "expect" for step in flow.steps[_creates(flow) :]):
        yield Problem(1, "nothing compares what the site granted with the order.")
    form = {on for step in flow.steps[: _creates(flow)] if step.verb in {"fill", "set", "add"} for on in step.on}
    if not any(step.target == ("row",) for step in flow.steps):
        for step in flow.steps[_creates(flow) :]:
            if step.effect == "closes" and (back := next(iter(form & set(step.to)), "")):
                said = f'step {step.id} leads back to {back}, where the form is: add a step with expect = "row" on the'
                yield Problem(step.line, f"{said} screen that shows the key list.")


def nothing_unused(flow: Flow) -> Iterator[Problem]:
    """Every screen and element of the selectors is used; what is not used is not checked by anything."""
    used_screens = {name for step in flow.steps for name in (*step.on, *step.to, step.when)}
    used = {(on, name) for step in flow.steps for name, _ in _elements(flow, step) for on in step.on}
    used |= {(on, name) for step in flow.steps if step.verb == "ask" for name in step.target for on in step.on}
    for screen in flow.selectors.screens.values():
        if screen.interruption:
            continue
        if screen.name not in used_screens:
            yield Problem(1, f"no step uses the screen {screen.name} of the selectors.")
            continue
        rows = any(step.target == ("row",) and screen.name in step.on for step in flow.steps)
        for name, element in screen.elements.items():
            if (screen.name, name) not in used and not (rows and element.anywhere):
                yield Problem(1, f"no step uses {screen.name}.{name} of the selectors.")


def interruptions_are_harmless(flow: Flow) -> Iterator[Problem]:
    """A way out of an interruption closes or refuses; it never agrees."""
    for screen in flow.selectors.screens.values():
        if screen.way_out:
            for word in screen.elements[screen.way_out].words:
                if not _HARMLESS.search(word):
                    yield Problem(1, f"the way out of {screen.name} is {word!r}, which is not a harmless control.")


def dated(flow: Flow) -> Iterator[Problem]:
    """A flow says when it was last run on the live site, or that it never was."""
    if flow.verified != "never" and not _DATE.match(flow.verified):
        yield Problem(1, f'verified must be a date such as 2026-01-31 or "never", not {flow.verified!r}.')


def nothing_left(flow: Flow) -> Iterator[Problem]:
    """Nothing says TODO any more: what a person has to decide is decided."""
    for file, line, text in flow.left:
        yield Problem(line, f"still to fill in: {text}", "" if file == f"flows/{flow.name}.toml" else file)


RULES: Final[tuple[Callable[[Flow], Iterator[Problem]], ...]] = (
    names_exist,
    steps_are_whole,
    reachable,
    hosts_are_listed,
    one_creation,
    secrets_are_kept,
    rights_are_held,
    order_is_used,
    nothing_unused,
    interruptions_are_harmless,
    dated,
    nothing_left,
)
