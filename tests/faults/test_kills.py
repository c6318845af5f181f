"""A few kills of `python -m bench.kills`, and lists that come late: what resume and create believe of a key list."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from bench.kills import Moment, Plan, Play, plan, play, site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARE = 5.0  # seconds that a run takes


@pytest.fixture
def scene() -> Iterator[Callable[..., Play]]:
    with ExitStack() as stack:
        yield lambda name, flags="": Play(stack, site_of(stack, name, flags), SHARE)


@pytest.mark.parametrize(
    ("site", "flags", "seconds", "then"),
    [("antd", "old-key", 0.0, "killed resume"), ("forms", "slow", 0.4, "create"), ("shadow", "", 0.15, "resume")],
)
def test_killed_together_with_its_browser_after_the_site_was_asked_it_ends_well(site, flags, seconds, then):
    moment = Moment("create", 0.5, seconds, 1, family=True)
    assert play(Plan(site, flags, moment, then, moment), SHARE) in {"done", "resumed", "remade"}


def test_the_same_seed_kills_at_the_same_moments():
    sites = ("antd", "coinstore")
    assert [plan(1, n, sites) for n in range(9)] == [plan(1, n, sites) for n in range(9)]
    assert [plan(1, n, sites) for n in range(9)] != [plan(2, n, sites) for n in range(9)]


@pytest.mark.parametrize("how", ["late-list", "timer-list", "virtual"])
def test_a_list_that_is_still_on_its_way_or_not_all_drawn_hides_no_older_key_of_the_same_name(how, scene):
    found = scene("antd", f"old-key {how}")
    ran = found.create(label="older-one")
    assert ran.code == 3, ran.result
    assert "already lists" in ran.result["error"]
    assert found.site.creates == 0


def test_resume_believes_a_list_only_when_all_of_it_has_come(scene):
    found = scene("antd", "late-list")
    assert found.create(point="before:capture").code < 0
    resumed = found.resume(point="-")
    assert resumed.code == 0, resumed.result
    asked = [event["step"] for event in resumed.events if event["event"] == "human"]
    assert asked == ["delete"], "the key that stands there is not taken for none"
    assert not found.site.keys()


def test_a_page_that_is_drawn_anew_and_swallows_the_press_on_show_costs_no_secret(scene):
    found = scene("poloniex-legacy", "slow")
    ran = found.create(point="stored:capture")
    assert ran.code < 0, ran.result
    (key,) = found.site.keys()
    assert found.stored()["secret_key"] == key.fields["secret_key"]


def test_a_link_that_the_person_may_have_had_mailed_is_asked_for_before_the_list_is_believed(scene):
    found = scene("poloniex")
    assert found.create(point="before:create-link").code < 0
    (book,) = found.home.rglob("runs/*.jsonl")
    # As if the person had typed the code in the page, and the run had died before it saw the next page.
    notes = book.read_text().splitlines(keepends=True)
    typed = next(n for n, note in enumerate(notes) if '"create-2fa"' in note)
    book.write_text("".join(notes[: typed + 1]))
    silent = found.resume(answered=False, point="-")
    assert silent.code == 6, silent.result
    assert "may have been sent" in silent.result["error"]
    resumed = found.resume(point="-")
    assert resumed.code == 0, resumed.result
    asked = [event["step"] for event in resumed.events if event["event"] == "human"]
    assert asked[0] == "create-link", "the mail had come: the link is followed, and the key it makes is not passed over"
    assert found.wrong(found.stored()) == "" or asked[-1] == "delete"


def test_a_key_that_resume_saw_deleted_is_not_waited_for_when_resume_is_killed_too(scene):
    found = scene("poloniex")
    assert found.create(point="before:create-link").code < 0
    assert found.resume(point="ended:").code < 0, "killed after the link was followed and its key deleted by the person"
    assert found.site.creates
    assert not found.site.keys()
    resumed = found.resume(point="-")
    assert resumed.code == 0, resumed.result
    assert not [event for event in resumed.events if event["event"] == "human"]


def test_a_list_with_the_columns_of_a_new_keys_page_is_the_list_when_the_page_goes_back_to_it(scene):
    found = scene("strange-futures", "old-key slow")
    ran = found.create()
    assert ran.code == 0, ran.result
    assert found.wrong(found.stored()) == ""
    assert [event["step"] for event in ran.events if event["event"] == "human"] == ["verify"]


def test_what_a_run_that_was_killed_with_its_browser_left_on_disk_goes_with_the_next_start(scene):
    found = scene("antd")
    assert found.create(Moment("event", 0.5, 0.0, 5, family=True)).code < 0
    (left,) = found.home.glob("autokey-browser-*")
    assert list(left.glob("*")), "the browser's profile"
    assert found.resume().code == 0
    assert not left.exists()
    assert [path.name for path in found.home.iterdir()] == ["autokey"]
