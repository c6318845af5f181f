"""Which small boxes in a row are one code, one character each, and so no fields for further codes.

Knows nothing of what a code is for, of how it is typed or of when it is sent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from autokey.model import Candidate, Look

_DIGITS: Final = re.compile(r"\d+")
_FEWEST: Final = 4  # boxes: no code is shorter
_WIDEST: Final = 90  # CSS pixels: a field for more than a character is wider


def parts(look: Look, first: Candidate) -> tuple[Candidate, ...]:
    """Give the boxes of one code from `first` on, left to right; () where it is a field for the whole code."""
    if not 0 < first.box[2] <= _WIDEST:
        return ()
    x, y, width, height = first.box
    row = sorted(
        (
            one
            for one in look.candidates
            if one.kind in {"text", "password"} and one.layer == first.layer and one.enabled and not one.covered
            if abs(one.box[1] - y) <= 2 and abs(one.box[2] - width) <= 2 and abs(one.box[3] - height) <= 2
        ),
        key=lambda one: one.box[0],
    )
    found: list[Candidate] = []
    for one in row:
        if one.box[0] >= x and (not found or one.box[0] - found[-1].box[0] <= 2 * width):
            found.append(one)
    # "Digit 2 of 6" is a name that the boxes of one code share; any other name makes a field of its own.
    names = {tuple(_DIGITS.sub("#", label) for label in one.labels) for one in found[1:]}
    own = len(names) > 1 or any("#" not in label for name in names for label in name)
    if len(found) < _FEWEST or own or any(one.placeholder not in {"", *"0-_•·"} for one in found[1:]):
        return ()
    return tuple(found)
