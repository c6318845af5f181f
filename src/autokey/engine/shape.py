"""Whether a text has the documented shape of a key, a secret or a passphrase, and is not masked or cut.

Knows nothing of pages or of where a text comes from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from autokey.model import Shape

_MASKS: Final = set("*•●∙·…＊×xX")
_CHARSETS: Final = {
    "hex": re.compile(r"[0-9a-f]+\Z"),
    "upper": re.compile(r"[0-9A-Z]+\Z"),
    "alnum": re.compile(r"[0-9A-Za-z]+\Z"),
    "any": re.compile(r"[\x21-\x7e]+\Z"),
}


def fits(value: str, shape: Shape) -> str:
    """Say why a text is not a value of this shape; "" if it is one."""
    if not value:
        return "is empty"
    if any(char in "*•●∙…＊" for char in value) or (len(set(value)) <= 2 and set(value) <= _MASKS):
        return "is masked"
    if value.endswith(".."):
        return "is cut short"
    parts = value.split("-") if shape.groups else [value]
    if shape.groups and tuple(len(part) for part in parts) != shape.groups:
        return "has not the documented groups"
    if shape.length and len(value) != shape.length:
        return f"has {len(value)} characters instead of {shape.length}"
    if shape.minimum and len(value) < shape.minimum:
        return f"has fewer than {shape.minimum} characters"
    if shape.maximum and len(value) > shape.maximum:
        return f"has more than {shape.maximum} characters"
    if not all(_CHARSETS[shape.charset].match(part) for part in parts):
        return "holds characters that do not belong in it"
    return ""
