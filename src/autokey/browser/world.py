"""One tab seen from an isolated world: the page's scripts can neither see nor fool what runs there.

Everything goes over one CDP session, because what Playwright's own calls carry turns up in `DEBUG=pw:api`,
error texts and traces. The script is put into the world once per document; refs and stamps carry the
document's number, so those of another document cannot be mistaken for ones of this.
Knows nothing of flows, elements' meaning, terminals or stores.
"""

from __future__ import annotations

import asyncio
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import Error

from autokey.errors import SiteChangedError
from autokey.ports import GoneError

if TYPE_CHECKING:
    from collections.abc import Callable
    from itertools import count

    from playwright.async_api import CDPSession, Page

PARTS: Final = (
    "dom.js",
    "layers.js",
    "beside.js",
    "act.js",
    "fill.js",
    "drawn.js",
    "figure.js",
    "look.js",
    "read.js",
    "kept.js",
)
PER_DOCUMENT: Final = 1_000_000  # refs per document
STAMPS: Final = 1_000_000_000  # stamps per document
_LOOK: Final = 30.0  # seconds; a look takes milliseconds
_WORLD: Final = "autokey"
# Runs before any script of a new document, so that no listener of the page comes before the guard's (act.js).
_FIRST: Final = """globalThis.autokeyFirst = true;
for (const t of "pointerdown mousedown pointerup mouseup click auxclick dblclick contextmenu".split(" "))
  addEventListener(t, e => globalThis.autokeyGuard?.(e), { capture: true, passive: false });"""
_LOST: Final = (
    "cannot find context",
    "could not find object",
    "context was destroyed",
    "inspected target navigated",
    "promise was collected",
    "cannot find execution context",
    "no frame for given id",
    "frame was detached",
    "not attached to an active page",
)
_GONE: Final = ("closed", "crashed", "disconnected", "no target with given id", "session not found")


class LostError(Exception):
    """The document went away while it was asked."""


class DialogOpenError(Exception):
    """A native dialog of the page (alert, confirm) is open and holds everything up."""


@cache
def script() -> str:
    """Give the text of the world's script, an expression that takes the first ref."""
    here = resources.files(__package__)
    body = "\n".join(here.joinpath(part).read_text(encoding="utf-8") for part in PARTS)
    names = (
        "look, changed, near, aim, choose, arm, disarm, ready, mark, settled, setOption, read, rowTexts, block, "
        "pictures, expose, topLayer, boxOf, refOf, nearest, chainOf, lookAt, allWords, busy, scrolls, scrollAt, "
        "scrolled, morePages, forever, readList, folded, several, drawnOf, doubtful, crossOf, scrollOf, neutral, says, "
        "touched, states, fixed, aloft, keeps"
    )
    return "(base => {\n'use strict';\n" + body + "\nreturn {" + names + "};\n})"


def translate(error: Error) -> Exception:
    """Give our error for one of Playwright's, whose text may quote the page and is never passed on."""
    text = str(error).lower()
    if any(word in text for word in _LOST):
        return LostError()
    if any(word in text for word in _GONE):
        return GoneError("The browser window was closed.")
    return LostError()


