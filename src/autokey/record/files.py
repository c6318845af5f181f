"""A recording on disk: cleaned pages, a snapshot to read beside each, and recording.toml.

Knows nothing of browsers, of how a page is cleaned, or any exchange by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from autokey.errors import RefusedError
from autokey.record import scan

if TYPE_CHECKING:
    from pathlib import Path

    from autokey.model import Flow
    from autokey.record.page import Page

FORMAT: Final = 1


@dataclass(slots=True)
class Recording:
    """The pages of one walk. `origin`: "sandbox" or "live"."""

    flow: str
    origin: str
    date: str  # YYYY-MM
    language: str
    pages: list[Page] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """Name of its folder below recordings/."""
        return f"{self.flow}/{self.date}-{self.origin}-{self.language}"


def write(folder: Path, recording: Recording, flow: Flow) -> Path:
    """Write a recording below `folder` (recordings/), over an older one of the same name; give its folder.

    Every page is scanned once more. Raises RefusedError, and writes nothing, when one is not clean.
    """
    for page in recording.pages:
        for text in (page.html, page.aria):
            if wrong := scan.problems(text, flow.credential):
                raise RefusedError(f"The page {page.name} was not written: it {wrong[0]}.")
    target = folder / recording.folder
    target.mkdir(parents=True, exist_ok=True)
    for page in recording.pages:
        _put(target / f"{page.name}.html", page.html)
        _put(target / f"{page.name}.aria.yaml", page.aria)
    _put(target / "recording.toml", _toml(recording))
    return target


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o644)  # for a repository, and holding nothing private


def _toml(recording: Recording) -> str:
    width, height = recording.pages[0].viewport if recording.pages else (1280, 900)
    what = {
        "sandbox": "# Walked through the sandbox, a look-alike on loopback: no evidence about the live site.",
    }.get(recording.origin, "# Recorded on the live site by an account's owner; cleaned before it was written.")
    lines = [
        what,
        f"format   = {FORMAT}",
        f'flow     = "{recording.flow}"',
        f'origin   = "{recording.origin}"',
        f'date     = "{recording.date}"',
        f'language = "{recording.language}"',
        f"viewport = [{width}, {height}]",
        "",
        "[pages]  # file = the screen it shows",
        *(f'{page.name} = "{page.screen}"' for page in recording.pages),
    ]
    return "\n".join(lines) + "\n"
