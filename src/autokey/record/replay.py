"""Shows recorded pages in a headless browser, to be looked at as live ones are.

Nothing is loaded: the pages carry no address, and a policy in each of them forbids scripts and requests.
Knows nothing of what a page should show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from autokey.browser import Session, Settings
from autokey.browser.page import look_of
from autokey.browser.world import LostError
from autokey.engine.shape import fits
from autokey.record import examples

if TYPE_CHECKING:
    from autokey.browser.world import World
    from autokey.model import Flow, Look

_NOWHERE: Final = ("recording.invalid",)  # a host nobody can have (RFC 2606): nothing may be opened
_TRIES: Final = 5


class Stage:
    """A headless browser with one empty tab. Raises UsageError when there is no browser."""

    def __init__(self) -> None:
        self._session = Session(Settings(_NOWHERE, headless=True))
        self._size = (0, 0)
        self._world: World | None = None

    async def __aenter__(self) -> Self:
        await self._session.start()
        page = await self._session.open()
        self._world = page._tabs.current()  # noqa: SLF001 - the page has no public way to its world
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def show(self, html: str, size: tuple[int, int]) -> Look:
        """Put a recorded page into the tab and look at it."""
        world = self._world
        assert world is not None
        if size != self._size:
            await world.page.set_viewport_size({"width": size[0], "height": size[1]})
            self._size = size
        await world.page.set_content(html, wait_until="commit")
        world.lose()
        for _ in range(_TRIES - 1):
            try:
                return look_of(await world.look())
            except LostError:
                continue
        return look_of(await world.look())

    async def reads_example(self, ref: int, name: str, flow: Flow) -> str:
        """Read the value beside a label; say what is wrong with it, "" if it is the field's fixed example."""
        assert self._world is not None
        read = await self._world.call("read", ref)
        if not read or "stale" in read:
            return "has no value beside it"
        shape = flow.credential.get(name)
        if shape is None or examples.example(name, read["shown"], shape) == read["shown"]:
            return ""
        near = [one for one in read.get("near", ()) if not fits(one, shape)]  # as a run judges it, too
        if near and all(examples.example(name, one, shape) == one for one in near):
            return ""
        return "is read as something else than the example"
