"""Chromium, driven over Playwright: starting it, looking at pages, acting on them.

`launch.Session` starts one, `page.BrowserPage` is `ports.Page`, `via.Via` forwards to a local server.
The only package that imports Playwright, and not before `Session.start`.
Knows nothing of flows, exchanges, terminals or stores.
"""

from autokey.browser.codes import load as load_codes
from autokey.browser.launch import (
    Found,
    Session,
    Settings,
    clean_environment,
    find_browsers,
    harden,
    wake,
)
from autokey.browser.left import clear, sweep

__all__ = [
    "Found",
    "Session",
    "Settings",
    "clean_environment",
    "clear",
    "find_browsers",
    "harden",
    "load_codes",
    "sweep",
    "wake",
]
