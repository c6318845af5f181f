"""Stops a run on a host that is not the exchange's.

Knows nothing of screens or of what is done on a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from autokey.errors import RefusedError

if TYPE_CHECKING:
    from autokey.engine.context import Context

_NO_HOST: Final = ("about", "data", "chrome-error", "")


def guard(ctx: Context, url: str) -> None:
    """Stop when the tab is not on a host of the flow over https, or was about to leave it (design, section 5.4).

    Once a key may exist an attempt that was blocked is no reason to leave its secret behind.
    """
    if ctx.state == "nothing-sent" and (host := ctx.page.strayed()):
        raise RefusedError(
            f"The page wanted to go to {host[:80]}, which is not a host of {ctx.flow.title} "
            f"({', '.join(ctx.flow.selectors.hosts)}); it was not let, and the run was stopped.",
            fix="Start again from the official address; if it happens again, do not use this page.",
        )
    parts = urlsplit(url)
    if parts.scheme in _NO_HOST:
        return
    if parts.scheme != "https" or (parts.netloc not in ctx.flow.selectors.hosts):
        shown = f"{parts.scheme}://{parts.netloc}"[:80]
        raise RefusedError(
            f"The page is on {shown}, which is not a host of {ctx.flow.title} "
            f"({', '.join(ctx.flow.selectors.hosts)}); nothing was done there.",
            fix="Close it and start again from the official address.",
        )
