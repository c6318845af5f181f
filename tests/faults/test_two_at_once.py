"""Two runs at the same time: of one name only one may create; of two accounts both finish."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from bench.stage import LABEL, create


def test_of_two_runs_of_one_name_one_makes_the_key_and_the_other_is_told(stage):
    only = stage("coinstore")
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda _: only.run(*create(only)), range(2)))
    codes = sorted(end.code for end in ends)
    assert codes[0] == 0
    assert codes[1] in {2, 3}
    told = next(end.result["error"] for end in ends if end.code)
    assert "at work" in told or "stored already" in told
    assert only.site.state.create_requests == 1
    assert only.wrong() == ""


def test_runs_for_two_accounts_at_once_both_finish(stage):
    first, second = stage("coinstore"), stage("coinstore")
    second.environment["AUTOKEY_HOME"] = first.environment["AUTOKEY_HOME"]
    orders = [(first, "work", LABEL), (second, "home", f"{LABEL}-B")]
    with ThreadPoolExecutor(2) as pool:

        def play(order):
            one, account, label = order
            words = [label if word == LABEL else word for word in create(one)]
            return one.run(*words, "--account", account)

        ends = list(pool.map(play, orders))
    assert [end.code for end in ends] == [0, 0], [end.result for end in ends]
    assert [len(one.site.state.keys) for one in (first, second)] == [1, 1]


@pytest.mark.parametrize("flow", ["coinstore", "poloniex"])
def test_no_second_key_is_made_while_a_first_one_may_stand_on_the_site(stage, flow):
    one = stage(flow)
    assert one.run(*create(one), point="before:capture", when="before", fault="kill").code < 0
    again = one.run(*create(one))
    assert again.code == 6
    assert "resume" in again.result["fix"]
    assert one.site.state.created == 1


def test_what_another_autokey_is_at_work_on_is_told_and_left_alone(stage):
    one = stage("coinstore")
    assert one.run(*create(one), point="before:capture", when="before", fault="kill").code < 0
    resume = ("resume", "--headless", "--json", "--via", one.via)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: one.run(*resume), range(2))
    assert sorted([first.code, second.code]) in ([0, 0], [0, 3]), [first.result, second.result]
    told = [event.get("text", "") for ran in (first, second) for event in ran.events]
    assert sum("not listed any more" in text for text in told) == 1
    # Which of the two it is depends on whether it looked before or after the first had begun.
    assert any("at work on" in text or "still going on" in text for text in told)
    assert not one.site.state.keys
