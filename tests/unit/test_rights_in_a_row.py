"""What the texts of a key's row say of its rights: proven, different, or not to be told."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from autokey.engine import compare
from autokey.model import Order

SHOWN = {"read": ("Read",), "trade": ("Trade", "Spot Trading"), "withdraw": ("Withdraw",)}


@dataclass
class Words:
    shown: dict = field(default_factory=lambda: SHOWN)


@dataclass
class Site:
    selectors: Words = field(default_factory=Words)
    permissions: dict = field(default_factory=lambda: {"read": "always", "trade": "on-request"})


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (("Read, Trade",), "verified"),
        (("Permission: Read / Spot Trading", "2026-01-20"), "verified"),
        (("Read", "Trade", "Withdraw"), "different"),
        (("Read",), "different"),
        (("Level 2", "2026-01-20"), "not-provable"),
        ((), "not-provable"),
        (("Read, Trade, Payouts",), "not-provable"),
        (("Read ✓ Trade ✓ Withdraw ✗",), "not-provable"),
        (("Read, Trade", "Withdraw bot"), "verified"),  # its own label
    ],
)
def test_a_row_proves_the_rights_only_in_words_that_are_known(texts, verdict):
    order = Order("any", "Withdraw bot", frozenset({"read", "trade"}))
    assert compare.named(order, Site(), texts).verdict == verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("192.0.2.10,192.0.2.11", "verified"),
        ("192.0.2.10", "different"),
        ("192.0.2.10 +1", "not-provable"),
        ("192.0.2.10\n+1", "not-provable"),
        ("192.0.2.10, and 1 more", "not-provable"),
        ("192.0.2.10,\u2026", "not-provable"),
        ("192.0.2.10\n4f9c\u2026e1d2\n2026-01-20 10:00 +08:00", "different"),
        ("198.51.100.7 +1", "different"),
    ],
)
def test_addresses_of_which_a_row_shows_only_some_are_no_difference(text, verdict):
    order = Order("any", "bot", frozenset({"read"}), ("192.0.2.10", "192.0.2.11"))
    assert compare.ips(order, Site(), text).verdict == verdict