class World:
    """The isolated world of one tab. `call` runs one of the script's functions and gives its JSON result."""

    def __init__(self, page: Page, documents: count[int], *, on_dialog: Callable[[str], None]) -> None:
        self.page = page
        self.document = 0
        self.dialog = ""
        self.main_frame = ""
        self.method = ""  # by which the newest document was asked for; "" when that was not seen
        self._documents = documents
        self._on_dialog = on_dialog
        self._cdp: CDPSession | None = None
        self._starting = asyncio.Lock()
        self._api = ""
        self._context = 0
        self._opened = asyncio.Event()
        self._closed = asyncio.Event()
        self._closed.set()

    async def cdp(self) -> CDPSession:
        """Give the tab's CDP session; raises GoneError."""
        async with self._starting:
            if self._cdp is None:
                try:
                    cdp = await self.page.context.new_cdp_session(self.page)
                    cdp.on("Page.javascriptDialogOpening", self._dialog_opening)
                    cdp.on("Page.javascriptDialogClosed", self._dialog_closed)
                    cdp.on("Page.frameNavigated", self._navigated)
                    first = {"source": _FIRST, "worldName": _WORLD}
                    sent = await asyncio.gather(
                        cdp.send("Page.enable"),
                        cdp.send("Page.addScriptToEvaluateOnNewDocument", first),
                        cdp.send("Page.getFrameTree"),
                    )
                except Error as error:
                    raise translate(error) from None
                self.main_frame = sent[-1]["frameTree"]["frame"]["id"]
                self._cdp = cdp
        return self._cdp

    async def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send one CDP command; raises GoneError, LostError or, while a dialog is open, DialogOpenError."""
        cdp = await self.cdp()
        return await self._race(cdp.send(method, params))

    async def _race(self, sending: Any) -> dict[str, Any]:
        task = asyncio.ensure_future(sending)
        opened = asyncio.ensure_future(self._opened.wait())
        try:
            await asyncio.wait({task, opened}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                result: dict[str, Any] = task.result()
                return result
            raise DialogOpenError
        except Error as error:
            raise translate(error) from None
        finally:
            opened.cancel()
            if not task.done():
                task.add_done_callback(_swallow)
                if not self._opened.is_set():
                    task.cancel()

    async def enter(self) -> str:
        """Give the object id of the script in the present document, putting it there first if need be."""
        if self._api:
            return self._api
        world = await self.send("Page.createIsolatedWorld", {"frameId": self.main_frame, "worldName": _WORLD})
        number = next(self._documents)
        made = await self.send(
            "Runtime.evaluate",
            {"expression": f"{script()}({number * PER_DOCUMENT})", "contextId": world["executionContextId"]},
        )
        if "exceptionDetails" in made:
            raise RuntimeError(_fault("start", made["exceptionDetails"]))
        self.document = number
        self._context = world["executionContextId"]
        self._api = made["result"]["objectId"]
        return self._api

    async def call(self, name: str, *args: Any) -> Any:
        """Run one function of the script. Raises LostError when the document went away meanwhile."""
        api = await self.enter()
        try:
            answer = await self.send(
                "Runtime.callFunctionOn",
                {
                    "functionDeclaration": "function(n, ...a) { return this[n](...a); }",
                    "objectId": api,
                    "arguments": [{"value": name}, *({"value": a} for a in args)],
                    "returnByValue": True,
                    "awaitPromise": True,
                },
            )
        except LostError:
            if self._api == api:
                self._api = ""
            raise
        if "exceptionDetails" in answer:
            raise RuntimeError(_fault(name, answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def call_on(self, name: str, backend_node: int) -> Any:
        """Run one function of the script with a node as its argument."""
        api = await self.enter()
        node = await self.send("DOM.resolveNode", {"backendNodeId": backend_node, "executionContextId": self._context})
        answer = await self.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": "function(n, e) { return this[n](e); }",
                "objectId": api,
                "arguments": [{"value": name}, {"objectId": node["object"]["objectId"]}],
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(_fault(name, answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def look(self) -> dict[str, Any]:
        """Give the raw look: `look.js`'s JSON with `document`, the number of the document it is of.

        Raises SiteChangedError when the page does not answer for half a minute: a script of its own keeps it busy.
        """
        try:
            async with asyncio.timeout(_LOOK):
                said = await self.call("look")
        except TimeoutError:
            raise SiteChangedError(
                f"The page did not answer for {_LOOK:.0f} seconds.", fix="Reload it and try again."
            ) from None
        if said is None:
            raise LostError  # nothing of the document is there yet
        found: dict[str, Any] = json.loads(said)
        found["document"] = self.document
        return found

    async def no_dialog(self) -> None:
        """Wait until no native dialog is open."""
        await self._closed.wait()

    def lose(self) -> None:
        """Forget the document: the next call enters the then present one."""
        self._api = ""

    def _navigated(self, event: dict[str, Any]) -> None:
        if not event["frame"].get("parentId"):
            self._api = ""

    def _dialog_opening(self, event: dict[str, Any]) -> None:
        self.dialog = str(event.get("type", "alert"))
        self._closed.clear()
        self._opened.set()
        self._on_dialog(self.dialog)

    def _dialog_closed(self, _event: dict[str, Any]) -> None:
        self.dialog = ""
        self._opened.clear()
        self._closed.set()


def _swallow(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()


def _fault(name: str, details: dict[str, Any]) -> str:
    """Say where our own script failed: kind of error and line, never a word of the page."""
    kind = str(details.get("exception", {}).get("className", "Error"))
    return f"browser script {name} failed: {kind} at line {details.get('lineNumber')}"
