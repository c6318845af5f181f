"""Turns the world's rows (look.js) into the model's look.

Knows nothing of how they were gathered.
"""

from __future__ import annotations

from typing import Any

from autokey.browser.world import STAMPS
from autokey.model import Candidate, Layer, Look


def look_of(raw: dict[str, Any]) -> Look:
    """Make the model's look from the world's."""
    candidates = []
    for row in raw["rows"]:
        row[7], row[8], row[11], row[22] = tuple(row[7]), tuple(row[8]), tuple(row[11]), tuple(row[22])
        candidates.append(Candidate(*row))
    layers = tuple(Layer(index, modal, title, order) for index, modal, title, order in raw["layers"])
    stamp = raw["document"] * STAMPS + raw["stamp"]
    return Look(raw["url"], raw["title"], raw["lang"], layers, tuple(candidates), stamp)
