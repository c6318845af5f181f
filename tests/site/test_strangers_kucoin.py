"""A KuCoin written as a React application by somebody who had not seen autokey: today's page and that of 2020.

Judged by what the look-alike's server holds and by every click that its pages saw.
"""

from __future__ import annotations

import pytest

from lookalikes.kucoin import serve
from lookalikes.person import Outcome, run

IPS = "192.0.2.10,192.0.2.11"


def create(site, home, *, ips: str = IPS, answers=None) -> Outcome:
    return run(site, home, "--yes", exchange="kucoin", ips=ips, answers=answers)


def stored(outcome: Outcome, ips: str = IPS) -> None:
    """Exactly the ordered key exists, is what is stored, had no other right ever, and nothing else was clicked."""
    world = outcome.world
    assert world.wrong_clicks == []
    assert world.granted <= {"read", "trade"}
    assert outcome.exit == 0, outcome.result
    (key,) = world.keys
    assert world.creates == 1
    assert (key.label, ",".join(key.ips), set(key.rights)) == ("ICG-MM", ips, {"read", "trade"})
    assert outcome.stored is not None
    parts = ("api_key", "secret_key", "passphrase")
    assert [outcome.stored[part] for part in parts] == [getattr(key, part) for part in parts]


def seeing(*marks: str):
    """Answer which one is meant by the choice that has one of `marks`, as somebody who sees the page."""

    def answer(event: dict, _world: object) -> dict | None:
        if "which" not in event["needs"]:
            return None
        fitting = [n for n, text in enumerate(event["choices"], 1) if any(mark in text for mark in marks)]
        return {"choice": fitting[0]} if len(fitting) == 1 else {"word": "stop"}

    return answer


def test_todays_page_in_chinese_needs_nothing_but_its_codes(home):
    with serve("zh", "cookie") as site:
        outcome = create(site, home)
    stored(outcome)
    assert [event["step"] for event in outcome.questions] == ["verify"]
    assert outcome.result["verified"] == "verified"


@pytest.mark.parametrize("flags", [("redesign",), ("zh",)])
def test_the_page_of_2020_needs_nothing_but_its_codes_and_no_icon_but_the_persons_is_clicked(home, flags):
    with serve("old", *flags) as site:
        outcome = create(site, home, ips="")
    stored(outcome, "")
    assert [event["step"] for event in outcome.questions] == ["verify"]


def test_a_redesign_with_cards_a_promotion_and_a_code_in_six_boxes_is_gone_through(home):
    with serve("redesign") as site:
        outcome = create(site, home, answers=seeing("Create API Key"))
    stored(outcome)
    verify = outcome.questions[-1]
    assert sorted(verify["needs"]) == ["authenticator-code", "email-code", "trading-password"]


def test_a_box_ticked_again_a_decoy_and_a_hidden_secret_end_in_the_ordered_key(home):
    marks = ("Withdrawal (Not Recommended)", "the lower one", "press ")
    with serve("hostile") as site:
        outcome = create(site, home, answers=seeing(*marks))
    stored(outcome)


def test_the_decoy_of_a_right_shown_by_mistake_does_not_let_the_right_itself_pass(home):
    with serve("hostile") as site:
        outcome = create(site, home, answers=seeing('box "Withdrawal"', "the lower one"))
    assert outcome.exit == 3
    assert outcome.world.keys == []
    assert outcome.world.wrong_clicks == []


def test_a_session_that_ends_at_the_list_costs_one_sign_in(home):
    with serve("expire-list") as site:
        outcome = create(site, home)
    stored(outcome)
    assert outcome.questions[0]["needs"] == ["sign-in"]
    assert len(outcome.questions) == 2


def test_of_two_icons_known_by_their_place_alone_the_persons_choice_is_clicked_and_no_other(home):
    with serve("old", "click-menu", "no-figure") as site:
        outcome = create(site, home, ips="", answers=seeing("the right one"))
    stored(outcome, "")
    assert [event["step"] for event in outcome.questions] == ["profile", "verify"]


def test_an_eye_without_a_name_beside_a_hidden_secret_is_offered_and_pressed_by_choice_only(home):
    with serve("masked", "shortened") as site:
        outcome = create(site, home, answers=seeing("press the icon without words"))
    stored(outcome)
    assert [event["step"] for event in outcome.questions] == ["verify", "capture"]
