"""The stage of the fault benches: a look-alike, an AUTOKEY_HOME, and whoever sits before them; autokey as a process.

`Stage.run` starts autokey by a few lines that wrap `RunJournal.note`, so that a fault strikes at an exact note of the
journal; the product has no switch for it. Where a keyring is needed it is a real one on a private bus.
Knows nothing of which faults are played or of what counts as a good end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import autokey
from autokey import sandbox
from private_bus import FOREIGN, UNLOCK, daemon_of, session

if TYPE_CHECKING:
    from contextlib import ExitStack

    from autokey.sandbox import Running

LABEL: Final = "FAULT-1"
LIMIT: Final = 150.0  # seconds for one process: longer is a hang
QUICK: Final = 1.5  # seconds until a list is believed; the look-alike answers at once
ANSWER: Final = 4.0  # seconds of a keyring call before it counts as hanging
KEYRING: Final = ("keyring-locked", "keyring-hanging", "keyring-lying")

# Runs in the child: counts the notes and strikes at the one that is meant. "-" strikes never.
LAUNCHER: Final = r"""
import contextlib, datetime, functools, os, resource, signal, sys, time
point, when, fault, daemon, quick, answer, *arguments = sys.argv[1:]
sys.argv = ["autokey", *arguments]
from pathlib import Path
from autokey import journal
from autokey.engine import context
from autokey.vault.safe import SafeVault

# The look-alike answers at once: what is waited for in vain need not take as long as on a live site.
first = context.Limits.__init__
def limits(self, *given, **named):
    first(self, *given, **{"settle": float(quick), "answer": 8 * float(quick)} | named)
context.Limits.__init__ = limits
SafeVault.__init__.__kwdefaults__["limit"] = float(answer)

