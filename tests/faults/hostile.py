"""A look-alike that turns hostile: a small server before the sandbox that rewrites what it answers.

`rewrite` is called with path and body of each answer and gives the new body; scripts put in front of the site's own
script run in the page. The host list, the forwarder and the browser see it as the exchange itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loopback import Handler, Server

if TYPE_CHECKING:
    from collections.abc import Callable


class Hostile:
    """Serves on `url` what the sandbox at `site` answers, changed. A context manager."""

    def __init__(
        self, site: str, script: str = "", rewrite: Callable[[str, bytes], bytes] | None = None, name: str = "coinstore"
    ) -> None:

        class Changing(Handler):
            def get(self):
                if (found := self.ahead(site)) is None:
                    return
                status, headers, body = found
                path = urlsplit(self.path).path
                if path == f"/static/{name}.js":
                    body = f"try {{ {script} }} catch (e) {{}};\n".encode() + body
                if rewrite is not None and not path.startswith("/__sandbox__/"):
                    body = rewrite(path, body)
                kept = [pair for pair in headers if pair[0].lower() != "content-security-policy"]
                self.reply(body, status=status, headers=kept)

        self._handler = Changing

    def __enter__(self):
        self._server = Server(self._handler)
        self.url = self._server.url
        return self

    def __exit__(self, *_):
        self._server.close()
