"""What a person did on which page: the file walk.toml beside the pages of a recording.

It holds places and words of controls, cleaned like the pages; never a value.
Knows nothing of browsers, of recording, or any exchange by name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from autokey.model import Fingerprint, Shape
from autokey.table import Table, TomlFile

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 1
FILE: Final = "walk.toml"
_TEXTS: Final = ("role", "name", "kind", "tag", "label", "placeholder", "section", "path")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done on a page: `did` is click, typed or hover; `looks` says to what."""

    did: str
    looks: Fingerprint


@dataclass(slots=True)
class Stop:
    """One page that was come to, and what was done there before the next. `address`: path and route."""

    page: str
    address: str = ""
    acts: list[Act] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """A walk from its first page to its last. `shapes`: what the fields of the credential looked like."""

    name: str
    url: str
    hosts: tuple[str, ...]
    stops: list[Stop] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)


def write(walk: Walk) -> str:
    """Give the text of a walk's file."""
    lines = [
        "# What was done on which page of this recording; no values. `autokey new NAME --from` reads it.",
        f"format = {FORMAT}",
        f"name   = {_quoted(walk.name)}",
        f"url    = {_quoted(walk.url)}",
        f"hosts  = [{', '.join(_quoted(host) for host in walk.hosts)}]",
    ]
    if walk.shapes:
        lines += ["", "[credential]"]
        lines += [f"{name} = {shape_text(shape)}" for name, shape in walk.shapes.items()]
    for stop in walk.stops:
        lines += ["", "[[stop]]", f"page = {_quoted(stop.page)}", f"address = {_quoted(stop.address)}"]
        for act in stop.acts:
            looks = {key: getattr(act.looks, key) for key in _TEXTS if getattr(act.looks, key)}
            parts = [f"{key} = {_quoted(value)}" for key, value in looks.items()]
            parts += [f"box = {list(act.looks.box)}"] if act.looks.box else []
            lines += ["[[stop.act]]", f"did = {_quoted(act.did)}", f"looks = {{ {', '.join(parts)} }}"]
    return "\n".join(lines) + "\n"


def shape_text(shape: Shape) -> str:
    """Give a shape as the flow files write it."""
    size = f"groups = {list(shape.groups)}" if shape.groups else f"length = {shape.length}"
    return f'{{ charset = "{shape.charset}", {size}, shown = "{shape.shown}" }}'


def read(path: Path) -> Walk:
    """Read a walk. Raises FlowError when it is not valid."""
    root = TomlFile(path, f"{path.parent.name}/{path.name}").root
    if root.take_int("format", -1, low=-1) != FORMAT:
        raise root.fail(f"must be {FORMAT}; this autokey reads no other", "format")
    stops = []
    for table in root.tables("stop"):
        acts = [Act(one.take_text("did"), _looks(one.table("looks"))) for one in table.tables("act")]
        stops.append(Stop(table.take_text("page", None), table.take_text("address"), acts))
        table.end()
    shapes = {}
    for name, one in root.table("credential").items():
        charset = cast("Any", one.take_text("charset", "any", one_of=("hex", "upper", "alnum", "any")))
        shown = cast("Any", one.take_text("shown", "once", one_of=("once", "again")))
        shapes[name] = Shape(charset, one.take_int("length"), one.take_ints("groups"), shown)
    made = Walk(root.take_text("name", None), root.take_text("url", None), root.take_texts("hosts"), stops, shapes)
    root.end()
    return made


def _looks(table: Table) -> Fingerprint:
    box = table.take("box")
    good = isinstance(box, list) and len(box) == 4 and all(isinstance(n, int) for n in box)
    return Fingerprint(
        **cast("Any", {key: table.take_text(key) for key in _TEXTS}),
        box=cast("Any", tuple(box)) if good else None,
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
