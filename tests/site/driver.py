"""Drives `autokey` as a program of its own: events from its stdout, answers to its stdin, and what it leaves behind.

`Create` is one `autokey create EXCHANGE --headless --json --via SANDBOX`; `command` runs any other command to its
end; `truth` holds the sandbox's own books against the order.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import autokey
from autokey.sandbox import Player

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autokey.sandbox import Running
    from autokey.sandbox.state import Key

PATIENCE = 60.0  # seconds after which a run that says nothing has failed
IPS = "192.0.2.10,192.0.2.11"


class SilentError(AssertionError):
    """The run ended, or said nothing for too long, where an event was awaited."""


def home() -> Path:
    """The AUTOKEY_HOME of this test (tests/conftest.py)."""
    return Path(os.environ["AUTOKEY_HOME"])


def place(name: str) -> Path:
    """A folder of this test beside its AUTOKEY_HOME: `person` is the child's HOME, `tmp` its TMPDIR."""
    path = home().with_name(f"{home().name}-{name}")
    path.mkdir(exist_ok=True)
    return path


def environment(**more: str) -> dict[str, str]:
    """What a child is started with. Its HOME and TMPDIR are of this test alone, so its processes can be told."""
    source = str(Path(autokey.__file__).parents[1])
    own = {"HOME": str(place("person")), "TMPDIR": str(place("tmp")), "PYTHONPATH": source}
    return {**os.environ, **own, **more}


def arguments(*words: str) -> list[str]:
    return [sys.executable, "-m", "autokey", *words]


def command(*words: str, said: str = "", limit: float = PATIENCE, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `autokey WORDS` to its end."""
    return subprocess.run(
        arguments(*words),
        input=said,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
        env=environment(**more),
    )


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def stored(name: str, *more: str) -> dict[str, Any]:
    """Read a credential back as a user would: `autokey show NAME --reveal --json`."""
    shown = command("show", name, "--reveal", "--json", *more)
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def processes() -> dict[int, str]:
    """Every living process that was started with this test's HOME: pid -> its command line."""
    mark = f"\0HOME={place('person')}\0".encode()
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if mark in b"\0" + (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return {pid: line for pid, line in found.items() if line}


def all_gone(limit: float = 10.0) -> bool:
    """Whether every process of this test ends within `limit` seconds."""
    end = time.monotonic() + limit
    while processes():
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.05)
    return True


class Create:
    """One `autokey create`, or another command that speaks the same protocol, as a process."""

    def __init__(
        self,
        exchange: str,
        *words: str,
        sandbox: Running | str | None = None,
        start: tuple[str, ...] = ("create",),
        answers: Running | str | None = None,
        **more: str,
    ) -> None:
        at = sandbox if isinstance(sandbox, str) or sandbox is None else sandbox.url
        via = ("--via", at) if at else ()
        person = answers or sandbox
        self._player = Player(person) if person is not None else None
        self._errors = (place("tmp") / f"stderr-{time.monotonic_ns()}").open("w+")
        self.events: list[dict[str, Any]] = []
        self._open: dict[str, Any] | None = None  # the question that was not answered yet
        self.printed = ""
        self._queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.process = subprocess.Popen(
            arguments(*start, *([exchange] if exchange else []), "--headless", "--json", *via, *words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment(**more),
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            self._queue.put(json.loads(line))
        self._queue.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._errors.close()

    @property
    def stderr(self) -> str:
        return Path(self._errors.name).read_text()

    def next(self, *names: str, having: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
        """Wait for the next event of one of `names` for which `having` holds. Raises SilentError."""
        while True:
            try:
                event = self._queue.get(timeout=PATIENCE)
            except queue.Empty:
                raise SilentError(f"no {names} within {PATIENCE} s; so far: {self.printed}{self.stderr}") from None
            if event is None:
                self._queue.put(None)
                raise SilentError(f"ended before {names}: {self.printed}{self.stderr}")
            self.events.append(event)
            if event["event"] == "human":
                self._open = event
            if event["event"] in names and having(event):
                return event

    def asked(self, *kinds: str) -> dict[str, Any]:
        """Wait until the run asks for exactly these kinds, answering whatever it asks for before."""
        while True:
            event = self.next("human", "result")
            if event["event"] == "result":
                raise SilentError(f"ended before it asked for {kinds}: {self.printed}")
            if sorted(event["needs"]) == sorted(kinds):
                return event
            self.say(self.reply(event))

    def reply(self, event: Mapping[str, Any]) -> dict[str, str]:
        """What the sandbox's person would answer."""
        assert self._player is not None
        unanswerable = {"which", "value", "point"} & {*event["needs"]}
        assert not unanswerable, f"the person is asked what the sandbox's cannot tell: {self.printed}{self.stderr}"
        return {kind: self._player.answer(kind) for kind in event["needs"]}

    def say(self, answer: Mapping[str, Any]) -> None:
        assert self.process.stdin is not None
        self._open = None
        self.process.stdin.write(json.dumps(answer) + "\n")
        self.process.stdin.flush()

    def play(self, answer: Callable[[dict[str, Any]], Mapping[str, Any] | None] = lambda _: None) -> dict[str, Any]:
        """Answer everything until the result: what `answer` gives for the event, else as the sandbox's person."""
        event = self._open
        while True:
            event = event or self.next("human", "result")
            if event["event"] == "result":
                return event
            given = answer(event)
            self.say(self.reply(event) if given is None else given)
            event = None

    def finish(self) -> int:
        """Wait for the end; give the exit code, which the last event must have named."""
        code = self.process.wait(PATIENCE)
        while True:
            event = self._queue.get(timeout=PATIENCE)
            if event is None:
                self._queue.put(None)
                break
            self.events.append(event)
        results = [event for event in self.events if event["event"] == "result"]
        assert len(results) == 1, self.printed + self.stderr
        assert results[0]["exit"] == code
        assert self.events[-1] is results[0], "a result is the last event"
        assert "Traceback" not in self.stderr
        return code

    @property
    def result(self) -> dict[str, Any]:
        return next(event for event in self.events if event["event"] == "result")

    @property
    def humans(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == "human"]

    def texts(self, *names: str) -> str:
        """All texts of the events of these names (notes and warnings unless given)."""
        names = names or ("note", "warning")
        return "\n".join(event.get("text", "") for event in self.events if event["event"] in names)


def make(sandbox: Running, *words: str, **more: str) -> Create:
    """Run one create to its end, every stop answered as the sandbox's person would; for looking at afterwards."""
    with Create(sandbox.exchange, *words, sandbox=sandbox, **more) as run:
        run.play()
        run.finish()
    return run


def new_keys(sandbox: Running) -> list[Key]:
    """The keys that were created since the sandbox started."""
    made = {change.key for change in sandbox.state.history if change.what == "created"}
    return [key for key in sandbox.state.keys if key.id in made]


def truth(sandbox: Running, permissions: str, ips: str = "", *, preset: str = "") -> Key:
    """Exactly one key was made, it has exactly these rights and addresses, and never had others.

    `preset`: rights which this look-alike gives every new key until they are taken off.
    """
    keys = new_keys(sandbox)
    assert sandbox.state.created == 1
    assert len(keys) == 1
    wanted = set(permissions.split(","))
    assert set(keys[0].permissions) == wanted
    assert list(keys[0].ips) == [ip for ip in ips.split(",") if ip]
    assert sandbox.state.ever_granted() <= wanted | set(filter(None, preset.split(",")))
    return keys[0]


def nothing_made(sandbox: Running) -> None:
    assert sandbox.state.created == 0
    assert sandbox.state.create_requests == 0
    assert not sandbox.state.history
