"""`python -m autokey.sandbox EXCHANGE`: serve a look-alike until the process is ended.

Prints one line of JSON with its address and stays. Knows nothing of the rest of autokey.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys

from autokey.sandbox.server import exchanges, start
from autokey.sandbox.world import FAULTS


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C. Gives 2 for a wrong argument or a taken port."""
    parser = argparse.ArgumentParser(prog="python -m autokey.sandbox", description="A look-alike exchange on loopback.")
    parser.add_argument("exchange", choices=exchanges())
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--fault", action="append", default=[], metavar="WORD", help=", ".join(FAULTS))
    parser.add_argument("--signed-out", action="store_true", help="new browsers must sign in first")
    parser.add_argument("--variant", default="")
    chosen = parser.parse_args(argv)
    # Blocked before the server's thread starts, so that the thread inherits it and only sigwait sees them.
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        running = start(
            chosen.exchange,
            faults=chosen.fault,
            port=chosen.port,
            signed_in=not chosen.signed_out,
            variant=chosen.variant,
        )
    except (ValueError, OSError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    with running:
        line = {"exchange": chosen.exchange, "url": running.url, "board": f"{running.url}/__sandbox__/"}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        signal.sigwait(ends)
    return 0


if __name__ == "__main__":
    sys.exit(main())
