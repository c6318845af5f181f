"""What this process closes before it does anything: core dumps, other programs' eyes, tracing variables.

Measured (design, section 8): tracing of the browser driver prints typed and read values. The browser's own
environment is cleaned in `browser.launch`. Knows nothing of commands.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from typing import Final

from autokey.errors import RefusedError

_TRACING: Final = ("PWDEBUG", "DEBUGP", "DEBUG_FILE", "SELENIUM_REMOTE_URL", "NODE_OPTIONS", "PLAYWRIGHT_NODEJS_PATH")
_PR_SET_DUMPABLE: Final = 4  # prctl(2)


def harden() -> None:
    """Close what can be closed. Raises RefusedError when a variable is set that would print or divert secrets."""
    os.umask(0o077)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    set_here = [name for name in _TRACING if os.environ.get(name)]
    if "pw:" in os.environ.get("DEBUG", "") or os.environ.get("DEBUG", "") == "*":
        set_here.append("DEBUG")
    if set_here:
        raise RefusedError(
            f"The variable {set_here[0]} is set, by which the browser's driver would print or divert what is typed.",
            fix=f"Run: unset {' '.join(set_here)}",
        )
