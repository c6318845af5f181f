"""`autokey sandbox`: serves a look-alike until Ctrl-C. Knows nothing of flows or pages."""

from __future__ import annotations

import signal
import sys

from autokey import sandbox
from autokey.errors import UsageError


def serve(exchange: str, *, port: int, variant: str, faults: tuple[str, ...]) -> None:
    """Serve and wait. Raises UsageError for an unknown exchange, variant or fault, or a taken port."""
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before the threads of the server, and before anybody is told of it
    try:
        running = sandbox.start(exchange, faults=faults, variant=variant, port=port)
    except ValueError as error:
        raise UsageError(f"The sandbox cannot do that: {error}.") from None
    except OSError as error:
        raise UsageError(f"Port {port} cannot be used: {error.strerror}.", fix="Choose another with --port.") from None
    with running:
        sys.stdout.write(f"Look-alike of {exchange}: {running.url}/\n")
        sys.stdout.write(f"Its inbox and authenticator: {running.url}/__sandbox__/\n")
        sys.stdout.write(f"Drive it: autokey create {exchange} --via {running.url} --label TRY --ips 192.0.2.10\n")
        sys.stdout.write("Ctrl-C ends it.\n")
        sys.stdout.flush()
        signal.sigwait(ends)
        sys.stdout.write("\n")
