"""Kills at random moments: `autokey create` dies anywhere, `autokey resume` is run, what is left is held to the truth.

    python -m bench.kills [--seed 1] [--n 20] [--sites coinstore,antd,...] [--jobs 2]

Beside the look-alikes of the sandbox there are those of tests/lookalikes, in five front-end styles. The moment is drawn
from the seed: somewhere in the run's time, right after the site was asked to create the key, or after one of the run's
own events; so is whether its browser dies with it. Some resumes are killed as well, or not answered at first, and some
owners simply type their command once more. A person then does what `resume` asks, and types the command it names.

Good ends are those of `bench.faults`: done (it was through already), resumed, remade, nothing. Anything else is FAIL:
two keys of one label, silence, a traceback, a stored value that differs, a process left running.
Knows nothing of how autokey works beyond its command line.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import autokey
from autokey import sandbox
from bench.stage import ANSWER, LAUNCHER, QUICK, SUBJECTS, Ran, misbehaved
from lookalikes import coinstore, kucoin, poloniex
from private_bus import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.stage import Subject

LABEL: Final = "KILL-1"
LIMIT: Final = 240.0  # seconds for one process: longer is a hang
GONE: Final = 15.0  # seconds until what a killed run leaves behind has ended
NONE: Final = "000000"  # what a person types who got no mail
STORED: Final = 2  # the exit code of a second `create` of a label that is stored
ROUNDS: Final = 3  # times that resume is run before what it said counts as not finishing
STYLES: Final = ("antd", "element", "soup", "forms", "shadow")
FLAGS: Final = ("", "old-key", "slow", "old-key slow")
# What a look-alike cannot do, or what takes somebody who sees the page (an icon among several).
CANNOT: Final = {("coinstore", "old-key"), ("kucoin", "old-key"), ("kucoin-2020", "old-key"), ("spa-kucoin", "slow")}


@dataclass(frozen=True, slots=True)
class Truth:
    """One key as the site has it."""

    fields: dict[str, str]
    rights: frozenset[str]
    ips: frozenset[str]


class Sandbox:
    """A look-alike of the sandbox and its owner."""

    def __init__(self, stack: ExitStack, subject: Subject, flags: str) -> None:
        wanted = {"old-key": "old-keys", "slow": "slow"}
        faults = [wanted[flag] for flag in flags.split() if (subject.name, flag) not in CANNOT]
        self.running = stack.enter_context(sandbox.start(subject.exchange, faults=faults, variant=subject.variant))
        self.old = {key.id for key in self.running.state.keys}
        self.url, self.exchange, self.order = self.running.url, subject.exchange, subject.order
        self.permissions, self.ips = subject.permissions, subject.ips

    @property
    def creates(self) -> int:
        return self.running.state.create_requests

    def keys(self) -> list[Truth]:
        return [
            Truth(
                {"api_key": one.api_key, "secret_key": one.secret}
                | ({"passphrase": one.passphrase} if one.passphrase else {}),
                frozenset(one.permissions),
                frozenset(one.ips),
            )
            for one in self.running.state.keys
            if one.id not in self.old
        ]

    def answer(self, kind: str) -> str:
        return sandbox.Player(self.running).answer(kind) or NONE

    def delete(self, kept: str) -> None:
        with self.running.world.lock:
            for key in list(self.running.state.keys):
                if key.id not in self.old and key.api_key != kept:
                    self.running.state.delete(key, self.running.clock.now())

    def mend(self) -> None:
        with self.running.world.lock:
            for key in self.running.state.keys:
                if key.id not in self.old:
                    rights = tuple(sorted(self.permissions))
                    self.running.state.change(key, self.running.clock.now(), permissions=rights, ips=tuple(self.ips))

    def later(self) -> None:
        """Let some time pass: sites do not mail a second code at once."""
        self.running.clock.move(120)


@dataclass(frozen=True, slots=True)
class Kind:
    """One of tests/lookalikes: how it is served, whose it is, and the order that is given on it."""

    serve: Callable[..., Any]
    words: tuple[str, ...]
    exchange: str
    ips: str
    rights: str
    more: tuple[str, ...] = ()


_ADDRESSES: Final = "192.0.2.10,192.0.2.11"
KINDS: Final = {
    **{style: Kind(coinstore.serve, (style,), "coinstore", _ADDRESSES, "read,trade") for style in STYLES},
    "spa-kucoin": Kind(kucoin.serve, (), "kucoin", "192.0.2.10", "read,trade"),
    "spa-kucoin-2020": Kind(kucoin.serve, ("old",), "kucoin", "", "read,trade", ("--flow", "kucoin-2020")),
    "strange-legacy": Kind(poloniex.serve, ("legacy",), "poloniex", "", "read", ("--flow", "poloniex-legacy")),
    "strange-main": Kind(poloniex.serve, ("main",), "poloniex", "", "read", ("--flow", "poloniex")),
    "strange-futures": Kind(poloniex.serve, ("futures",), "poloniex-futures", "", "read"),
}


class Lookalike:
    """One of tests/lookalikes and its owner."""

    def __init__(self, stack: ExitStack, name: str, flags: str) -> None:
        kind = KINDS[name]
        wanted = (flag for flag in flags.split() if (name, flag) not in CANNOT)
        self.world: Any = (running := stack.enter_context(kind.serve(*kind.words, *wanted))).world
        self.url, self.exchange = running.url, kind.exchange
        self.permissions, self.ips = frozenset(kind.rights.split(",")), frozenset(filter(None, kind.ips.split(",")))
        where = ("--ips", kind.ips) if kind.ips else ("--no-ip",)
        self.order = (*where, "--permissions", kind.rights, *kind.more)
        self.old = {key.api_key for key in self.world.keys}

    @property
    def creates(self) -> int:
        return self.world.creates

    def keys(self) -> list[Truth]:
        return [
            Truth(
                {"api_key": one.api_key, "secret_key": one.secret_key}
                | ({"passphrase": one.passphrase} if getattr(one, "passphrase", "") else {}),
                frozenset(one.rights),
                frozenset(one.ips),
            )
            for one in list(self.world.keys)
            if one.api_key not in self.old
        ]

    def answer(self, kind: str) -> str:
        if kind == "email-code":
            end = time.monotonic() + 5
            while not self.world.codes and time.monotonic() < end:
                time.sleep(0.05)
        if kind == "email-link" and not any(not mail.used for mail in self.world.mails):
            return NONE
        return str(self.world.answer(kind))

    def delete(self, kept: str) -> None:
        self.world.keys[:] = [one for one in self.world.keys if one.api_key in self.old | {kept}]

    def mend(self) -> None:
        for one in self.world.keys:
            if one.api_key not in self.old:
                one.rights, one.ips = type(one.rights)(sorted(self.permissions)), tuple(sorted(self.ips))

    def later(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class Moment:
    """When a process is killed: `share` of a usual run, or seconds after a create request or an event."""

    kind: str  # "time", "create", "event"
    share: float
    seconds: float
    event: int
    family: bool  # the browser dies with it

    def __str__(self) -> str:
        at = {"time": f"at {self.share:.2f}", "create": f"{self.seconds:.2f} s after create"}
        where = at.get(self.kind, f"{self.seconds / 5:.2f} s after event {self.event}")
        return f"{where}{' and its browser' if self.family else ''}"


@dataclass(frozen=True, slots=True)
class Plan:
    """One kill and what follows it, drawn from the seed."""

    site: str
    flags: str
    first: Moment
    then: str  # "resume", "killed resume", "unanswered resume", "create"
    second: Moment


def plan(seed: int, number: int, sites: tuple[str, ...]) -> Plan:
    """Draw kill `number`; the same for the same seed."""
    dice = random.Random(f"{seed}-{number}")

    def moment() -> Moment:
        kind = dice.choices(("time", "create", "event"), (50, 35, 15))[0]
        return Moment(kind, dice.random(), 3 * dice.random() ** 2, dice.randrange(1, 22), dice.random() < 0.5)

    site = sites[number % len(sites)]
    # Cards without labels are told by what was there before: older ones belong into the picture, too.
    flags = dice.choices(FLAGS, (50, 25, 15, 10))[0]
    then = dice.choices(("resume", "killed resume", "unanswered resume", "create"), (60, 15, 10, 15))[0]
    return Plan(site, flags, moment(), then, moment())


class Play:
    """One site, one AUTOKEY_HOME, one person."""

    def __init__(self, stack: ExitStack, site: Sandbox | Lookalike, usual: float) -> None:
        self.site, self.usual = site, usual
        self.home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autokey-kill-")))
        self.most = 0
        self.log: list[Ran] = []
        names = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        own = {"AUTOKEY_HOME": str(self.home / "autokey"), "HOME": str(self.home), "TMPDIR": str(self.home)}
        (self.home / "autokey").mkdir(mode=0o700)
        self.environment = names | own | {"PYTHONPATH": str(Path(autokey.__file__).parents[1])}

    def create(self, moment: Moment | None = None, *, label: str = LABEL, point: str = "") -> Ran:
        words = ("create", self.site.exchange, "--label", label, *self.site.order)
        return self.run(*words, "--headless", "--json", "--via", self.site.url, moment=moment, point=point)

    def resume(self, moment: Moment | None = None, *, answered: bool = True, point: str = "") -> Ran:
        words = ("resume", "--headless", "--json", "--via", self.site.url)
        return self.run(*words, moment=moment, answered=answered, point=point)

    def run(self, *words: str, moment: Moment | None = None, answered: bool = True, point: str = "") -> Ran:
        """Run one command, answer what it asks, kill it at the moment or right before the note `point` if one is given.

        With a `point` ("-" for none) what is waited for in vain is waited for shortly, as in `bench.faults`.
        """
        start = ["-m", "autokey"]
        if point:
            start = ["-c", LAUNCHER, point, "before", "kill", "0", str(QUICK), str(ANSWER)]
        events: list[dict[str, Any]] = []
        before = self.site.creates
        with tempfile.TemporaryFile("w+", dir=self.home) as noise:
            process = subprocess.Popen(
                [sys.executable, *start, *words],
                env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=noise, text=True,
            )  # fmt: skip
            ended = threading.Event()
            assert process.stdin is not None
            assert process.stdout is not None
            if not answered:
                process.stdin.close()
            if moment is not None:
                threading.Thread(target=self._kill, args=(process, moment, events, before, ended), daemon=True).start()
            watch = threading.Timer(LIMIT, process.kill)
            watch.start()
            try:
                for line in process.stdout:
                    event = json.loads(line) if line.startswith("{") and line.endswith("}\n") else {"event": "noise"}
                    events.append(event)
                    self._count()
                    if event["event"] == "human" and answered:
                        self._answer(process, event)
                code = process.wait()
            finally:
                late = not watch.is_alive()
                watch.cancel()
                ended.set()
            noise.seek(0)
            said = noise.read() + ("\nHANGS" if late else "")
        self._count()
        return Ran(code, events, said)

    def _count(self) -> None:
        self.most = max(self.most, len(self.site.keys()))

    def _kill(
        self,
        process: subprocess.Popen[str],
        moment: Moment,
        events: list[dict[str, Any]],
        before: int,
        ended: threading.Event,
    ) -> None:
        begin = time.monotonic()

        def wait_for(what: Callable[[], bool]) -> None:
            while not what() and not ended.is_set():
                time.sleep(0.005)

        match moment.kind:
            case "time":
                ended.wait(begin + self.usual * moment.share * 1.05 - time.monotonic())
            case "create":
                wait_for(lambda: self.site.creates > before)
                ended.wait(moment.seconds)
            case _:
                wait_for(lambda: len(events) >= moment.event)
                ended.wait(moment.seconds / 5)
        if ended.is_set():
            return
        family = _below(process.pid) if moment.family else []
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _answer(self, process: subprocess.Popen[str], event: dict[str, Any]) -> None:
        answer: dict[str, str] = {}
        for kind in event["needs"]:
            if kind == "by-hand" and event["step"] in {"delete", "mend"}:
                if event["step"] == "delete":
                    self.site.delete(self.stored().get("api_key", ""))
                else:
                    self.site.mend()
                answer[kind] = "done"
                continue
            if kind == "which":
                answer = {"word": "stop"}  # nobody sees the page
                break
            try:
                answer[kind] = self.site.answer(kind)
                if kind == "email-link" and answer[kind] == NONE:
                    answer = {"word": "resend"}  # no mail came
                    break
            except ValueError:
                answer = {"word": "stop"}
                break
        assert process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(json.dumps(answer) + "\n")
            process.stdin.flush()

    def stored(self) -> dict[str, Any]:
        """Give what is stored under the label, {} if nothing is."""
        words = ("show", f"{self.site.exchange}/{LABEL}", "--sandbox", "--reveal", "--json")
        shown = subprocess.run(
            [sys.executable, "-m", "autokey", *words],
            env=self.environment, capture_output=True, text=True, timeout=LIMIT, check=False,
        )  # fmt: skip
        return json.loads(shown.stdout) if shown.returncode == 0 else {}

    def left_running(self) -> str:
        """Wait until every process of the run has ended; name what does not."""
        mark = f"HOME={self.home}\0".encode()
        end = time.monotonic() + GONE
        while True:
            found = [folder for folder in Path("/proc").glob("[0-9]*") if mark in _read(folder / "environ") + b"\0"]
            names = {_read(folder / "cmdline").split(b"\0")[0].decode() for folder in found} - {""}
            if not names:
                return ""
            if time.monotonic() > end:
                for folder in found:
                    with contextlib.suppress(OSError):
                        os.kill(int(folder.name), signal.SIGKILL)
                return f"left running: {', '.join(sorted(Path(name).name for name in names))}"
            time.sleep(0.1)

    def wrong(self, stored: dict[str, Any]) -> str:
        """Say what of the one key is not as stored and ordered, "" if it is."""
        keys = self.site.keys()
        if len(keys) != 1 or not stored:
            return f"{len(keys)} keys on the site, {'one' if stored else 'none'} stored"
        if any(stored.get(name) != value for name, value in keys[0].fields.items()):
            return "what is stored is not what the site made"
        if keys[0].rights != self.site.permissions or keys[0].ips != self.site.ips:
            return f"the key has {','.join(sorted(keys[0].rights))} from {','.join(sorted(keys[0].ips)) or 'anywhere'}"
        return ""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _below(pid: int) -> list[int]:
    """Give all processes below one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        fields = _read(entry).rpartition(b")")[2].split()
        if fields:
            parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found[1:]


