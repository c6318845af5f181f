"""QR codes on the page, decoded from a picture in memory; nothing is written.

Knows nothing of what a code should say.
"""

from __future__ import annotations

import asyncio
import base64
import io
from typing import TYPE_CHECKING, Any

from autokey.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.browser.world import World

_QUIET = 12  # CSS pixels around the picture: a code is not found without its quiet zone


def load() -> None:
    """Load the decoder, which takes a while, before it is needed."""
    import zxingcpp
    from PIL import Image, ImageOps, PngImagePlugin

    _ = zxingcpp, Image, ImageOps, PngImagePlugin


async def decode(world: World, refs: Sequence[int], *, looked: bool) -> tuple[Secret, ...]:
    """Give the texts of the codes that are visible in the top-most layer, or in the elements `refs`.

    `looked`: the page was looked at just now, so that its layers are known as they are.
    """
    if not looked:
        await world.look()
    layer = await world.call("topLayer")
    texts: list[str] = []
    for ref in await world.call("pictures", layer, list(refs)):
        box = await world.call("expose", ref)
        if box is None:
            continue
        x, y, width, height = box
        clip = {
            "x": max(0, x - _QUIET),
            "y": max(0, y - _QUIET),
            "scale": 3 if max(width, height) < 200 else 2,
        }
        clip |= {"width": width + 2 * _QUIET, "height": height + 2 * _QUIET}
        shot = await world.send("Page.captureScreenshot", {"format": "png", "clip": clip})
        found = await asyncio.to_thread(_scan, base64.b64decode(shot["data"]))
        texts.extend(text for text in found if text not in texts)
    return tuple(Secret(text) for text in texts)


def _scan(png: bytes) -> list[str]:
    import zxingcpp
    from PIL import Image, ImageOps

    picture: Any = Image.open(io.BytesIO(png)).convert("L")
    for image in (picture, ImageOps.expand(picture, 40, 255), ImageOps.invert(picture)):
        found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        if found:
            return [result.text for result in found]
    return []
