"""Where recordings are written, and a run that records the screens that it passes.

Knows nothing of argument parsing, of how a page is cleaned, or any exchange by name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autokey import catalog, folders

if TYPE_CHECKING:
    from autokey.browser.page import BrowserPage
    from autokey.model import Flow, Order
    from autokey.ports import Human
    from autokey.record.recorder import Recorder


def folder() -> Path:
    """Give where recordings are written: the checkout that is worked in, else the user's own config folder."""
    root = catalog.builtin()
    here = Path.cwd()
    checkout = (root / "pyproject.toml").is_file() and (root == here or root in here.parents)
    if checkout and not os.environ.get("AUTOKEY_HOME"):
        return root / "recordings"
    return folders.find().config / "recordings"


def watched(page: BrowserPage, flows: tuple[Flow, ...], order: Order) -> tuple[Any, list[Recorder]]:
    """Give the page of a run with a recorder for each interface that it may come to."""
    from autokey.record.recorder import Recorder, Watched, of_order

    recorders = []
    seen: Any = page
    for flow in flows:
        recorder = Recorder(flow, folder(), origin="sandbox" if order.sandbox else "live")
        of_order(recorder.private, order)
        recorders.append(recorder)
        seen = Watched(seen, recorder)
    return seen, recorders


def tell(recorders: list[Recorder], human: Human) -> None:
    """Say what was recorded where, and what was refused."""
    for recorder in recorders:
        if recorder.names:
            where = recorder.folder / recorder.recording.folder
            human.tell("note", text=f"Recorded in {where}: {', '.join(recorder.names)}.")
        for text in recorder.refused:
            human.tell("warning", text=text)
