"""What the parts of a run share: the order, the flow in force, the ports, and how far things have gone.

Knows nothing of how steps are carried out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from autokey.model import Candidate, Flow, Look, Order, Screen, Step
    from autokey.overlay import Overlay
    from autokey.ports import Human, Journal, Page, Vault
    from autokey.secret import Secret

State = Literal["nothing-sent", "may-exist", "captured", "stored", "compared"]

SAID: Mapping[State, str] = {
    "nothing-sent": "No key was created.",
    "may-exist": "A key may exist on the site that is not stored here.",
    "captured": "A key exists on the site; its secret was read but not stored.",
    "stored": "The key is stored here; what the site granted was not compared yet.",
    "compared": "The key is stored here and was compared with what the site shows.",
}
_SENT_BY_HAND = "Only if you sent the form in the page yourself one may exist: `autokey resume` looks."
_DELETED = "The key that was made was deleted again; no other was created."


@dataclass(slots=True)
class Limits:
    """How long things may take, in seconds."""

    screen: float = 25.0  # until a screen shows after an act, before the person is asked
    element: float = 6.0  # until an element of a screen that shows is there
    quiet: float = 2.5  # that a page stands still before the person is asked, however long it could be waited
    answer: float = 45.0  # until the site answers the step that creates the key
    human: float = 900.0  # until a person answers
    settle: float = 6.0  # until a key list that does not show a key is believed


@dataclass(slots=True)
class Written:
    """A thing that was put into a form, to be read again before it is sent."""

    screen: str
    element: str
    kind: Literal["value", "length", "box", "listed"]
    expected: str | int | bool


@dataclass(slots=True)
class Context:
    """One run. `flows` are all user interfaces documented for the exchange, `flow` is the one in force."""

    order: Order
    flows: tuple[Flow, ...]
    flow: Flow
    page: Page
    human: Human
    vault: Vault
    journal: Journal
    limits: Limits
    dry_run: bool = False
    state: State = "nothing-sent"
    known: State | None = None  # what is known of the key while the list is gone to as if there were none
    deleted: bool = False  # the key was made, and deleted by the person
    place: str = ""
    fields: dict[str, Secret] = field(default_factory=dict)
    created: str = ""  # when the secret was read, ISO 8601
    written: list[Written] = field(default_factory=list)
    altered: set[str] = field(default_factory=set)  # screens on which something was changed and not sent yet
    around: dict[str, dict[str, int]] = field(default_factory=dict)  # screen -> address -> how often other keys show it
    listed: bool = False  # the key list was looked at before anything was created
    vacant: bool = False  # it is known to have held no key at all then
    before: frozenset[str] = frozenset()  # the keys it held then, as digests
    excess: set[str] = field(default_factory=set)  # rights that are on and were not ordered
    last: Look | None = None  # what was looked at last
    interrupted: int = 0  # how often a person dealt with something that no step had asked for
    signing_in: bool = False  # the flow's own sign-in is under way: who is not signed in is no interruption
    believed: set[str] = field(default_factory=set)  # signs of nobody being signed in that stay on after signing in
    asked: int = 0  # how often a person had to act
    tried: set[str] = field(default_factory=set)  # steps that clicked what is known by its place alone, in vain so far
    questions: dict[tuple[str, ...], int] = field(default_factory=dict)  # how often each was asked
    notes: list[str] = field(default_factory=list)
    looking: bool = False  # the key list is looked at: no new key's secret shows
    looked_through: bool = False  # the person looked through the further pages of the key list
    closed: bool = False  # the page of the secret was left for good
    begun: bool = False  # the person may have sent the creating step themselves
    typed: bool = False  # what stands in the fields of the gate that shows was typed by us
    pins: dict[tuple[str, str], Candidate] = field(default_factory=dict)  # (screen, element) -> what was pointed at
    unfolded: Counter[int] = field(default_factory=Counter)  # how often what may be a drop-down was pressed, by ref
    left_on: set[str] = field(default_factory=set)  # what ticked boxes say that a person let stand
    stood: dict[str, str] = field(default_factory=dict)  # screen -> the address at which it was seen last
    lifted: set[str] = field(default_factory=set)  # screens declared as pages that were seen in an overlay
    told: list[str] = field(default_factory=list)  # screens that the person told us, the latest last
    overlays: dict[str, Overlay] = field(default_factory=dict)  # selector file -> what was learnt about it
    keep: Callable[[str, Overlay], str] | None = None  # keeps what was learnt; gives what went wrong
    language: str = ""  # of the page, once it was said

    @property
    def said(self) -> str:
        """What is known of the key, as the last sentence of whatever ends the run."""
        state = self.known or self.state
        if state == "nothing-sent" and self.deleted:
            return _DELETED
        return f"{SAID[state]} {_SENT_BY_HAND}" if state == "nothing-sent" and self.begun else SAID[state]

    def value(self, name: str) -> str | Secret:
        """Give what `with = name` stands for, written the site's way."""
        if name == "label":
            return self.order.label
        if name == "ips":
            return self.flow.limits.ips_join.join(self.order.ips)
        return self.fields["passphrase"]

    def wanted(self, step: Step) -> bool:
        """Say whether the step applies to this order (`given`)."""
        return step.applies(self.order.ips)

    def loses_nothing(self) -> bool:
        """Say whether a page may be loaded again: not while it may be the only one that ever shows the secret."""
        once = any(shape.shown == "once" and not shape.made for shape in self.flow.credential.values())
        return not once or self.state in {"nothing-sent", "stored", "compared"}

    def note(self, text: str) -> None:
        """Tell the person something that is worth keeping for the summary."""
        self.notes.append(text)
        self.human.tell("note", text=text)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look, the flow it fits and the screen it shows (None: not known; `between`: the ones it fits alike)."""

    look: Look
    flow: Flow
    screen: Screen | None
    layer: int
    between: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the screen, "" when it is not known."""
        return self.screen.name if self.screen else ""


async def race(**runners: Awaitable[Any]) -> tuple[str, Any]:
    """Run several things at once; give the name and result of the first to end, cancel the others.

    Raises what the first one raised.
    """
    tasks = {name: asyncio.ensure_future(runner) for name, runner in runners.items()}
    try:
        done, _ = await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        name = next(name for name, task in tasks.items() if task in done)
        return name, tasks[name].result()
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
