"""Pages that autokey was not written against: five front-end styles with the documented words, and their variants.

Judged by what stands on the look-alike's server, never by what autokey says of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lookalikes.coinstore import serve
from lookalikes.person import Outcome, run

if TYPE_CHECKING:
    from lookalikes.coinstore import World

STYLES = ("antd", "element", "soup", "forms", "shadow")
RIGHTS = ("read", "trade")
IPS = ("192.0.2.10", "192.0.2.11")


def harmless(outcome: Outcome) -> None:
    """Nothing was clicked, created or granted that was not ordered."""
    world = outcome.world
    assert world.wrong_clicks == []
    assert len(world.keys) <= 1
    assert world.granted <= set(RIGHTS)
    if outcome.exit:
        assert outcome.questions, f"a dead end: {outcome.result}"


def stored(outcome: Outcome) -> None:
    """Exactly the ordered key exists, and what is stored is what the server made."""
    harmless(outcome)
    assert outcome.exit == 0, outcome.result
    (key,) = outcome.world.keys
    assert (key.label, key.ips, key.rights) == ("ICG-MM", IPS, RIGHTS)
    assert outcome.stored is not None
    assert (outcome.stored["api_key"], outcome.stored["secret_key"]) == (key.api_key, key.secret_key)
    assert outcome.result["verified"] == "verified"


def by_number(event: dict, world: object) -> dict | None:
    """Answer a question for an element with its only choice, as somebody would who sees that it is right."""
    del world
    if "which" not in event["needs"]:
        return None
    return {"choice": 1} if len(event["choices"]) == 1 else {"word": "stop"}


@pytest.mark.parametrize("style", STYLES)
def test_the_documented_words_are_enough_in_any_front_end(style, home):
    with serve(style) as site:
        outcome = run(site, home)
    stored(outcome)
    assert [event["needs"] for event in outcome.questions] == [["email-code", "authenticator-code"]]
    assert outcome.world.creates == 1


@pytest.mark.parametrize("style", ["antd", "soup", "forms"])
def test_chinese_words_lead_to_the_same_key(style, home):
    with serve(style, "zh") as site:
        stored(run(site, home))


@pytest.mark.parametrize("style", ["antd", "element", "soup"])
def test_skeletons_replaced_nodes_and_a_dialog_closed_once_are_got_over(style, home):
    with serve(style, "slow") as site:
        outcome = run(site, home)
    stored(outcome)
    assert outcome.world.creates == 1


@pytest.mark.parametrize("style", ["forms", "shadow"])
def test_who_is_signed_out_is_asked_to_sign_in_and_the_run_goes_on(style, home):
    with serve(style, "logged-out") as site:
        outcome = run(site, home)
    stored(outcome)
    assert outcome.questions[0]["needs"] == ["sign-in"]


@pytest.mark.parametrize("style", ["element", "soup", "forms"])
def test_a_refused_code_is_told_in_the_sites_own_words_and_asked_again(style, home):
    first = iter([{"email-code": "111111", "authenticator-code": "222222"}])
    with serve(style) as site:
        site.world.says = {"mail": "The code you typed does not match, try again"}
        outcome = run(site, home, answers=lambda *_: next(first, None))
    stored(outcome)
    assert [event["reason"] for event in outcome.questions] == ["", "The code you typed does not match, try again"]
    assert outcome.world.creates == 2


@pytest.mark.parametrize("style", ["element", "shadow"])
def test_keys_that_are_there_already_are_left_alone(style, home):
    with serve(style, "old-key") as site:
        outcome = run(site, home)
    assert outcome.exit == 0, outcome.result
    assert outcome.world.wrong_clicks == []
    assert [key.label for key in outcome.world.keys] == ["older-one", "ICG-MM"]


@pytest.mark.parametrize("style", ["antd", "soup"])
def test_a_redesign_with_banner_promotion_and_other_words_is_no_trap(style, home):
    with serve(style, "redesign") as site:
        stored(run(site, home, answers=by_number))


def by_sight(event: dict, world: object) -> dict | None:
    """Answer as somebody who sees which button is the form's, and what shows the secret."""
    del world
    if "which" not in event["needs"]:
        return None
    right = [n for n, one in enumerate(event["choices"], 1) if "Bind IP Address" in one or "press" in one]
    return {"choice": right[0]} if len(right) == 1 else {"word": "stop"}


@pytest.mark.parametrize("style", ["forms", "soup", "shadow"])
def test_equal_buttons_a_box_that_ticks_itself_and_a_hidden_secret_are_told_by_number(style, home):
    with serve(style, "hostile") as site:
        outcome = run(site, home, answers=by_sight)
    stored(outcome)
    assert outcome.world.creates == 1


