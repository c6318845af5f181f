"""The entry point: what is asked for most is answered without loading anything.

Knows nothing of the commands.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; `--version` alone costs no import of the rest."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from autokey import __version__

        print(f"autokey {__version__}")  # noqa: T201 - the answer itself
        return
    from autokey.cli import run

    run()


if __name__ == "__main__":
    main()
