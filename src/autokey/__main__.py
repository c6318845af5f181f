"""The entry point: what is asked for most is answered without loading anything.

Knows nothing of the commands.
"""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn


def main() -> None:
    """Run the command line; `--version` alone costs no import of the rest."""
    _streams()
    if sys.argv[1:] in (["--version"], ["-V"]):
        from autokey import __version__

        print(f"autokey {__version__}")  # noqa: T201 - the answer itself
        return
    if sys.argv[1:2] == ["create"]:
        _create()
    from autokey.cli import run

    run()


def _streams() -> None:
    """Open what was closed on nothing, so that no file of ours takes its place, and let no character end a run."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for as long as we live
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _create() -> NoReturn:
    """Run a command that needs a browser: its driver wakes while the command line is read."""
    from autokey.app import ahead

    ahead.begin(sys.argv[1:])
    from autokey.cli import run

    try:
        run()
    except SystemExit as end:
        ahead.leave(end.code if isinstance(end.code, int) else int(end.code is not None))
    ahead.leave(0)


if __name__ == "__main__":
    main()
