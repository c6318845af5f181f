"""What can be asked of a secret without opening it."""

from __future__ import annotations

import pytest

from autokey.secret import MASK, Secret

KEY = "4f6a1c0d9e8b7a65"


def test_only_a_long_key_shows_how_it_begins() -> None:
    assert Secret(KEY).beginning() == "4f6a"
    assert Secret(KEY[:15]).beginning() == ""


def test_the_same_text_but_for_blanks_at_the_ends_has_the_same_digest_and_says_the_same() -> None:
    assert Secret(f" {KEY}\n").digest() == Secret(KEY).digest()
    assert Secret(f" {KEY}\n").says(KEY)
    assert Secret(KEY.upper()).digest() != Secret(KEY).digest()
    assert not Secret(KEY).says(KEY[:-1])
    assert KEY not in Secret(KEY).digest()


@pytest.mark.parametrize(("head", "tail", "fits"), [("4f", "65", True), ("4f", "66", False), ("", "", True)])
def test_a_masked_text_is_held_against_it_by_both_ends(head: str, tail: str, fits: bool) -> None:
    assert Secret(KEY).between(head, tail) is fits


def test_no_way_of_printing_shows_it() -> None:
    assert f"{Secret(KEY)!r} {Secret(KEY)}" == f"{MASK} {MASK}"
