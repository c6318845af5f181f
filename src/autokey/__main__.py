"""The entry point: what is asked for most is answered without loading anything.

Knows nothing of the commands.
"""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> None:
    """Run the command line; `--version` alone costs no import of the rest."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from autokey import __version__

        print(f"autokey {__version__}")  # noqa: T201 - the answer itself
        return
    if sys.argv[1:2] == ["create"]:
        _create()
    from autokey.cli import run

    run()


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
