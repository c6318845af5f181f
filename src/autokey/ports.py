"""What the engine needs from the outside world, as protocols: a page, a person, a vault, a journal.

The real ones are `browser`, `human`, `vault` and `journal`; tests use small ones of their own.
Knows nothing of how any of them is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autokey.model import Candidate, Credential, Look
    from autokey.secret import Secret

COLORS: Final = ("orange", "blue", "green")  # of the frames around the first, second and third element shown


class StaleError(Exception):
    """The node that a ref names is not on the page any more: look again."""


class SentItselfError(StaleError):
    """The field took all that was typed and left the page at once, as one does that sends by itself."""


class CoveredError(Exception):
    """Another element lies over the one to be clicked. `by` describes it in a few words of the page.

    `pressed`: that was seen only when the mouse had been pressed; else nothing was.
    """

    def __init__(self, by: str, *, pressed: bool = False) -> None:
        super().__init__(by)
        self.by = by
        self.pressed = pressed


class ChangedError(Exception):
    """The page is not as it must be for an act, seen at the last moment: nothing was pressed."""

    def __init__(self, wrong: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong


class HeldError(CoveredError):
    """The page itself does not let the element be clicked now; `by` says why: "the page keeps it disabled"."""


class RefusedInputError(Exception):
    """A field does not take the text, or changes it. `stands` is what it holds now, "" for a secret."""

    def __init__(self, stands: str = "") -> None:
        super().__init__("the field does not take the text")
        self.stands = stands


class GoneError(Exception):
    """The window was closed, or the browser or its driver died."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that the page shows beside a label. `shown`: as displayed; `others`: input value, title, copy data.

    `near`: the other texts between this label and the next one, where a sentence may stand before the value.
    """

    shown: Secret
    others: tuple[Secret, ...] = ()
    near: tuple[Secret, ...] = ()


class Page(Protocol):
    """The tab the person and we look at. Refs come from `Candidate.ref`. All calls raise GoneError when it closes.

    Acts work on the very node of the ref, wait (at most a few seconds) until it is still and free, and raise
    StaleError when it left the page, CoveredError when something lies over it.
    """

    async def look(self, *, recent: bool = False) -> Look:
        """Give what a person can see. `recent`: the last look will do if we did nothing since and it is 30 ms old."""

    async def changed(self, stamp: int, limit: float) -> None:
        """Return as soon as the page has changed since the look with `stamp`, or after `limit` seconds."""

    async def quiet(self, limit: float) -> bool:
        """Return as soon as the page waits for no answer (documents, fetches); give whether it waited for none at all.

        Waits `limit` seconds at most; what is awaited for longer than that already does not count: it is for news.
        """

    async def none_sent(self, words: str) -> bool:
        """Say whether it is certain that the page was sent an empty list since our last act, and never `words`.

        Then no row with these words is drawn late. Not where an answer cannot be read, or came before we looked, where
        the page has a web socket or a worker, or where `words` may be in what the browser keeps for it.
        """

    async def loading(self) -> bool:
        """Say whether something visible tells that the page is loading: a spinner, a skeleton that moves."""

    async def scrolls(self) -> Sequence[int]:
        """Give the refs of the boxes that scroll and stand in the window, the page itself last."""

    async def wheel(self, ref: int, heights: float) -> bool:
        """Turn the mouse wheel over a box by so many of its heights (up: negative); say whether it moved."""

    async def more_pages(self) -> bool:
        """Say whether a list shows that it has pages after this one, or more to load."""

    async def folded(self) -> Mapping[int, bool]:
        """Give the refs of what may be a closed drop-down that the page draws itself and that was not read yet.

        True where that is certain: the page says so, or its looks leave nothing else. Pressing it opens a list then.
        """

    async def unfold(self, ref: int) -> bool:
        """Open such a drop-down, read all its choices and close it; False where no list opened that could be read.

        From then on each choice is a candidate of every look as that of a `<select>` is, and `click` chooses it, or
        takes it away again where several can be chosen.
        """

    async def reread(self) -> None:
        """Read anew the lists whose closed control does not tell what is chosen (as "2 selected")."""

    async def open(self, url: str) -> None: ...
    async def open_aside(self, url: str) -> str:
        """Open a mailed link in a tab of its own, wait until it has loaded, close it; give the page's words.

        At most 300 characters of visible text, "" when the page could not be loaded. Never leaves the hosts allowed.
        """

    async def reload(self) -> None:
        """Load the page again, without sending again the form that it may answer."""

    async def hover(self, ref: int) -> None: ...
    async def leave(self) -> None:
        """Take the mouse off the page: what stays open only while it is there closes."""

    async def click(self, ref: int, *, unless: Callable[[Look], str] | None = None) -> None:
        """Press the node. `unless` sees the page with the mouse there and says what is wrong: a ChangedError."""

    async def fill(self, ref: int, text: str | Secret) -> None:
        """Replace what the field holds. Never quotes the text in an error."""

    async def press(self, key: str) -> None: ...
    async def read(self, ref: int) -> Reading | None:
        """Give the value that belongs to the label `ref` (by="labelled"); None when there is none yet."""

    async def codes(self, refs: Sequence[int] = ()) -> tuple[Secret, ...]:
        """Decode every QR code that is visible in the top-most layer, from memory, nothing is written."""

    async def row(self, ref: int, marks: Sequence[str], others: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the texts of the smallest block around `ref` that also holds one of `marks`; () if none does.

        Never of more than one row of a table, card or item of a list: where that cannot be told, (). `others` are words
        that stand in the same row, too: a line that holds one of them is the row.
        """

    async def block(self, ref: int, others: Sequence[int]) -> frozenset[int]:
        """Give the refs inside the largest block around `ref` that holds none of `others` (one card of several)."""

    async def pick(self) -> Candidate | None:
        """Let the person point at an element; None when they press Esc. The page is not altered."""

    async def outline(self, refs: Sequence[int]) -> None:
        """Frame elements in turn, each in its colour of `COLORS`, over the page, not in it; () clears."""

    async def gone(self) -> None:
        """Return when the window, the browser or its driver is gone. For when nothing else looks at the page."""

    def busy(self) -> bool:
        """Say whether the page still fetches something that a person would wait for (no poll, stream or picture)."""

    def cut_off(self, seconds: float) -> bool:
        """Say whether what the page last asked of its host, in so many seconds, found no connection."""

    def strayed(self) -> str:
        """Host to which the tab was about to go and was not let, "" if none: the first one."""

    def hosts(self) -> Mapping[str, int]:
        """Every host contacted so far and how often; refused ones are prefixed with `!`."""


