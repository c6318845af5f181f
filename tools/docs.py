"""Writes docs/exchanges/ anew: one page per exchange, with all its documented interfaces, from flows/.

    python tools/docs.py

Pages of exchanges that have no flow any more go. A flow that is not valid leaves the old pages as they are.
"""

# ruff: noqa: T201, INP001 - a script for the terminal, no part of a package

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from autokey import catalog, guide, rules
from autokey.errors import FlowError

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "docs" / "exchanges"
TABLE: Final = "README.md"  # written by tools/actions.py, which runs every look-alike


def pages(folders: catalog.Folders) -> dict[str, str]:
    """Give the page of each exchange, by file name. Raises FlowError when a flow is not valid."""
    made = {}
    consumers = catalog.all_consumers(folders)
    for exchange in catalog.exchanges(folders):
        flows = catalog.flows_of(folders, exchange)
        for flow in flows:
            rules.require_valid(flow)
        made[f"{exchange}.md"] = guide.markdown(flows, None, consumers)
    return made


def main() -> int:
    try:
        made = pages(catalog.Folders(ROOT))
    except FlowError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.md"):
        if old.name not in {*made, TABLE}:
            old.unlink()
    for name, text in made.items():
        (OUT / name).write_text(text)
        print(f"docs/exchanges/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
