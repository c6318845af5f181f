"""Keeps what a page showed, cleaned in memory, as a page that can be looked at again without the site.

    snapshot(page, flow, screen)   one screen, cleaned and scanned; nothing is written
    write(folder, recording)       the cleaned pages, a snapshot to read beside each, and recording.toml
    Recorder(flow, folder)         writes each screen of a run the first time it is seen
    Walker(page, ...)              follows a person who clicks through pages that no flow describes yet

The raw page never reaches a disk. What a cleaned page holds is scanned before it is written, and refused with
a sentence where anything could be a credential, an address of a person or of a machine (notes of the design:
section 8). What stands in `recordings/` proves that elements and screens still fit, not how a site behaves.
Knows nothing of how a run goes on, of terminals, stores, or any exchange by name.
"""

from __future__ import annotations

from autokey.record import aria, clean, examples, html, scan
from autokey.record.files import FORMAT, Recording, write
from autokey.record.page import Page, located, snapshot
from autokey.record.recorder import Recorder, Watched

__all__ = [
    "FORMAT",
    "Page",
    "Recorder",
    "Recording",
    "Watched",
    "aria",
    "clean",
    "examples",
    "html",
    "located",
    "scan",
    "snapshot",
    "write",
]
