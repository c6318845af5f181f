"""How well an element is found again on a later version of its page.

    python -m bench.drift FILE [--sites] [--margin 2.5]

FILE holds old elements, the visible elements of the newer page, and which one is meant (gzip JSON: part ->
site -> candidates, pairs). It is not part of this project; without it there is nothing to measure and the
program says so. Every old element becomes an Element with a Fingerprint, every new one a Candidate, and the
scoring core of `match.find` decides. Three ways are counted: the core alone, as `find` uses it (exact words
first), and forced (the best one, whatever the doubt).

Located: acted, and a click in the middle of the choice lands on the element meant (the same, one level apart,
nested with the same words or the middle inside, or the same words leading to the same address). Wrong: acted
on anything else. Asks: did not act. Absent: the element and all that counts as it are taken away; acting is
then always wrong, and worse when the words are other ones.
Knows nothing of browsers; it measures a pure function.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autokey import match
from autokey.match import verdict
from autokey.match.facets import of_element
from autokey.match.index import FAMILY, Index
from autokey.match.words import Phrases, hint_words, normalise
from autokey.model import Candidate, Element, Fingerprint, Layer, Located, Look

Raw = dict[str, Any]
_INPUT = {"submit": "button", "button": "button", "image": "button", "reset": "button"}
_BOXES = {"checkbox": "checkbox", "radio": "radio"}
_LONGEST = 300  # characters of text that a real look keeps


# ---------------------------------------------------------------- the file's elements in our types


def role_of(raw: Raw) -> str:
    """Derive the role: the file has none."""
    tag, kind = raw["tag"], raw.get("type", "").lower()
    if tag == "input":
        return _INPUT.get(kind) or _BOXES.get(kind) or ("button" if raw.get("isb") else "textbox")
    if raw.get("isb") or tag == "button":
        return "button"
    by_tag = {"a": "link", "textarea": "textbox", "select": "combobox", "option": "option", "img": "img"}
    if tag in by_tag:
        return by_tag[tag]
    return "heading" if tag in {"h1", "h2", "h3", "h4", "h5", "h6"} else ""


def kind_of(raw: Raw) -> str:
    """Derive the kind from role and type."""
    if raw["tag"] == "input" and raw.get("type") == "password":
        return "password"
    kinds = {
        "button": "button",
        "link": "link",
        "textbox": "text",
        "checkbox": "box",
        "radio": "radio",
        "combobox": "select",
        "img": "image",
    }
    return kinds.get(role_of(raw), "image" if raw["tag"] in {"svg", "picture"} else "words")


def box_of(raw: Raw, measured: bool) -> tuple[int, int, int, int]:
    """Give the box; a missing number is 0 where the site has geometry at all, else nothing is known."""
    if not measured:
        return (0, 0, 0, 0)
    return tuple(int(raw.get(key, 0)) for key in "xywh")  # type: ignore[return-value]


def hints_of(raw: Raw) -> tuple[str, ...]:
    """Give the words of the attributes, as a look has them."""
    return hint_words(raw.get("id", ""), raw.get("name", ""), *raw.get("cls", ()))


def path_of(raw: Raw) -> str:
    """Give the path from the nearest id, in one notation; the file has two."""
    path = raw["idxpath"]
    for start in ("//*[@id='", 'id("'):
        if path.startswith(start):
            name, _, rest = path[len(start) :].partition("]" if start.startswith("//") else ")")
            return "#" + name.strip("'\"").replace("/", "-") + rest
    return str(path)


def candidates_of(raws: list[Raw], measured: bool) -> tuple[Candidate, ...]:
    """Make the candidates of one page; who stands inside whom follows from the paths."""
    at = {raw["xpath"]: place for place, raw in enumerate(raws)}
    return tuple(
        Candidate(
            ref=place,
            tag=raw["tag"],
            role=role_of(raw),
            kind=kind_of(raw),  # type: ignore[arg-type]
            name=raw.get("text", "")[:_LONGEST],
            text=raw.get("text", "")[:_LONGEST],
            own=raw.get("text", "")[:_LONGEST],
            beside=(" ".join(raw.get("neigh", ())),) if raw.get("neigh") else (),
            placeholder=raw.get("ph", ""),
            title=raw.get("title", ""),
            hints=hints_of(raw),
            input_type=raw.get("type", ""),
            href=raw.get("href", ""),
            clickable=role_of(raw) in FAMILY,
            box=box_of(raw, measured),
            path=path_of(raw),
            parent=next((at[up] for up in ups(raw["xpath"]) if up in at), -1),
        )
        for place, raw in enumerate(raws)
    )


def element_of(raw: Raw, measured: bool) -> Element:
    """Make the declared element, with all that was recorded of it."""
    role = role_of(raw)
    text = raw.get("text", "")[:_LONGEST]
    mark = Fingerprint(
        role=role,
        name=text,
        kind=kind_of(raw),
        tag=raw["tag"],
        placeholder=raw.get("ph", ""),
        id_words=hints_of(raw),
        near=(" ".join(raw.get("neigh", ())),) if raw.get("neigh") else (),
        href=raw.get("href", ""),
        path=path_of(raw),
        box=box_of(raw, measured) if measured else None,
    )
    words = (text.rstrip(". "),) if text.strip(". ") else ()
    return Element("target", "role", words, role=role, fingerprint=mark)


def ups(path: str) -> list[str]:
    """Give the paths of the enclosing elements, nearest first."""
    steps = path.split("/")
    return ["/".join(steps[:n]) for n in range(len(steps) - 1, 1, -1)]


# ---------------------------------------------------------------- grading


def address(raw: Raw) -> str:
    """Give an address without query and scheme."""
    return raw.get("href", "").split("?")[0].split("#")[0].rstrip("/").replace("https://", "http://")


def counts_as(choice: Raw, truth: Raw, measured: bool) -> bool:
    """Tell whether a click on the middle of `choice` lands on `truth`, or does the same."""
    one, other = choice["xpath"], truth["xpath"]
    if one == other:
        return True
    same_words = normalise(choice.get("text", "")) == normalise(truth.get("text", ""))
    if same_words and choice.get("text") and address(choice) and address(choice) == address(truth):
        return True
    nested = one.startswith(other + "/") or other.startswith(one + "/")
    if not nested:
        return False
    if abs(one.count("/") - other.count("/")) == 1 or same_words:
        return True
    if not measured:
        return False
    x, y, w, h = box_of(choice, measured)
    tx, ty, tw, th = box_of(truth, measured)
    return tx <= x + w / 2 <= tx + tw and ty <= y + h / 2 <= ty + th


@dataclass
class Tally:
    """Counts of one way of deciding."""

    n: int = 0
    located: int = 0
    wrong: int = 0
    absent: int = 0
    absent_other: int = 0
    first: int = 0
    third: int = 0
    asked: int = 0
    shown: int = 0
    times: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name in ("n", "located", "wrong", "absent", "absent_other", "first", "third", "asked", "shown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.times += other.times

    def line(self) -> str:
        """Say it in one line, in percent."""

        def share(count: int, of: int = 0) -> str:
            return f"{100 * count / (of or self.n or 1):5.1f}"

        asks = self.n - self.located - self.wrong
        return (
            f"located {share(self.located)}  wrong {share(self.wrong)} ({self.wrong})  asks {share(asks)}  "
            f"absent acts {share(self.absent)} (other words {share(self.absent_other)})"
        )


def measure(
    site: Raw, margin: float, wrongs: list[str] | None = None, ways: tuple[str, ...] = ("core", "find")
) -> dict[str, Tally]:
    """Decide every pair of one site in each way."""
    raws = site["candidates"]
    targets = [pair["target"] for pair in site["pairs"]]
    measured = any("w" in raw or "x" in raw for raw in [*raws, *targets])
    everything = candidates_of(raws, measured)
    tallies = {way: Tally() for way in ways}
    look = Look("", "", "", (Layer(0, False, ""),), everything)
    for pair in site["pairs"]:
        if pair["gt"] is None:
            continue
        truth = raws[pair["gt"]]
        alike = {place for place, raw in enumerate(raws) if counts_as(raw, truth, measured)}
        element = element_of(pair["target"], measured)
        without = Look("", "", "", look.layers, tuple(one for one in everything if one.ref not in alike))
        for way, tally in tallies.items():
            tally.n += 1
            decide = core if way == "core" else found
            start = time.perf_counter()
            ranking, acts = decide(element, look, margin)
            tally.times.append(1000 * (time.perf_counter() - start))
            if acts:
                tally.located += ranking[0] in alike
                tally.wrong += ranking[0] not in alike
                if ranking[0] not in alike and wrongs is not None:
                    said = [each.get("text", "")[:50] for each in (pair["target"], raws[ranking[0]], truth)]
                    wrongs.append(f"{way}: {said[0]!r} -> {said[1]!r}, meant {said[2]!r}")
            else:
                tally.asked += 1
                tally.shown += bool(alike & set(ranking[:3]))
            tally.first += bool(ranking) and ranking[0] in alike
            tally.third += bool(alike & set(ranking[:3]))
            ranking, acts = decide(element, without, margin)
            if acts:
                tally.absent += 1
                words = normalise(pair["target"].get("text", ""))
                tally.absent_other += normalise(raws[ranking[0]].get("text", "")) != words
    return tallies


def core(element: Element, look: Look, margin: float) -> tuple[list[int], bool]:
    """Decide by likeness alone: the core that `match.find` uses when nothing is exact."""
    index = Index(look)
    target = of_element(element, Phrases(element.words))
    made = verdict.decide(target, index, range(len(index.all)), margin=margin)
    return [index.all[each.place].ref for each in made.ranked[:10]], made.sure


def found(element: Element, look: Look, _margin: float) -> tuple[list[int], bool]:
    """Decide as a run does: exact words first, then likeness."""
    got = match.find(element, Index(look))
    if isinstance(got, Located):
        return [got.candidate.ref], True
    return [one.ref for one in getattr(got, "best", ())], False


# ---------------------------------------------------------------- the report


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--sites", action="store_true", help="one line per site")
    parser.add_argument("--choose", action="store_true", help="choose the margin on the other sites")
    parser.add_argument("--wrong", action="store_true", help="list the wrong ones")
    parser.add_argument("--margin", type=float, default=verdict.MARGIN)
    args = parser.parse_args()
    if not args.file.exists():
        print(f"There is no {args.file}: nothing was measured.", file=sys.stderr)
        return 2
    with gzip.open(args.file, "rt", encoding="utf-8") as stream:
        data: dict[str, dict[str, Raw]] = json.load(stream)
    for part, sites in data.items():
        wrongs: list[str] = []
        by_site = {name: measure(site, args.margin, wrongs) for name, site in sites.items()}
        sums: dict[str, Tally] = defaultdict(Tally)
        for tallies in by_site.values():
            for way, tally in tallies.items():
                sums[way].add(tally)
        print(f"\n{part}: {len(sites)} sites, {sums['core'].n} pairs, margin {args.margin}")
        for way, tally in sums.items():
            print(f"  {way:5} {tally.line()}")
        tally = sums["core"]
        print(
            f"  forced: first {100 * tally.first / tally.n:.1f}, three {100 * tally.third / tally.n:.1f}"
            f"; when asking, among them {tally.shown} of {tally.asked}"
        )
        for way, tally in sums.items():
            times = sorted(tally.times)
            late = times[int(0.95 * len(times))]
            print(f"  {way}: ms per target: median {statistics.median(times):.1f}, p95 {late:.1f}")
        spread(by_site)
        if args.choose:
            choose(sites)
        if args.sites:
            for name, tallies in by_site.items():
                print(f"    {name:16} {tallies['core'].n:3}  {tallies['core'].line()}")
        if args.wrong:
            print("    " + "\n    ".join(wrongs))
    return 0


def spread(by_site: dict[str, dict[str, Tally]]) -> None:
    """Say how much one site moves the figures: each is left out once."""
    rows = []
    for name in by_site:
        rest = Tally()
        for other, tallies in by_site.items():
            if other != name:
                rest.add(tallies["core"])
        rows.append(rest)
    for what in ("located", "wrong", "absent", "first"):
        shares = [100 * getattr(row, what) / (row.n or 1) for row in rows]
        print(f"  leaving one site out: {what} {min(shares):.1f} to {max(shares):.1f}")


def choose(sites: dict[str, Raw]) -> None:
    """Take for each site the margin that is best on all others (nothing wrong, absent acts at most 5 %)."""
    margins = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5)
    table = {
        margin: {name: measure(site, margin, ways=("core",))["core"] for name, site in sites.items()}
        for margin in margins
    }
    whole, taken = Tally(), []
    for name in sites:
        fit = margins[-1]
        for margin in margins:
            rest = Tally()
            for other, tally in table[margin].items():
                if other != name:
                    rest.add(tally)
            if not rest.wrong and rest.absent <= 0.05 * rest.n:
                fit = margin
                break
        taken.append(fit)
        whole.add(table[fit][name])
    print(f"  margin from the other sites ({min(taken)} to {max(taken)}): {whole.line()}")


if __name__ == "__main__":
    raise SystemExit(main())
