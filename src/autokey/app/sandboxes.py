"""`autokey sandbox`: serves a look-alike until Ctrl-C. Knows nothing of flows or pages."""

from __future__ import annotations

import signal
import sys

from autokey import sandbox
from autokey.errors import UsageError


def serve(exchange: str, *, port: int, variant: str, faults: tuple[str, ...]) -> None:
    """Serve and wait. Raises UsageError for an unknown exchange, variant or fault, or a taken port."""
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
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            signal.pause()
        except KeyboardInterrupt:
            sys.stdout.write("\n")
