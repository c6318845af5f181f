"""One folder for what a run's driver and browser put on disk: gone with the run, or at the start of the next one.

Playwright's driver makes the browser's profile in the system's temporary folder and removes it in the end. Killed
together with the browser, as a machine short of memory may do it, it leaves it there for good. So it is given a folder
of its own there (0700), and a note in our private folder names it until it is gone. Not the private folder itself:
a browser in a package of its own (snap) may not write below hidden folders.
Knows nothing of what is in it, nor of how a browser is started.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER: Final = "autokey-browser-"
_NOTE: Final = "left-"
_TEMPORARY: Final = "TMPDIR"  # where the driver looks for the system's temporary folder
_TRIES: Final = 3


_HERE: Final[set[Left]] = set()  # what this process has on disk now


class Left:
    """The folder of one driver. Its note is locked as long as this process lives."""

    def __init__(self, private: Path | None) -> None:
        """Remove what killed runs have left; make the folder, and its note in `private`.

        None where that is None or takes no file: the driver's own way counts then.
        """
        self.folder: Path | None = None
        if private is None:
            return
        sweep(private)
        with contextlib.suppress(OSError):
            self._make(private)

    def _make(self, private: Path) -> None:
        for _ in range(_TRIES):
            self._handle, name = tempfile.mkstemp(prefix=_NOTE, dir=private)
            self._note = Path(name)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            if os.fstat(self._handle).st_nlink:  # else another start has taken it for one that was left
                break
            os.close(self._handle)
        folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
        os.write(self._handle, os.fsencode(folder))
        self.folder = folder
        _HERE.add(self)

    @contextlib.contextmanager
    def given(self) -> Iterator[None]:
        """Have the driver that is started inside put its files there."""
        if self.folder is None:
            yield
            return
        before = os.environ.get(_TEMPORARY)
        os.environ[_TEMPORARY] = str(self.folder)
        try:
            yield
        finally:
            del os.environ[_TEMPORARY]
            if before is not None and not Path(before).name.startswith(_FOLDER):
                os.environ[_TEMPORARY] = before

    def remove(self) -> None:
        """Remove it. Never raises: what cannot be removed yet is at the next start, by its note."""
        if self not in _HERE:
            return
        _HERE.discard(self)
        assert self.folder is not None
        with contextlib.suppress(OSError):
            _remove(self.folder, self._note)
        with contextlib.suppress(OSError):
            os.close(self._handle)


def clear() -> None:
    """Remove what drivers of this process have that never came to use, when it ends. Never raises."""
    for left in tuple(_HERE):
        left.remove()


def sweep(private: Path) -> None:
    """Remove what killed runs have left. Never raises."""
    for note in private.glob(f"{_NOTE}*"):
        with contextlib.suppress(OSError):
            handle = os.open(note, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(Path(os.fsdecode(os.read(handle, 4096))), note)
            finally:
                os.close(handle)


def _remove(folder: Path, note: Path) -> None:
    """Remove the folder, then its note. Raises OSError where the folder stays."""
    if folder.name.startswith(_FOLDER):
        with contextlib.suppress(FileNotFoundError):
            state = folder.lstat()
            if stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid():
                shutil.rmtree(folder)
    note.unlink(missing_ok=True)
