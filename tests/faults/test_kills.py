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


def test_a_list_that_is_still_on_its_way_hides_no_older_key_of_the_same_name(scene):
    found = scene("antd", "old-key late-list")
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
