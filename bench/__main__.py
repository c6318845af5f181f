"""How fast and how small autokey is, as ratios to the least that could do the same.

    python -m bench [--pairs 7] [--strict]

(a) `autokey --version` against `python -c "import typer"`;
(b) `autokey create coinstore --sandbox --headless --json`, answered at once, against `raw_coinstore.py`;
(c) the peak memory of both.

Every figure is that of a whole process, from its start to its end; the two sides of a pair run one after
the other, A B A B, after one run of each that does not count. Each run has a fresh AUTOKEY_HOME. Times of a
busy machine mean little, the ratio of medians does. Memory is taken in runs of its own, because watching
costs time. Exit code 1 with --strict when a goal is missed.
Knows nothing of how autokey works: it starts programs.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RAW: Final = Path(__file__).with_name("raw_coinstore.py")
CREATE: Final = (
    "create coinstore --sandbox --headless --json --label ICG-MM --ips 192.0.2.10,192.0.2.11 --permissions read,trade"
)
GOALS: Final = {"a": 1.5, "b": 1.25, "c": 1.3}
EVERY: Final = 0.01  # seconds between two looks at the memory
FOREIGN: Final = (
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "PYTHON_KEYRING_BACKEND",
    "PYTHONDONTWRITEBYTECODE",
)

# A run is given a function that is called with the process's number as soon as it has one.
if TYPE_CHECKING:
    Watch = Callable[[int], None]
    Run = Callable[[Watch], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """What was measured of both sides, in one unit."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ours) / statistics.median(self.theirs)


@cache
def bytecode() -> str:
    """Give a folder for compiled modules: an installed program has them, a fresh checkout has not."""
    folder = tempfile.mkdtemp(prefix="autokey-bench-code-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def home() -> Iterator[dict[str, str]]:
    """Give the environment of one run: an AUTOKEY_HOME of its own, nothing of this machine's desktop."""
    with tempfile.TemporaryDirectory(prefix="autokey-bench-") as folder:
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        yield kept | {
            "AUTOKEY_HOME": folder,
            "XDG_CONFIG_HOME": f"{folder}/xdg",
            "PYTHONPYCACHEPREFIX": bytecode(),
        }


def autokey() -> list[str]:
    """Give the command as a user has it: the script beside this interpreter, else the module."""
    script = Path(sys.executable).with_name("autokey")
    return [str(script)] if script.exists() else [sys.executable, "-m", "autokey"]


def quiet(command: list[str], watch: Watch) -> None:
    """Run a program that asks nothing."""
    with home() as environment:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watch(process.pid)
        _, said = process.communicate(timeout=120)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {said.decode()[-2000:]}")


def create(watch: Watch) -> None:
    """Make a key on the sandbox and answer what is asked at once, from what the sandbox's board says."""
    with home() as environment:
        process = subprocess.Popen(
            [*autokey(), *CREATE.split()],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        watch(process.pid)
        assert process.stdin is not None
        assert process.stdout is not None
        board, last = "", ""
        for line in process.stdout:
            last = line
            event = json.loads(line)
            if event["event"] == "sandbox":
                board = event["url"]
            elif event["event"] == "human":
                process.stdin.write(json.dumps({kind: answer(board, kind) for kind in event["needs"]}) + "\n")
                process.stdin.flush()
        if process.wait(60):
            raise SystemExit(f"autokey create ended with {process.returncode}: {last}")


def answer(board: str, kind: str) -> str:
    """Ask the sandbox what its person would type."""
    with build_opener(ProxyHandler({})).open(f"{board}answer?kind={quote(kind)}", timeout=60) as found:
        return str(json.load(found)["answer"])


def seconds(run: Run) -> float:
    """Time one run."""
    began = time.perf_counter()
    run(lambda _: None)
    return time.perf_counter() - began


def peak(run: Run) -> float:
    """Give the most memory that a run held at one time: resident sizes of its process tree, summed, MiB."""
    most = 0.0
    over = threading.Event()
    watchers: list[threading.Thread] = []

    def look(pid: int) -> None:
        nonlocal most
        while not over.wait(EVERY):
            most = max(most, resident(pid))

    def watch(pid: int) -> None:
        watchers.append(threading.Thread(target=look, args=(pid,)))
        watchers[0].start()

    try:
        run(watch)
    finally:
        over.set()
        for watcher in watchers:
            watcher.join()
    return most


def resident(root: int) -> float:
    """Sum the resident sizes of a process and all below it, in MiB. What several share is counted in each."""
    below: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # Behind the name in brackets: state, parent, ...; resident pages are the 22nd.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        below.setdefault(int(fields[1]), []).append(int(entry.name))
        pages[int(entry.name)] = int(fields[21])
    total, open_ = 0, [root]
    while open_:
        pid = open_.pop()
        total += pages.get(pid, 0)
        open_ += below.get(pid, [])
    return total * os.sysconf("SC_PAGE_SIZE") / 2**20


def pairs(
    count: int,
    measure: Callable[[Run], float],
    ours: Run,
    theirs: Run,
) -> Pair:
    """Measure both sides in turn, after one run of each that does not count."""
    measure(theirs)
    measure(ours)
    found = Pair([], [])
    for _ in range(count):
        found.theirs.append(measure(theirs))
        found.ours.append(measure(ours))
    return found


def line(letter: str, what: str, pair: Pair, unit: str) -> str:
    """Say one result in one line."""
    ours, theirs = statistics.median(pair.ours), statistics.median(pair.theirs)
    digits = 0 if unit == "MiB" else 3
    met = "met" if pair.ratio <= GOALS[letter] else "MISSED"
    least = f"{min(pair.ours):.{digits}f} / {min(pair.theirs):.{digits}f}"
    return (
        f"({letter}) {what:<46} {ours:7.{digits}f} {unit} against {theirs:7.{digits}f} {unit}"
        f"   ratio {pair.ratio:4.2f}   goal {GOALS[letter]:4.2f} {met:<6}"
        f"   (least {least} = {min(pair.ours) / min(pair.theirs):4.2f}, {len(pair.ours)} pairs)"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--pairs", type=int, default=7, help="pairs of runs for (b); (a) takes three times as many")
    parser.add_argument("--memory", type=int, default=3, help="pairs of runs for (c)")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a goal is missed")
    given = parser.parse_args()
    if not (os.environ.get("AUTOKEY_BROWSER") or shutil.which("chromium-headless-shell")):
        raise SystemExit("bench needs chromium-headless-shell, or AUTOKEY_BROWSER set to the browser for both sides.")

    def raw(watch: Watch) -> None:
        quiet([sys.executable, str(RAW)], watch)

    a = pairs(
        3 * given.pairs,
        seconds,
        lambda watch: quiet([*autokey(), "--version"], watch),
        lambda watch: quiet([sys.executable, "-c", "import typer"], watch),
    )
    print(line("a", "autokey --version / import typer", a, "s"), flush=True)
    b = pairs(given.pairs, seconds, create, raw)
    print(line("b", "create coinstore --sandbox / raw Playwright", b, "s"), flush=True)
    c = pairs(given.memory, peak, create, raw)
    print(line("c", "peak memory of both, summed over the tree", c, "MiB"), flush=True)
    found = {"a": a.ratio, "b": b.ratio, "c": c.ratio}
    return 1 if given.strict and any(found[letter] > GOALS[letter] for letter in GOALS) else 0


if __name__ == "__main__":
    sys.exit(main())
