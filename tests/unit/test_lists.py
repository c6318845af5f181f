"""What the choices of a drop-down stand for, and which of what came up are its choices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autokey import catalog
from autokey.browser.drawn import opened
from autokey.engine import lists
from autokey.model import Candidate, Look

KUCOIN = catalog.flow_named(catalog.Folders(catalog.builtin()), "kucoin")
CONTROL = Candidate(1, "div", "combobox", "select", "", "Read", "Read", clickable=True, box=(20, 20, 300, 32))


def choice(words: str) -> Candidate:
    return Candidate(9, "option", "option", "radio", words, "", "", labels=(words,), clickable=True)


@pytest.mark.parametrize(
    ("words", "rights"),
    [
        ("Read only", {"read"}),
        ("Read & Trade", {"read", "trade"}),
        ("Read, Spot Trading and Withdrawal", {"read", "trade", "withdraw"}),
        ("通用、现货交易", {"read", "trade"}),
        ("General (for looking)", {"read"}),
        ("Trade (no withdrawals)", {"trade"}),
        ("Read only - no spot trading or withdrawals", {"read"}),
        ("Trade (no withdrawal limit)", None),
        ("Everything except withdrawals", None),
        ("Read only, and Earn", None),
        ("Full access", None),
        ("Read or more", None),
    ],
)
def test_a_choice_stands_for_the_rights_that_all_its_words_name_or_for_nothing_known(words, rights):
    assert lists.rights_of(KUCOIN, choice(words)) == (None if rights is None else frozenset(rights))


def row(ref: int, words: str, y: int, **more) -> Candidate:
    made = Candidate(ref, "div", "", "button", words, words, words, clickable=True, box=(20, y, 300, 30), layer=1)
    return replace(made, **more)


def looks(*came: Candidate) -> tuple[Look, Look]:
    before = Look("", "", "", (), (CONTROL,))
    return before, replace(before, candidates=(CONTROL, *came))


def test_rows_that_say_nothing_of_themselves_are_a_list_only_where_they_float():
    rows = row(2, "Read", 60), row(3, "Withdraw", 90)
    before, now = looks(*rows)
    assert opened(before, now, 1, aloft={2, 3}, said=False) == rows
    assert opened(before, now, 1, aloft=(), said=False) == ()


def test_a_panel_with_boxes_that_was_opened_in_the_page_is_no_list_of_a_control_that_says_nothing():
    before, now = looks(row(2, "Read", 60, kind="box", checked=True), row(3, "Withdraw", 90, kind="box", checked=False))
    assert opened(before, now, 1, aloft=(), said=False) == ()


def test_what_came_up_beside_the_choices_is_none_of_them():
    chosen = row(2, "Read", 60, role="option", checked=True)
    other = row(3, "Withdraw", 90, role="option", checked=False)
    box = row(4, "Read", 62, kind="box", checked=True, parent=2)
    toast = row(5, "Saved", 5, role="status", clickable=False, kind="words")
    before, now = looks(chosen, other, box, toast)
    assert opened(before, now, 1, aloft={2, 3, 4, 5}, said=True) == (chosen, other)