def test_a_secret_that_stays_hidden_is_typed_by_the_person(home):
    said = iter(["abc", None])

    def typed(event: dict, world: World) -> dict | None:
        if "value" in event["needs"]:
            return {"value": next(said) or world.keys[0].secret_key}
        return by_sight(event, world)

    with serve("soup", "hostile") as site:
        outcome = run(site, home, answers=typed)
    stored(outcome)
    assert len([event for event in outcome.questions if "value" in event["needs"]]) == 2
    assert outcome.stored["secret_key"] not in str(outcome.events)


def test_an_app_that_stays_on_the_form_is_brought_to_its_list_without_a_question(home):
    with serve("antd", "stay") as site:
        outcome = run(site, home)
    stored(outcome)
    assert len(outcome.questions) == 1


@pytest.mark.parametrize(("style", "flag"), [("antd", "closes-late"), ("soup", "closes-early")])
def test_a_dialog_that_closes_by_itself_before_anything_was_sent_is_opened_again(tmp_path, style, flag):
    with serve(style, flag) as site:
        stored(run(site, tmp_path))


@pytest.mark.parametrize(
    ("style", "flag"), [("element", "hostile-late-once"), ("antd", "wiped"), ("antd", "wiped-below")]
)
def test_a_form_that_changes_by_itself_once_before_it_is_sent_is_filled_in_again(tmp_path, style, flag):
    with serve(style, flag) as site:
        outcome = run(site, tmp_path)
    stored(outcome)
    assert {event["step"] for event in outcome.questions} == {"verify"}
    assert any("filled in again" in note for note in outcome.result["notes"])


def test_a_right_that_is_ticked_again_each_time_ends_the_run_before_anything_is_created(tmp_path):
    with serve("element", "hostile-late") as site:
        outcome = run(site, tmp_path)
    harmless(outcome)
    assert (outcome.exit, outcome.world.keys, outcome.world.creates) == (3, [], 0)
    assert '"Withdraw" is on instead of off. No key was created.' in outcome.result["error"]


@pytest.mark.parametrize(
    ("style", "flags"),
    [
        ("antd", ["expire-code", "mute"]),
        ("forms", ["expire-begin", "mute"]),
        ("soup", ["expire-list"]),
        ("antd", ["expire-listed"]),
    ],
)
def test_a_session_that_ends_in_any_words_or_none_is_asked_for_and_the_run_goes_on(tmp_path, style, flags):
    with serve(style, *flags) as site:
        outcome = run(site, tmp_path)
    stored(outcome)
    assert [event["needs"] for event in outcome.questions].count(["sign-in"]) == 1
    assert outcome.world.creates == 1


@pytest.mark.parametrize("style", ["forms", "antd"])
def test_a_session_that_ends_at_the_creation_is_settled_by_the_key_list_and_the_person(tmp_path, style):
    with serve(style, "expire-create") as site:
        outcome = run(site, tmp_path)
    stored(outcome)
    codes = ["email-code", "authenticator-code"]
    assert [event["needs"] for event in outcome.questions] == [codes, ["sign-in"], ["by-hand"], codes]
    assert "none was made" in outcome.questions[2]["text"]
    assert outcome.world.creates == 1


def test_a_list_that_draws_only_the_rows_in_view_is_scrolled_to_the_new_key(tmp_path):
    with serve("antd", "virtual") as site:
        outcome = run(site, tmp_path)
    stored(outcome)


def test_a_list_of_several_pages_is_the_persons_to_look_through_before_a_key_is_made(tmp_path):
    def there(event: dict, _world: World) -> dict | None:
        return {"word": "stop"} if event["step"] == "list" else None

    with serve("antd", "paged", "old-key") as site:
        outcome = run(site, tmp_path, label="older-one", answers=there)
    assert (outcome.exit, outcome.world.creates) == (5, 0)
    assert outcome.result["error"] == "Stopped by you at list. No key was created."


def test_who_stops_where_the_list_shows_that_none_was_made_is_told_so_and_nothing_else(tmp_path):
    def until_then(event: dict, _world: World) -> dict | None:
        return {"word": "stop"} if event["needs"] == ["by-hand"] else None

    with serve("forms", "expire-create") as site:
        outcome = run(site, tmp_path, answers=until_then)
    assert (outcome.exit, outcome.world.keys) == (5, [])
    assert outcome.result["error"] == "Stopped by you at verify. No key was created."


def test_the_same_refusal_twice_is_heard_twice_and_a_slow_answer_is_not_taken_for_a_third(tmp_path):
    wrong = iter([{"email-code": f"{n}1111{n}", "authenticator-code": "222222"} for n in (1, 2)])
    with serve("soup", "slow-answer") as site:
        outcome = run(site, tmp_path, answers=lambda *_: next(wrong, None))
    stored(outcome)
    assert [event["reason"] for event in outcome.questions] == ["", *["Incorrect verification code"] * 2]
    assert outcome.world.creates == 3
