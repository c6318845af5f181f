"""Chromium, driven over Playwright: starting it, looking at pages, acting on them.

`launch.Session` starts one, `page.BrowserPage` is `ports.Page`, `via.Via` forwards to a local server.
The only package that imports Playwright.
Knows nothing of flows, exchanges, terminals or stores.
"""
