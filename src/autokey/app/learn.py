"""What a person showed about a site: used in the next run, printed as a change of the shared file.

One overlay for each selector file, in the config folder; what was shown on a look-alike is kept apart.
Knows nothing of pages, of asking, or of argument parsing.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from autokey import catalog, folders, overlay
from autokey.app import places
from autokey.errors import AutokeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from autokey.model import Flow
    from autokey.overlay import Overlay


def overlay_file(name: str, *, sandbox: bool) -> Path:
    """Give the file of what was shown about selectors/<name>.toml; it may not exist."""
    root = folders.find().config / "overlays"
    return (root / "sandbox" if sandbox else root) / f"{name}.toml"


def learnt(flows: Iterable[Flow], *, sandbox: bool) -> tuple[tuple[Flow, ...], dict[str, Overlay], tuple[str, ...]]:
    """Give the flows with what was shown in them, the overlays by selector file, and what to tell the person.

    Raises FlowError when an overlay's file is not valid.
    """
    found: dict[str, Overlay] = {}
    told: list[str] = []
    result = []
    for flow in flows:
        name = flow.selectors.name
        if name not in found:
            path = overlay_file(name, sandbox=sandbox)
            found[name] = overlay.read(path)
            if found[name]:
                what = [f"{one.screen}.{one.name}" for one in found[name].elements]
                what += [one.name for one in found[name].screens]
                told.append(f"What you showed earlier is used for {', '.join(dict.fromkeys(what))} ({path}).")
        result.append(replace(flow, selectors=overlay.apply(flow.selectors, found[name])))
    return tuple(result), {name: one for name, one in found.items() if one}, tuple(told)


def keeper(*, sandbox: bool) -> Callable[[str, Overlay], str]:
    """Give what keeps an overlay, durably and readable for its owner alone; it gives what went wrong, or ""."""

    def keep(name: str, learned: Overlay) -> str:
        path = overlay_file(name, sandbox=sandbox)
        try:
            folders.secure(path.parent)
            folders.replace(path, overlay.write(learned, name).encode())
        except AutokeyError as error:
            return error.what
        except OSError as error:
            return error.strerror or type(error).__name__
        return ""

    return keep


def diff(exchange: str, *, sandbox: bool = False) -> None:
    """Print what was shown about an exchange as a unified diff of its selector files, for `git apply`.

    What cannot be written there is said on stderr.
    """
    known = places.flow_folders()
    names = dict.fromkeys(flow.selectors.name for flow in catalog.flows_of(known, exchange))
    shown = False
    for name in names:
        path = overlay_file(name, sandbox=sandbox)
        learned = overlay.read(path)
        if not learned:
            continue
        shown = True
        found = known.find("selectors", name)
        assert found is not None
        declared = catalog.selectors_named(known, name)
        text, left = overlay.patch(found[0].read_text(encoding="utf-8"), learned, declared)
        sys.stdout.write(text)
        for sentence in left:
            sys.stderr.write(f"{path}: {sentence}\n")
    if not shown:
        _nothing(exchange, sandbox=sandbox)


def _nothing(exchange: str, *, sandbox: bool) -> None:
    sys.stderr.write(f"Nothing was shown about {exchange} yet{' on a look-alike' if sandbox else ''}.\n")


def forget(exchange: str, *, sandbox: bool = False) -> None:
    """Forget what was shown about an exchange."""
    gone = False
    for name in dict.fromkeys(flow.selectors.name for flow in catalog.flows_of(places.flow_folders(), exchange)):
        path = overlay_file(name, sandbox=sandbox)
        if path.exists():
            folders.drop(path)
            gone = True
            sys.stdout.write(f"{path} was removed.\n")
    if not gone:
        _nothing(exchange, sandbox=sandbox)