def site_of(stack: ExitStack, name: str, flags: str) -> Sandbox | Lookalike:
    """Serve a site by its name."""
    if name in KINDS:
        return Lookalike(stack, name, flags)
    return Sandbox(stack, SUBJECTS[name], flags)


def usual(name: str) -> float:
    """Give how long an undisturbed run takes."""
    with ExitStack() as stack:
        play = Play(stack, site_of(stack, name, ""), 0.0)
        begin = time.monotonic()
        ran = play.create()
        if ran.code:
            raise SystemExit(f"{name}: an undisturbed run ends with {ran.code}: {ran.result}\n{ran.noise[-2000:]}")
        return time.monotonic() - begin


def play(one: Plan, seconds: float) -> str:
    """Play one kill; give its outcome."""
    with ExitStack() as stack:
        scene = Play(stack, site_of(stack, one.site, one.flags), seconds)
        outcome = _play(scene, one)
        if outcome.startswith("FAIL"):
            keep = os.environ.get("AUTOKEY_KILLS_KEEP")
            if keep:
                _keep(scene, Path(keep), one)
        return outcome


def _keep(scene: Play, folder: Path, one: Plan) -> None:
    """Keep the journals and events of a bad one; look-alikes have no secrets worth hiding."""
    folder.mkdir(parents=True, exist_ok=True)
    books = [path.read_text() for path in sorted(scene.home.rglob("runs/*.jsonl"))]
    text = "\n\n".join([str(one), *books, *(json.dumps(event) for ran in scene.log for event in ran.events)])
    (folder / f"{one.site}-{time.time_ns()}.txt").write_text(text)


