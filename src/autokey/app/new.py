"""`autokey new`: a first flow and its selectors, from a recorded walk or as a skeleton.

Knows nothing of argument parsing, of how elements are told, or any exchange by name.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from autokey import folders, saved
from autokey.app import places
from autokey.app.record import address_valid, names_valid
from autokey.errors import AutokeyError, FaultError, UsageError
from autokey.scaffold import skeleton, write
from autokey.scaffold.declare import Shown
from autokey.scaffold.outline import outline_of
from autokey.scaffold.propose import propose
from autokey.scaffold.walk import FILE, read

if TYPE_CHECKING:
    from pathlib import Path

    from autokey.scaffold.walk import Walk


def new(name: str, walk: Path | None, url: str) -> int:
    """Write flows/NAME.toml and selectors/NAME.toml into the user's own folder; say where, and what is left."""
    names_valid(name)
    known = places.flow_folders()
    if name in known.names("flows") or name in known.names("selectors"):
        raise UsageError(f"There is a flow or a selector file named {name} already.", fix="Choose another name.")
    if walk is None and not url:
        raise UsageError("Say from which walk (--from FOLDER), or where the site begins (--url).")
    if walk is not None and url:
        raise UsageError(
            "--from and --url contradict each other: a walk knows where it began.", fix="Give one of them."
        )
    if url:
        address_valid(url)
    left: list[str] = []
    if walk is not None:
        try:
            texts, left = _from(name, walk)
        except AutokeyError:
            raise
        except Exception as error:  # noqa: BLE001 - no traceback for a page that nobody has seen before
            raise FaultError(error) from None
    else:
        texts = skeleton.texts(name, url)
    own = folders.find().config
    for kind, text in zip(("flows", "selectors"), texts, strict=True):
        path = own / kind / f"{name}.toml"
        folders.secure(path.parent)
        folders.write_new(path, text.encode())
        sys.stdout.write(f"{path}\n")
    for sentence in left:
        sys.stdout.write(f"Not taken over: {sentence}.\n")
    sys.stdout.write(f"Next: `autokey check {name}` lists what is left to fill in.\n")
    return 0


def _from(name: str, folder: Path) -> tuple[tuple[str, str], list[str]]:
    if not (folder / FILE).is_file():
        raise UsageError(f"{folder} holds no {FILE}: it is not a walk.", fix="Give the folder that record named.")
    walk = read(folder / FILE)
    try:
        kept = saved.read(folder)
    except ValueError as error:
        raise UsageError(f"{folder / 'recording.toml'} {error}.") from None
    pages = asyncio.run(_looked_at(kept, walk))
    draft = propose(walk, pages)
    return (write.flow(draft, name=name), write.selectors(draft)), draft.left


async def _looked_at(kept: saved.Saved, walk: Walk) -> list[Shown]:
    """Look at each page of a recording again, in the order of the walk."""
    from autokey.record.replay import Stage

    order = dict.fromkeys([stop.page for stop in walk.stops if stop.page in kept.pages])
    later = [page for page, screen in kept.pages.items() if page not in order and screen in order]
    made: dict[str, Shown] = {}
    async with Stage() as stage:
        for page in (*order, *later):
            look = await stage.show((kept.folder / f"{page}.html").read_text(encoding="utf-8"), kept.viewport)
            if page in order:
                made[page] = Shown(page, look, outline_of(look))
            else:
                made[kept.pages[page]].later.append(look)
    return list(made.values())
