"""What was done when: one file of JSON lines per run, each line on disk before the act that it announces.

The first line says what the run is for, the others are notes. From them `runs` tells what a run that ended
too early may have left on the site. No line ever holds a value: `note` refuses a Secret and a text with one.
Knows nothing of pages and stores, and does nothing about what it finds.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from autokey import folders
from autokey.errors import RefusedError, VaultError
from autokey.ports import Phase
from autokey.secret import Secret, redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from filelock import FileLock

State = Literal["nothing-sent", "may-exist", "stored-not-compared", "compared", "ended"]

_SUFFIX: Final = ".jsonl"
_FLAGS: Final = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_CREATES: Final = "creates-key"
_FIX: Final = "Make room on the disk and see that the folder can be written."


class RunJournal:
    """Implements `ports.Journal` for one run. The process holds the run's lock until `close` or its end."""

    def __init__(self, path: Path, run_id: str, lock: FileLock) -> None:
        self.path = path
        self.run_id = run_id
        self._lock = lock
        torn = not path.read_bytes().endswith(b"\n")
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | _FLAGS)
        if torn:
            os.write(self._handle, b"\n")  # what a killed process left half-written stays a line of its own

    def note(self, phase: Phase, step: str, effect: str = "", **facts: Any) -> None:
        """Write one line and wait until it is on disk. Raises VaultError if it cannot or would show a secret.

        Facts that `Run.state` reads: `refused=True` with phase "after" of a creates-key step: the site said
        no and made nothing; `settled=True` with phase "ended": a person or the list of keys has shown that
        nothing is left on the site that we do not hold. `flow` names the flow in force (`Run.followed`), `seen=True`
        that the key stood in the list.
        """
        if phase not in get_args(Phase):
            raise ValueError(phase)
        self._write({"time": _now(), "phase": phase, "step": step, "effect": effect, "facts": facts})

    def close(self) -> None:
        """Give the run free. Nothing can be noted after that."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
            self._lock.release()

    def _write(self, record: Mapping[str, Any]) -> None:
        line = _line(record)
        try:
            end = os.fstat(self._handle).st_size
            try:
                rest = line
                while rest:  # a full disk takes a part first, and raises at the next write
                    rest = rest[os.write(self._handle, rest) :]
                os.fsync(self._handle)
            except OSError:
                with suppress(OSError):  # a half line would spoil the next one
                    os.ftruncate(self._handle, end)
                raise
        except OSError as error:
            raise VaultError(
                f"The journal {self.path} cannot be written: {error.strerror or 'it is closed'}.", fix=_FIX
            ) from None


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a journal."""

    time: str
    phase: str
    step: str
    effect: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What the journal of one run says. `active`: its process is alive."""

    run_id: str
    path: Path
    started: str  # ISO 8601, UTC
    exchange: str
    flow: str
    label: str
    account: str
    service: str
    facts: Mapping[str, Any]  # the order as it was given: permissions, ips, consumer, sandbox
    notes: tuple[Note, ...]
    active: bool
    damaged: bool  # has a line that is neither whole nor the torn end of a killed process

    @property
    def state(self) -> State:
        """Tell what may be left on the site; when in doubt, the worse.

        nothing-sent: no step that creates a key was begun, or the site refused each. may-exist: one was, and
        nothing was stored. stored-not-compared: stored, and what the site granted was not compared. compared:
        all done but the last line. ended: the run came to its end with nothing open.
        """
        sent = stored = compared = ended = False
        for note in self.notes:
            if note.effect == _CREATES and note.phase == "before":
                sent, stored, compared = True, False, False
            elif note.effect == _CREATES and note.phase == "after" and note.facts.get("refused") is True:
                sent = False
            stored = stored or note.phase == "stored"
            compared = compared or note.phase == "compared"
            if note.phase == "ended":
                ended = True
                if note.facts.get("settled") is True:
                    return "ended"
        if (sent or self.damaged) and not stored:
            return "may-exist"
        if stored and not compared:
            return "stored-not-compared"
        if ended:
            return "ended"
        return "compared" if stored else "nothing-sent"

    @property
    def settled(self) -> bool:
        """Whether a person or the list of keys has shown that nothing is left open."""
        return any(note.phase == "ended" and note.facts.get("settled") is True for note in self.notes)

    @property
    def followed(self) -> str:
        """Name of the flow that was in force last: a run follows another one where the site shows other pages."""
        return next((str(note.facts["flow"]) for note in reversed(self.notes) if "flow" in note.facts), self.flow)


def open_journal(*, exchange: str, flow: str, label: str, service: str, account: str = "", **facts: Any) -> RunJournal:
    """Begin the journal of a run; file and name are on disk when this returns. Raises VaultError.

    `facts`: the rest of the order (permissions, ips, consumer, sandbox). Sets are written as sorted lists.
    """
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    head = {
        "time": _now(),
        "run": run_id,
        "exchange": exchange,
        "flow": flow,
        "label": label,
        "account": account,
        "service": service,
        "facts": facts,
    }
    line = _line(head)
    try:
        path = folders.secure(folders.find().runs) / f"{run_id}{_SUFFIX}"
        lock = _lock(path)
        lock.acquire(timeout=5)
        folders.write_new(path, line)
        return RunJournal(path, run_id, lock)
    except VaultError as error:
        raise VaultError(f"No journal can be kept: {error.what}", fix=error.fix) from None
    except OSError as error:
        raise VaultError(
            f"No journal can be kept in {folders.find().runs}: {error.strerror or type(error).__name__}.",
            fix=_FIX,
        ) from None


def reopen(run: Run) -> RunJournal:
    """Go on with the journal of a run that was left half-done. Raises VaultError when it is active."""
    lock = _lock(run.path)
    try:
        lock.acquire(timeout=0)
    except TimeoutError:
        raise VaultError(f"The run {run.run_id} is still going on.", fix="Wait for it to end.") from None
    except OSError as error:
        raise VaultError(f"The journal {run.path} cannot be written: {error.strerror}.", fix=_FIX) from None
    try:
        return RunJournal(run.path, run.run_id, lock)
    except OSError as error:
        lock.release()
        raise VaultError(f"The journal {run.path} cannot be written: {error.strerror}.", fix=_FIX) from None


def runs() -> list[Run]:
    """Give all runs, oldest first. Files that are not journals are passed over. Raises VaultError."""
    folder = folders.find().runs
    try:
        return [run for path in sorted(folder.glob(f"*{_SUFFIX}")) if (run := _read(path)) is not None]
    except OSError as error:
        raise VaultError(f"The journals in {folder} cannot be read: {error.strerror}.", fix="See its rights.") from None


@contextmanager
def hold(*names: str) -> Iterator[None]:
    """Keep every other autokey from making the same key meanwhile. Raises RefusedError when one is at it.

    `names`: services, or whatever else only one run may work on at a time. Freed when the process ends, however.
    """
    with ExitStack() as stack:
        for name in names:
            try:
                side = name.partition(":")[0]
                lock = _lock(folders.secure(folders.find().runs) / f"{side}--{folders.file_name(name)}.hold")
                lock.acquire(timeout=0)
            except TimeoutError:
                raise RefusedError(
                    f"Another autokey is at work on {name} right now; this one did nothing.",
                    fix="Wait for it to end, then see `autokey list`.",
                ) from None
            except OSError as error:
                raise VaultError(f"No lock can be held in {folders.find().runs}: {error.strerror}.", fix=_FIX) from None
            stack.callback(lock.release)
        yield


def open_run(service: str) -> Run | None:
    """Give an earlier run of this service that may have left a key on the site, None if there is none."""
    for run in runs():
        if run.service == service and run.state == "may-exist" and not run.active:
            return run
    return None


def _read(path: Path) -> Run | None:
    # Asked before reading: a run that ends in between is then read whole, and not taken for a broken one.
    active = _active(path)
    lines = path.read_bytes().split(b"\n")
    head = _parse(lines[0])
    if head is None or "run" not in head:
        return None
    notes, damaged = [], False
    for line in filter(None, lines[1:]):
        record = _parse(line)
        if record is not None and record.keys() == {"time", "phase", "step", "effect", "facts"}:
            notes.append(Note(**record))
        # The beginning of a line is a torn one: never acknowledged, so what it would announce was not done.
        elif not line.startswith(b"{") or line.endswith(b"}"):
            damaged = True
    return Run(
        run_id=str(head["run"]),
        path=path,
        started=str(head["time"]),
        **{name: str(head.get(name, "")) for name in ("exchange", "flow", "label", "account", "service")},
        facts=head.get("facts", {}),
        notes=tuple(notes),
        active=active,
        damaged=damaged,
    )


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _lock(path: Path) -> FileLock:
    from filelock import FileLock

    return FileLock(path.with_suffix(".lock"), mode=0o600)


def _active(path: Path) -> bool:
    lock = _lock(path)
    try:
        lock.acquire(timeout=0)
    except TimeoutError:
        return True
    except OSError:  # a folder that cannot be written: no live run can be keeping a journal in it
        return False
    lock.release()
    return False


def _line(record: Mapping[str, Any]) -> bytes:
    plain = _plain(record)
    text = json.dumps(plain)
    if redact(text) != text:
        raise VaultError("A note for the journal holds a secret and was refused.", fix="Please report this.")
    return f"{text}\n".encode()


def _plain(value: Any) -> Any:
    """Make lists of tuples and sets; refuse whatever is neither plain nor a container of such."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Secret):
        raise VaultError("A note for the journal holds a secret and was refused.", fix="Please report this.")
    if isinstance(value, set | frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(_plain(name)): _plain(one) for name, one in value.items()}
    raise TypeError(f"a note cannot hold a {type(value).__name__}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