def below(pid):
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
            words = (entry.parent / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append((int(entry.parent.name), words))
    return found

def jump(seconds):
    real, plain = time.time, datetime.datetime
    time.time = lambda: real() + seconds
    class Moved(plain):
        @classmethod
        def now(cls, tz=None):
            return plain.now(tz) + datetime.timedelta(seconds=seconds)
    for name, module in list(sys.modules.items()):
        if name.startswith("autokey") and vars(module).get("datetime") is plain:
            module.datetime = Moved

def strike():
    drivers = [pid for pid, words in below(os.getpid()) if b"run-driver" in words]
    if fault == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif fault == "driver":
        for pid in drivers:
            os.kill(pid, signal.SIGKILL)
    elif fault == "browser":
        family = [pid for driver in drivers for pid, _ in below(driver)]
        for pid in family:  # grows: the program may stand behind a wrapper, and has children of its own
            family += [child for child, _ in below(pid)]
        assert family, "no browser to kill"
        for pid in family:
            with contextlib.suppress(ProcessLookupError):  # it ended with the one before it
                os.kill(pid, signal.SIGKILL)
    elif fault == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    elif fault == "clock":
        jump(7200.0)
    elif fault == "offline":
        import gc
        from autokey.browser.via import Via
        async def nothing(self, reader, writer):
            raise ConnectionResetError
        Via._serve = nothing
        for one in gc.get_objects():
            if isinstance(one, Via):
                for task in list(one._open):
                    task.cancel()
    elif fault == "keyring-locked":
        import secretstorage
        bus = secretstorage.dbus_init()
        secretstorage.get_default_collection(bus).lock()
    elif fault == "keyring-hanging":
        os.kill(int(daemon), signal.SIGSTOP)
    elif fault.startswith("raise-"):
        import builtins, gc
        from autokey import errors
        from autokey.secret import Secret
        kind = getattr(errors, fault[6:], None)
        if kind is not None:
            raise kind("Something was not as it should be.")
        # Others' errors may quote whatever they were given.
        raise getattr(builtins, fault[6:])(" ".join(one.reveal() for one in gc.get_objects() if type(one) is Secret))
    elif fault == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    elif fault == "keyring-lying":
        from keyring.backends import SecretService
        SecretService.Keyring.set_password = lambda *_: None

count = 0
struck = False
real = journal.RunJournal.note

@functools.wraps(real)
def note(self, phase, step, effect="", **facts):
    global count, struck
    count += 1
    mine = not struck and point in (str(count), f"{phase}:{step}")
    struck = struck or mine
    if mine and when == "before":
        strike()
    real(self, phase, step, effect, **facts)
    if mine and when == "after":
        strike()

journal.RunJournal.note = note
if point == "start":
    strike()
from autokey.__main__ import main
main()
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """One documented interface, and the order that is given on it."""

    name: str
    exchange: str
    variant: str
    order: tuple[str, ...]
    permissions: frozenset[str]
    ips: frozenset[str]
    lost_answer: bool = True


def _subject(name: str, exchange: str, variant: str, ips: str, permissions: str, **more: Any) -> Subject:
    order = ("--permissions", permissions, *(("--ips", ips) if ips else ("--no-ip",)))
    return Subject(
        name,
        exchange,
        variant,
        order,
        frozenset(permissions.split(",")),
        frozenset(filter(None, ips.split(","))),
        **more,
    )


SUBJECTS: Final = {
    one.name: one
    for one in (
        _subject("coinstore", "coinstore", "", "192.0.2.10,192.0.2.11", "read,trade"),
        _subject("kucoin", "kucoin", "", "192.0.2.10", "read,trade"),
        _subject("kucoin-2020", "kucoin", "2020", "", "read,trade"),
        _subject("poloniex", "poloniex", "", "192.0.2.10", "read"),
        _subject("poloniex-legacy", "poloniex", "legacy", "192.0.2.10", "read"),
        _subject("poloniex-futures", "poloniex-futures", "", "", "read"),
    )
}


@dataclass(slots=True)
class Ran:
    """What one process said and how it ended; `code` is negative for a signal."""

    code: int
    events: list[dict[str, Any]]
    noise: str

    @property
    def result(self) -> dict[str, Any]:
        return next((one for one in reversed(self.events) if one.get("event") == "result"), {})


class Stage:
    """One look-alike and one AUTOKEY_HOME, and whoever sits before them."""

    def __init__(self, stack: ExitStack, subject: Subject, fault: str) -> None:
        self.subject = subject
        # A driver that was woken and not needed writes its cache for a moment after the run has ended.
        folder = tempfile.TemporaryDirectory(prefix="autokey-fault-", ignore_cleanup_errors=True)
        self.home = Path(stack.enter_context(folder))
        self.environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        source = str(Path(autokey.__file__).parents[1])
        self.environment |= {
            "AUTOKEY_HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "xdg"),
            "PYTHONPATH": source,
        }
        self.daemon = 0
        self.control = self.home / "bus"
        if fault in KEYRING:
            self.control.mkdir(mode=0o700)
            self.environment |= stack.enter_context(session(self.control))
            self.daemon = daemon_of(self.environment)
        faults = ("lost-answer",) if fault == "lost-answer" else ()
        self.site: Running = stack.enter_context(
            sandbox.start(subject.exchange, faults=faults, variant=subject.variant)
        )
        self.via = self.site.url

    def run(self, *arguments: str, point: str = "-", when: str = "-", fault: str = "-") -> Ran:
        """Run one command to its end, answering what it asks.

        The fault strikes at the note `point` (its number, or PHASE:STEP), before or after it; "start": at once.
        """
        command = [sys.executable, "-c", LAUNCHER, point, when, fault, str(self.daemon)]
        command += [str(QUICK), str(ANSWER), *arguments]
        with tempfile.TemporaryFile("w+") as noise:
            process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=noise, text=True
            )
            watch = threading.Timer(LIMIT, process.kill)
            watch.start()
            events = []
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    event = json.loads(line) if line.startswith("{") else {"event": "noise", "text": line}
                    events.append(event)
                    if event["event"] == "human":
                        self._answer(process, event)
                code = process.wait()
            finally:
                late = not watch.is_alive()
                watch.cancel()
            noise.seek(0)
            said = noise.read()
        if late:
            said += "\nHANGS"
        return Ran(code, events, said)

    def _answer(self, process: subprocess.Popen[str], event: dict[str, Any]) -> None:
        assert process.stdin is not None
        answer = {}
        for kind in event["needs"]:
            if kind == "by-hand" and event["step"] == "delete":
                self.delete()
                answer[kind] = "done"
                continue
            if kind == "by-hand" and event["step"] == "mend":
                self.mend()
                answer[kind] = "done"
                continue
            try:
                answer[kind] = sandbox.Player(self.site).answer(kind) or "000000"
                if kind == "email-link" and answer[kind] == "000000":
                    answer = {"word": "resend"}  # no mail has come
                    break
            except ValueError:
                answer = None
                break
        try:
            if answer is None:
                process.stdin.close()
            else:
                process.stdin.write(json.dumps(answer) + "\n")
                process.stdin.flush()
        except (OSError, ValueError):
            return

    def delete(self) -> None:
        """Delete on the site what is not stored here, as the person was told to."""
        stored = self.stored()
        with self.site.world.lock:
            for key in list(self.site.state.keys):
                if stored.get("api_key") != key.api_key:
                    self.site.state.delete(key, self.site.clock.now())

    def mend(self) -> None:
        """Bring the key on the site to what was ordered, as the person was told to."""
        with self.site.world.lock:
            for key in self.site.state.keys:
                rights = tuple(sorted(self.subject.permissions))
                self.site.state.change(key, self.site.clock.now(), permissions=rights, ips=tuple(self.subject.ips))

    def stored(self) -> dict[str, Any]:
        """Give what is stored under the label, {} if nothing is."""
        shown = subprocess.run(
            [
                sys.executable,
                "-m",
                "autokey",
                "show",
                f"{self.subject.exchange}/{LABEL}",
                "--sandbox",
                "--reveal",
                "--json",
            ],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        return json.loads(shown.stdout) if shown.returncode == 0 else {}

    def make_well(self, fault: str) -> None:
        """Take the fault away."""
        if fault == "keyring-hanging":
            os.kill(self.daemon, signal.SIGCONT)
        elif fault == "keyring-locked":
            subprocess.run([sys.executable, "-c", UNLOCK], env=self.environment, check=True, capture_output=True)

    def most(self) -> int:
        """Give the largest number of keys of ours that stood on the site at one time."""
        now = most = 0
        for change in self.site.state.history:
            now += {"created": 1, "deleted": -1}.get(change.what, 0)
            most = max(most, now)
        return most

    def wrong(self, stored: dict[str, Any] | None = None) -> str:
        """Say what of the one key is not as stored and ordered; "" if it is. `stored`: what was read already."""
        keys = self.site.state.keys
        stored = self.stored() if stored is None else stored
        if not keys or not stored:
            return "no key on the site" if stored else "a key on the site is not stored"
        truth = {"api_key": keys[0].api_key, "secret_key": keys[0].secret}
        truth |= {"passphrase": keys[0].passphrase} if keys[0].passphrase else {}
        if any(stored.get(name) != value for name, value in truth.items()):
            return "what is stored is not what the site made"
        if set(keys[0].permissions) != self.subject.permissions:
            return f"the key has {','.join(keys[0].permissions)}"
        return (
            "" if set(keys[0].ips) == self.subject.ips else f"the key is bound to {','.join(keys[0].ips) or 'nothing'}"
        )


def create(stage: Stage) -> tuple[str, ...]:
    order = ("create", stage.subject.exchange, "--label", LABEL, *stage.subject.order)
    return (*order, "--headless", "--json", "--via", stage.via)


def misbehaved(ran: Ran, *, killed: bool = False) -> str:
    """Say what no process may do: hang, show a traceback, end without a word."""
    if "HANGS" in ran.noise:
        return "it hangs"
    if "Traceback" in ran.noise or any("Traceback" in str(event) for event in ran.events):
        return "traceback " + (ran.noise.strip().splitlines() or [""])[-1][:120]
    if killed and ran.code == -signal.SIGKILL:
        return ""
    if not ran.result:
        return f"it ended with {ran.code} and said nothing {ran.noise.strip()[-200:]}"
    if ran.code not in {0, 3, 4, 5, 6, 7} or ran.result.get("exit") != ran.code:
        return f"exit code {ran.code}, said {ran.result.get('exit')} {ran.result.get('error', '')}"
    if ran.code and not ran.result.get("error"):
        return f"exit code {ran.code} without a sentence"
    return ""
