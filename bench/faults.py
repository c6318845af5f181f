"""The kill matrix: every flow, every note of its journal, every fault; then `autokey resume`, then a verdict.

    python -m bench.faults [--seed 1] [--cells 60 | --all] [--flows coinstore,kucoin] [--faults kill,full]
                           [--points 3:before,7:after] [--jobs 2]

One cell: a look-alike is served, `autokey create` runs against it in a process of its own, and at one note of its
journal (right before it is written, or right after) a fault strikes. Then `autokey resume` runs without the fault; what
it asks for is answered as its owner would, out of the look-alike's inbox and authenticator. Good ends are:

    done      the run finished in spite of the fault: one key, stored, equal to the ground truth
    resumed   the same, after resume
    remade    it was told in one sentence that a key exists that is not held here; it was deleted as told, resume saw
              it gone, and the command that was named made the one key
    nothing   nothing on the site, nothing stored, and that was said

The faults: the process gets SIGKILL, its browser does, its driver does, the disk is full, the machine's clock jumps by
two hours, the keyring locks, hangs or says that it stored and did not, the network is gone, the site's answer to the
request that creates the key is lost on the way.

Anything else is FAIL with its reason: two keys at any time, silence, a traceback, a stored value that differs, a right
that nobody ordered left on the site without exit code 7. One seed prints the same table every time.
Knows nothing of how autokey works beyond its command line and its journal.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.stage import KEYRING, SUBJECTS, Stage, create, misbehaved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.stage import Ran, Subject

LATE: Final = (*KEYRING, "offline")  # strike from the creating step on: before, they stop the run at once
FAULTS: Final = ("kill", "browser", "driver", "full", "clock", *LATE, "lost-answer")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Where what strikes. `point` counts notes from 1; 0 for a fault that needs no point."""

    flow: str
    point: int
    when: str
    fault: str
    note: str = field(default="", compare=False)
    named: str = field(default="", compare=False)  # instead of `point`: PHASE:STEP, its first note


# ------------------------------------------------------------ points and cells


def points(subject: Subject) -> list[str]:
    """Give the notes of an undisturbed run, in words."""
    with ExitStack() as stack:
        stage = Stage(stack, subject, "")
        ran = stage.run(*create(stage))
        if ran.code:
            raise SystemExit(
                f"{subject.name}: an undisturbed run ends with {ran.code}: {ran.result}\n{ran.noise[-2000:]}"
            )
        (book,) = stage.home.rglob("runs/*.jsonl")
        notes = [json.loads(line) for line in book.read_text().splitlines()[1:]]
    return [
        f"{note['phase']} {note['step']}".strip() + (f" ({note['effect']})" if note["effect"] else "") for note in notes
    ]


def cells_of(subject: Subject, notes: Sequence[str], faults: Sequence[str]) -> list[Cell]:
    """Give all cells of a flow."""
    found = []
    creating = next(n for n, note in enumerate(notes, 1) if "creates-key" in note)
    for fault in faults:
        if fault == "lost-answer":
            found.append(Cell(subject.name, 0, "-", fault, "at create"))
            continue
        first = creating if fault in LATE else 1
        for point in range(first, len(notes) + 1):
            found += [Cell(subject.name, point, when, fault, notes[point - 1]) for when in ("before", "after")]
    return found


def sample(cells: Sequence[Cell], count: int, seed: int) -> list[Cell]:
    """Draw cells so that every flow and fault has its turn; the same for the same seed."""
    dice = random.Random(seed)
    heaps: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        heaps.setdefault((cell.fault, cell.flow), []).append(cell)
    for heap in heaps.values():
        dice.shuffle(heap)
    order = list(heaps)
    dice.shuffle(order)
    # Faults take turns, so that a small sample has each of them.
    turns = {key: [other for other in order if other[0] == key[0]].index(key) for key in order}
    order.sort(key=turns.__getitem__)
    drawn: list[Cell] = []
    while len(drawn) < count and any(heaps.values()):
        for key in order:
            if heaps[key] and len(drawn) < count:
                drawn.append(heaps[key].pop())
    return sorted(drawn)


# ------------------------------------------------------------ one cell


