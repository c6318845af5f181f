"""The six digits of an authenticator, from a seed the owner chose to keep here. Off unless asked for.

A seed beside the credential makes one factor out of two, which is why it is opt-in. Seeds of 80 bits are
taken: exchanges still hand them out (docs/adr/0006).
Knows nothing of where a seed is kept or who needs the code.
"""

from __future__ import annotations

import base64
import binascii
import time
from typing import Final

from autokey.errors import UsageError
from autokey.secret import Secret

PERIOD: Final = 30.0  # seconds a code lives (RFC 6238, section 5.2)
_SHORTEST: Final = 10  # bytes = 80 bits, 16 characters of base32


def code(seed: Secret) -> Secret:
    """Give the present code of a base32 seed (blanks, hyphens, lower case and missing padding do not matter).

    Raises UsageError when the seed is not one; the error does not quote it.
    """
    text = _normal(seed)
    from pyotp.totp import TOTP

    return Secret(TOTP(text).now())


def left() -> float:
    """Give the seconds until the present code of every authenticator is replaced, above 0, at most 30."""
    return PERIOD - time.time() % PERIOD


def check(seed: Secret) -> None:
    """Raise UsageError unless `seed` is base32 of at least 80 bits; the error does not quote it."""
    _normal(seed)


def _normal(seed: Secret) -> str:
    text = "".join(seed.reveal().split()).replace("-", "").rstrip("=").upper()
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise UsageError(
            "The authenticator seed is not base32 (letters A to Z and digits 2 to 7).",
            fix="Store the text that the exchange shows beside its QR code, not a code of six digits.",
        ) from None
    if len(raw) < _SHORTEST:
        raise UsageError(
            f"The authenticator seed has only {len(raw) * 8} bits; the shortest seeds in use have 80.",
            fix="Store the whole seed, 16 characters or more.",
        )
    return text
