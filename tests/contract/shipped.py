"""The shipped data that the contract tests hold against each other."""

from __future__ import annotations

from pathlib import Path

from autokey import catalog
from autokey.errors import AutokeyError

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = catalog.Folders(ROOT)
RECORDINGS = ROOT / "recordings"
FLOWS = FOLDERS.names("flows")


def valid_flows() -> list:
    """Every flow that can be read; that the others cannot is said by a test of their own."""
    found = []
    for name in FLOWS:
        try:
            found.append(catalog.flow_named(FOLDERS, name))
        except AutokeyError:
            continue
    return found