def _play(scene: Play, one: Plan) -> str:
    scene.log = []

    def ran(which: Ran, *, killed: bool = False) -> str:
        scene.log.append(which)
        if scene.most > 1:
            return "two keys of one label"
        return misbehaved(which, killed=killed) or scene.left_running()

    first = scene.create(one.first)
    if bad := ran(first, killed=True):
        return f"FAIL create: {bad}"
    if one.then == "create":
        bad = ran(again := scene.create())
        if bad and again.code != STORED:
            return f"FAIL create once more: {bad}"
    if one.then == "killed resume" and (bad := ran(scene.resume(one.second), killed=True)):
        return f"FAIL killed resume: {bad}"
    if one.then == "unanswered resume" and (bad := ran(scene.resume(answered=False))):
        return f"FAIL unanswered resume: {bad}"
    made = scene.site.creates
    for _ in range(ROUNDS):
        last = scene.resume()
        if bad := ran(last):
            return f"FAIL resume: {bad}"
        if last.code == 0:
            break
    else:
        return f"FAIL resume does not finish: {last.code} {last.result.get('error')}"
    keys, stored = scene.site.keys(), scene.stored()
    if keys or stored:
        wrong = scene.wrong(stored)
        if wrong:
            return f"FAIL silence: {wrong}"
        return "done" if first.code == 0 else "resumed"
    scene.site.later()
    if bad := ran(scene.create()) or scene.wrong(scene.stored()):
        return f"FAIL made again: {bad} {scene.log[-1].result.get('error', '')}"
    return "remade" if made else "nothing"


def main() -> int:
    everything = (*SUBJECTS, *KINDS)
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=22, help="how many kills; the sites take turns")
    parser.add_argument("--only", type=int, help="only the kill of this number")
    parser.add_argument("--sites", default=",".join(everything))
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    sites = tuple(given.sites.split(","))
    numbers = range(given.n) if given.only is None else (given.only,)
    plans = [plan(given.seed, number, sites) for number in numbers]
    took = {name: usual(name) for name in dict.fromkeys(one.site for one in plans)}

    def safely(one: Plan) -> str:
        try:
            return play(one, took[one.site])
        except Exception as error:  # noqa: BLE001 - a fault of this program is a bad kill, not the end of all
            return f"FAIL bench: {type(error).__name__}: {error}"

    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(given.jobs) as pool:
        for number, one, outcome in zip(numbers, plans, pool.map(safely, plans), strict=True):
            outcomes[outcome.partition(" ")[0]] += 1
            what = f"{one.site} {one.flags}".strip()
            print(f"{number:>3} {what:<26} {one.first!s:<42} {one.then:<17} -> {outcome}", flush=True)
    print("  ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    return 1 if outcomes["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