class Said(str):
    """Words of the page itself; any other text is autokey's own. What is made of it by joining or cutting is not."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Need:
    """A stop at which a person must act. Kinds are the words of model.ASKS, plus "which" (choose an element)."""

    step: str
    needs: tuple[str, ...]
    text: str
    reason: str = ""  # why it is asked (again); `Said` where these are the page's own words
    deadline: float = 0.0  # seconds from now, 0 = none
    choices: tuple[str, ...] = ()
    means: Mapping[str, str] = field(default_factory=dict)  # what words mean here, and "" what Enter does, if otherwise


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person said. `given` maps a kind to a code, or to "done"; `choice` counts from 1, 0 = none."""

    given: Mapping[str, Secret] = field(default_factory=dict)
    choice: int = 0
    word: str = ""  # "stop", "resend", "by-hand", "point"


class Human(Protocol):
    """The person, in a terminal or behind a program that speaks JSON lines."""

    def tell(self, event: str, /, **data: Any) -> None:
        """Report progress. Events: step, done, note, warning, human, result. Never given a Secret."""

    async def ask(self, need: Need) -> Answer:
        """Wait for an answer; cancelled when the page answers first. Raises StoppedError at end of input."""


class Vault(Protocol):
    """Where credentials are kept. Every call may block for seconds: the engine calls it in a thread."""

    def preflight(self) -> str:
        """Write, read back and delete a canary in every store to be used; say where secrets will be kept.

        Raises VaultError when there is no safe place (design, section 5.2).
        """

    def holds(self, service: str) -> bool: ...
    def store(self, service: str, credential: Credential) -> str:
        """Store durably, read back equal, say where. Never overwrites: VaultError when the name is taken."""

    def read(self, service: str) -> Credential: ...


Phase = Literal["before", "after", "stored", "compared", "ended"]


class Journal(Protocol):
    """What was done when, fsynced before each act, without values. `note` raises VaultError when it cannot write."""

    def note(self, phase: Phase, step: str, effect: str = "", **facts: Any) -> None: ...
