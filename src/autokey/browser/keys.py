"""Mouse and keys as the browser's own input events, sent over CDP, where no log, trace or error quotes them.

The one place of the browser package that opens a Secret.
Knows nothing of tabs, hosts or what a field is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autokey.ports import CoveredError, RefusedInputError, SentItselfError, StaleError
from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from autokey.browser.world import World


async def fill(world: World, ref: int, text: str | Secret, click: Callable[[int], Awaitable[None]]) -> None:
    """Replace what a field holds and see that it holds the text. `click` is for what takes no focus else.

    Raises RefusedInputError, StaleError, CoveredError; none quotes the text.
    """
    secret = isinstance(text, Secret)
    plain = text.reveal() if isinstance(text, Secret) else text
    made = await world.call("ready", ref, len(plain))
    if "stale" in made:
        raise StaleError
    if "by" in made:
        raise CoveredError(made["by"])
    if "none" in made or "off" in made:
        raise RefusedInputError
    if "select" in made:
        if "missing" in await world.call("setOption", plain):
            raise RefusedInputError
        return
    if not made["focused"]:
        await click(ref)
    if made["cells"]:
        for index, char in enumerate(plain):
            await _mark(world, index)
            await _key(world, char)
    else:
        state = await _mark(world, -1)
        if plain:
            await world.send("Input.insertText", {"text": plain})
        elif not state["empty"]:
            await _press(world, "Delete", 46)
    after = await world.call("settled", plain, secret)
    if "stale" in after:
        raise SentItselfError
    if "ok" not in after:
        raise RefusedInputError(after.get("now", ""))


async def _mark(world: World, index: int) -> dict[str, Any]:
    """Focus the field (or the box `index` of a code) and select what it holds, so that typing replaces it."""
    state: dict[str, Any] = await world.call("mark", index)
    if "stale" in state:
        raise StaleError
    if not state["focused"]:
        raise RefusedInputError
    return state


async def mouse(world: World, kind: str, spot: tuple[float, float]) -> None:
    """Send one mouse event: mouseMoved, mousePressed or mouseReleased, at a point of the top frame."""
    params: dict[str, Any] = {"type": kind, "x": spot[0], "y": spot[1], "pointerType": "mouse"}
    if kind != "mouseMoved":
        params |= {"button": "left", "clickCount": 1, "buttons": int(kind == "mousePressed")}
    await world.send("Input.dispatchMouseEvent", params)


async def _key(world: World, char: str) -> None:
    code = ord(char.upper()) if char.isascii() and char.isalnum() else 0
    base = {"key": char, "windowsVirtualKeyCode": code}
    if char.isascii() and char.isalnum():
        base["code"] = f"Digit{char}" if char.isdigit() else f"Key{char.upper()}"
    await world.send("Input.dispatchKeyEvent", base | {"type": "keyDown", "text": char})
    await world.send("Input.dispatchKeyEvent", base | {"type": "keyUp"})


async def _press(world: World, key: str, code: int) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        await world.send(
            "Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
        )
