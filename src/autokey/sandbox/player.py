"""The self-playing person of a sandbox: gives the answers that a person would read from mailbox and app.

Used by `autokey create --sandbox` without a terminal and by tests, with the sandbox in this process or another.
Knows nothing of pages, terminals or any exchange.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from autokey.sandbox.server import Running


class Player:
    """Answers what a sandbox asks of a person; `sandbox` is a running one or its http address on loopback."""

    def __init__(self, sandbox: Running | str) -> None:
        self._sandbox = sandbox

    def answer(self, kind: str) -> str:
        """Answer one of the words of `ask`: a code, a link, a password, or "done" for an act in the page.

        Blocks up to 5 seconds for a mail (an authenticator code: until an unused one shows). Gives "" when no usable
        mail came: ask the page for a new one. Raises ValueError for a kind that it cannot answer.
        """
        if not isinstance(self._sandbox, str):
            return self._sandbox.world.answer(kind)
        url = f"{self._sandbox.rstrip('/')}/__sandbox__/answer?kind={quote(kind)}"
        with build_opener(ProxyHandler({})).open(url, timeout=60) as answer:  # loopback: never by a proxy
            found = json.load(answer)
        if "error" in found:
            raise ValueError(found["error"])
        return str(found["answer"])
