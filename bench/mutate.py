"""How well the elements of the recorded pages are found again after pages change as they do over months.

    python -m bench.mutate [--mutants 50] [--seed 1] [--flow NAME] [--every 1] [--strict] [--wrong]

Every recorded page is loaded into a headless browser and changed there, in its DOM, by `mutate.js`: text edited,
attributes dropped and hashed, tags changed, elements wrapped, moved and reordered, decoys added, at the published
frequencies for 4 and for 32 months. It is then looked at with the same eyes as a live page, and every element
that the flow names is looked for, once by its declared words alone (as shipped) and once with a fingerprint of
the page before the change (as after a recording or an answer). Three changes are made to one element at a time
and counted apart: REMOVE (asking is the only right answer), TRAP (renamed, while the old words live on elsewhere)
and SWAP (two controls trade places).

Located: acted on the element meant, something in it, or what is around it with its middle on it. Wrong: acted on anything else. Asked: did
not act. Guarded elements create, grant, reveal, close or hold a secret: they are never taken by likeness, so a
changed word is a question. Exit code 1 with --strict when a goal is missed.

A mutation that no page can have counts for nothing and is not made: a control put into a button (HTML allows none
there), an explicit role lost with its tag (a switch drawn as a `div` still says `role=switch`), a blank placeholder
"edited" into a word (it holds a label's place and says nothing), "Send" of a code turned into "Withdraw".
Knows nothing of live sites; sandbox recordings say how finding behaves, not how an exchange looks.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autokey import catalog, match, saved, screens
from autokey.engine.language import words_of
from autokey.match.index import index_of
from autokey.model import Candidate, Element, Flow, Located, Look, Screen, Unsure
from autokey.record.replay import Stage

SCRIPT = Path(__file__).with_suffix(".js")
SIZE = (1280, 2400)  # so high that the middle of every element is on the screen

# The published frequencies per surviving element. Pairs and triples: changed, removed, added.
MONTHS_4: dict[str, Any] = {
    "tag": 0.004,
    "text": 0.046,
    "icon": 0.0,
    "id": [0.068, 0.025, 0.029],
    "cls": [0.173, 0.007, 0.015],
    "name": [0.034, 0.006],
    "label": [0.056, 0.052, 0.070],
    "title": [0.014, 0.076, 0.061],
    "role": [0.094, 0.041],
    "href": 0.107,
    "size": 0.169,
    "wrap": 0.05,  # of every element: about a fifth of the paths from an id are broken by it
    "moved": 0.3,  # with what it stands in, nearly two thirds are somewhere else
    "neighbours": 0.05,
    "reorder": 0.1,
    "decoy": 0.04,
}
MONTHS_32: dict[str, Any] = {
    "tag": 0.055,
    "text": 0.234,
    "icon": 0.017,
    "id": [0.18, 0.29, 0.11],
    "cls": [0.32, 0.07, 0.20],
    "name": [0.0, 0.07],
    "label": [0.056, 0.052, 0.070],
    "title": [0.014, 0.076, 0.061],
    "role": [0.063, 0.063],
    "href": 0.29,
    "size": 0.60,
    "wrap": 0.15,
    "moved": 0.6,
    "neighbours": 0.12,
    "reorder": 0.3,
    "decoy": 0.20,
}
NOTHING: dict[str, Any] = {key: [0, 0, 0] if isinstance(value, list) else 0 for key, value in MONTHS_4.items()}
SEVERITIES = {"4 months": MONTHS_4, "32 months": MONTHS_32}
GOALS = {"4 months": 0.97, "32 months": 0.90}

# Numbers the nodes that may be the one of a box: those of about that box, and all fields.
TRY = """([x, y, w, h]) => {
  const near = e => { const r = e.getBoundingClientRect(); return Math.abs(r.x - x) + Math.abs(r.y - y) + Math.abs(r.width - w) + Math.abs(r.height - h) < 8; };
  document.querySelectorAll('[data-v-try]').forEach(e => e.removeAttribute('data-v-try'));
  [...document.body.querySelectorAll('*')].filter(e => near(e) || e.matches('input')).forEach(e => e.setAttribute('data-v-try', ''));
}"""

# Marks one of those as the element of a name, and the words that name it where they stand beside it.
MARK = """([number, name, words]) => {
  const found = document.querySelectorAll('[data-v-try]')[number];
  found.setAttribute('data-v-is', ((found.getAttribute('data-v-is') || '') + ' ' + name).trim());
  const fold = t => t.replace(/[\\s*:]+/g, ' ').trim().toLowerCase();
  const own = e => fold([...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(' '));
  const saying = [...document.body.querySelectorAll('*')].filter(e => words.some(v => own(e) === fold(v) || (v.endsWith('...') && own(e).startsWith(fold(v.slice(0, -3))))));
  const gap = e => { const r = e.getBoundingClientRect(), s = found.getBoundingClientRect(); return Math.hypot(r.x - s.x, r.y - s.y); };
  const word = saying.find(e => found.contains(e)) || saying.sort((a, b) => gap(a) - gap(b))[0];
  if (word) word.setAttribute('data-v-words', ((word.getAttribute('data-v-words') || '') + ' ' + name).trim());
}"""

# For each name: its box, in the order of the marked nodes.
BOXES = """() => [...document.querySelectorAll('[data-v-is]')].map(e => [e.getAttribute('data-v-is').split(' '), (r => [r.x, r.y, r.width, r.height])(e.getBoundingClientRect())])"""


@dataclass(slots=True)
class Count:
    """Answers to one kind of question."""

    located: int = 0
    asked: int = 0
    wrong: int = 0
    shown: int = 0  # asked, with the element meant among the three

    @property
    def all(self) -> int:
        return self.located + self.asked + self.wrong

    def share(self) -> float:
        return self.located / self.all if self.all else 1.0

    def __str__(self) -> str:
        if not self.all:
            return f"{'-':>6}"
        parts = [f"{100 * n / self.all:6.1f}" for n in (self.located, self.asked, self.wrong)]
        among = f"{100 * self.shown / self.asked:5.0f}%" if self.asked else "    -"
        return f"{self.all:>7}{''.join(parts)} {among} ({self.wrong} wrong)"


@dataclass(slots=True)
class Table:
    """Counts by severity or change, way and kind."""

    counts: dict[tuple[str, str, str], Count] = field(default_factory=dict)
    screens: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def at(self, *key: str) -> Count:
        return self.counts.setdefault((key[0], key[1], key[2]), Count())


@dataclass(frozen=True, slots=True)
class Target:
    """One element of a recorded page, with what it looked like there."""

    element: Element
    marked: Element  # with its fingerprint

    @property
    def kind(self) -> str:
        """What it is, for the table."""
        use = {"role": self.element.role, "label": "field", "placeholder": "field"}.get(
            self.element.by, self.element.by
        )
        return f"{'guarded ' if self.element.guarded else ''}{use}"


async def page_targets(stage: Stage, flow: Flow, screen: Screen, html: str) -> tuple[list[Target], int | None, str]:
    """Give the elements of a recorded page that are exactly found, its layer, and the page with its marks."""
    look = await stage.show(html, SIZE)
    seen = screens.recognise(look, flow.selectors.screens, words=words_of(flow))
    if seen.name != screen.name:
        return [], None, ""
    layer = None if screen.kind == "menu" else seen.layer
    targets = []
    page = tab(stage)
    for name, element in screen.elements.items():
        found = match.find(element, index_of(look), layer=layer, words=words_of(flow))
        if not isinstance(found, Located) or found.how != "exact":
            continue
        words = [*element.words, *(more for word in element.words for more in words_of(flow).get(word, ()))]
        await page.evaluate(TRY, list(found.candidate.box))
        refs = await refs_of(stage, "[data-v-try]")
        if found.candidate.ref in refs:
            await page.evaluate(MARK, [refs.index(found.candidate.ref), name, words])
            targets.append(Target(element, replace(element, fingerprint=match.fingerprint(found.candidate))))
    return targets, layer, await page.content()


def tab(stage: Stage) -> Any:
    """Give the Playwright page of a stage."""
    return stage._world.page  # type: ignore[union-attr] # noqa: SLF001 - the bench changes what the stage shows


async def grade(stage: Stage, flow: Flow, screen: Screen, layer: int | None, targets: list[Target]) -> list[Any]:
    """Look for every target on the page as it is now: (target, way, result, whether it lands)."""
    world = stage._world  # noqa: SLF001
    assert world is not None
    from autokey.browser.page import look_of

    look = look_of(await world.look())
    index = index_of(look)
    seen = screens.recognise(look, flow.selectors.screens, words=words_of(flow))
    truths = await _truths(stage)
    told = seen.name == screen.name
    inside = None if layer is None else seen.layer if told else _stands_in(look, {ref for ref, _, _ in truths.values()})
    results = []
    for target in targets:
        for way, element in (("words", target.element), ("marked", target.marked)):
            found = match.find(element, index, layer=inside, words=words_of(flow), others=screen.declared)
            said = (
                [found.candidate]
                if isinstance(found, Located)
                else list(found.best)
                if isinstance(found, Unsure)
                else []
            )
            lands = [await _lands(stage, truths.get(target.element.name), one) for one in said]
            results.append((target, way, isinstance(found, Located), lands, said))
    return [seen.name, results]


def _stands_in(look: Look, refs: set[int]) -> int | None:
    """Give the layer in which most of the elements meant stand: a screen that is lost may have another number now."""
    layers = Counter(one.layer for one in look.candidates if one.ref in refs)
    return layers.most_common(1)[0][0] if layers else None


async def refs_of(stage: Stage, selector: str) -> list[int]:
    """Give the refs by which the collector knows the nodes of a selector."""
    world = stage._world  # noqa: SLF001
    assert world is not None
    document = await world.send("DOM.getDocument", {"depth": 0})
    nodes = await world.send("DOM.querySelectorAll", {"nodeId": document["root"]["nodeId"], "selector": selector})
    refs = []
    for node in nodes["nodeIds"]:
        described = await world.send("DOM.describeNode", {"nodeId": node})
        refs.append(await world.call_on("nearest", described["node"]["backendNodeId"]))
    return refs


async def _truths(stage: Stage) -> dict[str, tuple[int, list[float], list[int]]]:
    """Give for each marked name the node that is meant: its ref, its box, and the refs of what it stands in."""
    world = stage._world  # noqa: SLF001
    assert world is not None
    boxes = await tab(stage).evaluate(BOXES)
    found = {}
    for ref, (names, box) in zip(await refs_of(stage, "[data-v-is]"), boxes, strict=True):
        up = await world.call("chainOf", ref)
        found |= dict.fromkeys(names, (ref, box, up))
    return found


async def _lands(stage: Stage, truth: tuple[int, list[float], list[int]] | None, it: Candidate) -> bool:
    """Say whether acting on a candidate acts on the node meant: it, one in it, or one around it with the middle in it."""
    if truth is None:
        return False
    ref, box, up = truth
    if it.ref == ref:
        return True
    world = stage._world  # noqa: SLF001
    assert world is not None
    if ref in await world.call("chainOf", it.ref):
        return True
    x, y = it.box[0] + it.box[2] / 2, it.box[1] + it.box[3] / 2
    return it.ref in up and box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def tally(table: Table, what: str, where: str, results: list[Any], only: str = "", *, absent: bool = False) -> None:
    for target, way, acted, lands, said in results:
        if only and target.element.name != only:
            continue
        count = table.at(what, way, target.kind)
        if not acted:
            count.asked += 1
            count.shown += any(lands)
        elif lands[0] and not absent:
            count.located += 1
        else:
            count.wrong += 1
            table.wrong.append(f"{what}, {way}: {where}.{target.element.name} -> {match.describe(said[0])}")


async def measure(flows: list[Flow], recordings: Path, mutants: int, seed: int, every: int) -> Table:
    table = Table()
    script = SCRIPT.read_text(encoding="utf-8")
    script = script[script.index("([seed") :]
    async with Stage() as stage:
        for flow in flows:
            kept, _ = saved.newest(flow, recordings)
            for one in kept:
                for page_name, screen_name in one.pages.items():
                    screen = flow.selectors.screens[screen_name]
                    if screen.interruption:
                        continue  # the same on every exchange, and no part of what a flow does
                    html = (one.folder / f"{page_name}.html").read_text(encoding="utf-8")
                    targets, layer, page = await page_targets(stage, flow, screen, html)
                    if not targets:
                        continue
                    where = f"{flow.name}/{page_name}"

                    async def mutant(number: int, rates: dict[str, Any], special: list[str] | None) -> list[Any] | None:
                        await stage.show(page, SIZE)  # noqa: B023 - called at once
                        salt = zlib.crc32(f"{where} {number} {special}".encode()) ^ seed  # noqa: B023
                        if not await tab(stage).evaluate(f"({script})", [salt, rates, special]):
                            return None
                        return await grade(stage, flow, screen, layer, targets)  # noqa: B023

                    for severity, rates in SEVERITIES.items():
                        for number in range(0, mutants, every):
                            name, results = await mutant(number, rates, None) or ("", [])
                            lost = not name or flow.selectors.screens[name].everywhere
                            table.screens[
                                severity, "told" if name == screen_name else "unknown" if lost else "other"
                            ] += 1
                            tally(table, severity, where, results)
                    names = [target.element.name for target in targets]
                    for number, name in enumerate(names):
                        for turn in range(0, max(1, mutants // 10), every):
                            for what in ("remove", "trap", "swap"):
                                other = names[(number + 1 + turn) % len(names)]
                                rates = MONTHS_4 if turn % 2 else NOTHING
                                got = await mutant(turn, rates, [what, name, other])
                                if got:
                                    tally(table, what.upper(), where, got[1], name, absent=what == "remove")
                    print(f"  {where}: {len(targets)} elements", file=sys.stderr)
    return table


def report(table: Table, *, wrong: bool) -> bool:
    """Print the table; say whether all goals are met."""
    good = True
    print(f"{'':<34}{'n':>7}{'found':>6}{'asked':>6}{'wrong':>6}  among 3")
    for what in (*SEVERITIES, "REMOVE", "TRAP", "SWAP"):
        for way in ("words", "marked"):
            kinds = sorted({key[2] for key in table.counts if key[:2] == (what, way)})
            total, plain, guarded = Count(), Count(), Count()
            for kind in kinds:
                count = table.counts[what, way, kind]
                for into in (total, guarded if kind.startswith("guarded") else plain):
                    for name in ("located", "asked", "wrong", "shown"):
                        setattr(into, name, getattr(into, name) + getattr(count, name))
                print(f"{what:<10} {way:<7}{kind:<16}{count}")
            print(f"{what:<10} {way:<7}{'all':<16}{total}")
            print(f"{what:<10} {way:<7}{'= guarded':<16}{guarded}")
            print(f"{what:<10} {way:<7}{'= harmless':<16}{plain}")
            goal = GOALS.get(what)
            if way == "marked" and goal is not None and total.share() < goal:
                split = f"guarded {100 * guarded.share():.1f}, harmless {100 * plain.share():.1f}"
                print(f"  goal missed: located {100 * total.share():.1f} % of {100 * goal:.0f} % ({split})")
                good = False
            if guarded.wrong:
                print(f"  goal missed: {guarded.wrong} wrong on elements that may never be")
                good = False
    for severity in SEVERITIES:
        told = {how: table.screens[severity, how] for how in ("told", "unknown", "other")}
        print(f"screens after {severity}: {told}")
    if wrong:
        for text, count in Counter(table.wrong).most_common():
            print(f"  {count:>4}  {text}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutants", type=int, default=50, help="mutants of each page (50)")
    parser.add_argument("--every", type=int, default=1, help="only every Nth of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flow", default="", help="only this flow")
    parser.add_argument("--wrong", action="store_true", help="list every wrong choice")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a goal is missed")
    given = parser.parse_args()
    folders = catalog.Folders(catalog.builtin())
    flows = [flow for flow in catalog.all_flows(folders) if given.flow in {"", flow.name}]
    recordings = catalog.builtin() / "recordings"
    table = asyncio.run(measure(flows, recordings, given.mutants, given.seed, given.every))
    good = report(table, wrong=given.wrong)
    return 1 if given.strict and not good else 0


if __name__ == "__main__":
    sys.exit(main())
