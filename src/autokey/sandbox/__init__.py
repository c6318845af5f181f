"""Look-alike exchange sites on loopback, for the demo and the tests; every page says SANDBOX.

They have the documented words, order, limits and gates, and faults that can be switched on. They are a test double
for the engine and no evidence about any live site. Each exchange is one module in `sites` with its static files.
Knows nothing of the rest of autokey.
"""

from __future__ import annotations

from autokey.sandbox.player import Player
from autokey.sandbox.server import Running, exchanges, start

__all__ = ["Player", "Running", "exchanges", "start"]
