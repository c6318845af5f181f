"""Pages of Poloniex that autokey was not written against: the wrench page, the profile pages, futures, in variants.

Judged by what stands on the look-alike's server, never by what autokey says of itself.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from lookalikes.person import Outcome, run
from lookalikes.poloniex import World, serve

IP = "192.0.2.10"


def create(site, home, *, permissions: str = "read", ips: str = "", answers: Any = None) -> Outcome:
    exchange = "poloniex-futures" if site.world.kind == "futures" else "poloniex"
    return run(site, home, exchange=exchange, permissions=permissions, ips=ips, answers=answers)


def stored(
    outcome: Outcome, rights: set[str], ips: tuple[str, ...] = (), *, born: frozenset[str] = frozenset()
) -> None:
    """Exactly the ordered key exists and is stored; it never had more than that and what it was born with."""
    world = outcome.world
    assert world.wrong_clicks == []
    assert outcome.exit == 0, outcome.result
    (key,) = world.made
    assert world.creates == 1
    assert (key.rights, key.ips) == (rights, ips)
    assert world.ever <= rights | born
    assert outcome.stored is not None
    values = (outcome.stored["api_key"], outcome.stored["secret_key"], outcome.stored.get("passphrase") or "")
    assert values == (key.api_key, key.secret_key, key.passphrase)
    assert outcome.result["verified"] == "verified"


def test_a_page_that_only_tells_of_a_mail_is_left_for_the_key_list_and_nothing_is_sent_twice(home):
    with serve("legacy", "old-key") as site:
        outcome = create(site, home)
    stored(outcome, {"read"}, born=frozenset({"trade"}))
    assert len(outcome.world.mails) == 2, "one link for the key, one for its rights"


def test_a_secret_behind_show_and_a_confirmation_is_stored_and_each_change_of_the_card_confirmed(home):
    with serve("main", "old-key") as site:
        outcome = create(site, home, permissions="read,trade", ips=IP)
    stored(outcome, {"read", "trade"}, (IP,))


def test_rights_ticked_beside_the_code_that_creates_the_key_are_taken_off_however_often(home):
    with serve("main", "options-first") as site:
        outcome = create(site, home, permissions="read")
    stored(outcome, {"read"})


def test_chinese_words_lead_to_the_same_key_where_the_page_is_titled_like_its_cards(home):
    with serve("main", "zh", "old-key") as site:
        outcome = create(site, home, permissions="read", ips=IP)
    stored(outcome, {"read"}, (IP,), born=frozenset({"trade"}))


@pytest.mark.parametrize("words", ["zh", "redesign"])
def test_futures_pages_in_other_words_with_rights_on_the_form_and_a_code_in_six_boxes_lead_to_the_same_key(words, home):
    with serve("futures", words, "restrictions") as site:
        outcome = create(site, home, permissions="read,trade")
    stored(outcome, {"read", "trade"})


def test_a_change_that_a_session_swallowed_is_made_again_after_the_person_signed_in(home):
    with serve("legacy", "expire-change") as site:
        outcome = create(site, home)
    stored(outcome, {"read"}, born=frozenset({"trade"}))
    assert [event["needs"] for event in outcome.questions].count(["sign-in"]) == 1


@pytest.mark.parametrize(
    ("kind", "flag", "asked"),
    [
        ("main", "expire-made", ["email-link"]),  # the mail had come: the key it makes is gone on with
        ("futures", "expire-made", ["by-hand"]),  # its secret was shown once, to nobody: deleted, and made anew
    ],
)
def test_a_session_that_ends_at_the_creation_is_settled_in_the_run_also_where_a_link_may_have_come(
    kind, flag, asked, home
):
    def owner(event: dict, world: World) -> dict | None:
        if event["step"] == "delete":
            world.keys[:] = [key for key in world.keys if key.old]
            world.creates = 0
        if "email-link" in event["needs"] and all(mail.used for mail in world.mails):
            return {"word": "resend"}  # none has come
        return None

    with serve(kind, flag, "old-key") as site:
        outcome = create(site, home, answers=owner)
    stored(outcome, {"read"}, born=frozenset() if kind == "futures" else frozenset({"trade"}))
    needs = [event["needs"][0] for event in outcome.questions]
    after = needs[needs.index("sign-in") + 1 :]
    assert after[: len(asked)] == asked


@pytest.mark.parametrize("kind", ["futures", "main"])
def test_a_page_that_goes_back_to_its_list_while_a_code_is_asked_for_brings_up_no_older_key(kind, home):
    """The list has the words of a new key's page: the older key in it is neither read nor changed."""

    def slow_typist(event: dict, world: World) -> dict | None:
        if event["needs"] == ["authenticator-code"] and not world.creates:
            before, end = world.lists, time.monotonic() + 5.0
            while world.lists == before and before < 2 and time.monotonic() < end:
                time.sleep(0.05)
        return None

    with serve(kind, "gate-back", "old-key") as site:
        outcome = create(site, home, answers=slow_typist)
    stored(outcome, {"read"}, born=frozenset() if kind == "futures" else frozenset({"trade"}))