def play(cell: Cell) -> str:
    """Play one cell; give its outcome."""
    subject = SUBJECTS[cell.flow]
    with ExitStack() as stack:
        stage = Stage(stack, subject, cell.fault)
        ran = stage.run(*create(stage), point=cell.named or str(cell.point), when=cell.when, fault=cell.fault)
        bad = misbehaved(ran, killed=cell.fault == "kill")
        if bad:
            return f"FAIL create: {bad}"
        stage.make_well(cell.fault)
        resumed = stage.run("resume", "--headless", "--json", "--via", stage.via)
        if bad := misbehaved(resumed):
            return f"FAIL resume: {bad}"
        return verdict(stage, ran, resumed)


def verdict(stage: Stage, ran: Ran, resumed: Ran) -> str:
    """Hold what is on the site and what is stored against what was said."""
    if stage.most() > 1:
        return "FAIL two keys at one time"
    keys, stored = stage.site.state.keys, stage.stored()
    if not keys and not stored:
        deleted = any(change.what == "deleted" for change in stage.site.state.history)
        if resumed.code:
            return f"FAIL nothing is left and resume ends with {resumed.code}: {resumed.result.get('error')}"
        stage.site.clock.move(120)  # sites do not mail a second code at once
        again = stage.run(*create(stage))
        if bad := misbehaved(again) or stage.wrong():
            return f"FAIL made again: {bad} {again.result.get('error', '')}"
        return "remade" if deleted else "nothing"
    wrong = stage.wrong(stored)
    if wrong and resumed.code in {6, 7}:
        return f"FAIL told ({resumed.code}), not finished: {wrong}; {resumed.result.get('error')}"
    if wrong:
        return f"FAIL silence: {wrong}; create {ran.code}, resume {resumed.code}"
    if resumed.code:
        return f"FAIL all is well and resume ends with {resumed.code}: {resumed.result.get('error')}"
    return "done" if ran.code == 0 else "resumed"


# ------------------------------------------------------------ command line


def matrix(cells: Sequence[Cell], jobs: int) -> Iterator[tuple[Cell, str]]:
    """Play cells, give them in order."""
    played = itertools.count(1)

    def safely(cell: Cell) -> str:
        try:
            return play(cell)
        except Exception as error:  # noqa: BLE001 - a fault of this program is a bad cell, not the end of the matrix
            return f"FAIL bench: {type(error).__name__}: {error}"
        finally:
            print(f"{next(played)} of {len(cells)} played", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(jobs) as pool:
        yield from zip(cells, pool.map(safely, cells), strict=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", type=int, default=60, help="how many cells, drawn from all")
    parser.add_argument("--all", action="store_true", help="every cell (hours)")
    parser.add_argument("--flows", default=",".join(SUBJECTS))
    parser.add_argument("--faults", default=",".join(FAULTS))
    parser.add_argument("--points", default="", help="only these, as NUMBER:before or NUMBER:after")
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    if not shutil.which("chromium-headless-shell") and not os.environ.get("AUTOKEY_BROWSER"):
        raise SystemExit("bench.faults needs chromium-headless-shell, or AUTOKEY_BROWSER set.")
    flows = [SUBJECTS[name] for name in given.flows.split(",")]
    faults = given.faults.split(",")
    with ThreadPoolExecutor(given.jobs) as pool:
        known = dict(zip(given.flows.split(","), pool.map(points, flows), strict=True))
    cells = [cell for subject in flows for cell in cells_of(subject, known[subject.name], faults)]
    if given.points:
        wanted = set(given.points.split(","))
        cells = [cell for cell in cells if f"{cell.point}:{cell.when}" in wanted]
    drawn = sorted(cells) if given.all or given.points else sample(cells, given.cells, given.seed)
    print(f"{len(drawn)} of {len(cells)} cells, seed {given.seed}", flush=True)
    outcomes: Counter[str] = Counter()
    for cell, outcome in matrix(drawn, given.jobs):
        outcomes[outcome.partition(" ")[0]] += 1
        where = f"{cell.point:>2} {cell.when:<6} {cell.note}"
        print(f"{cell.flow:<17} {where:<48} {cell.fault:<16} -> {outcome}", flush=True)
    print("  ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    return 1 if outcomes["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
