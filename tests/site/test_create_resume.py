"""`autokey resume` after real kills: nothing sent, a key may exist, stored but not compared. No second key, ever."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from driver import Create, all_gone, command, events, make, new_keys, processes, stored

from autokey import inventory, journal, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ("--label", "ICG-MM", "--ips", "192.0.2.10", "--permissions", "read,trade")
CODES = ("email-code", "authenticator-code")


def kill(run: Create) -> None:
    """SIGKILL to autokey itself; its driver and browser must end by themselves."""
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait(10)
    assert all_gone(), processes()


def resume(site: sandbox.Running, answer: Callable = lambda _: None) -> Create:
    with Create("", sandbox=site, start=("resume",)) as again:
        again.play(answer)
        again.finish()
    return again


def state() -> str:
    return [one.state for one in journal.runs()][-1]


def test_nothing_half_done_is_said() -> None:
    ran = command("resume", "--json", "--headless")
    assert ran.returncode == 0
    assert events(ran.stdout)[-1]["status"] == "nothing-open"


def test_killed_before_the_gate_nothing_was_sent() -> None:
    with sandbox.start("coinstore") as site:
        with Create("coinstore", *WORDS, sandbox=site) as run:
            run.next("step", having=lambda event: event["step"] == "label")
            kill(run)
        assert state() == "nothing-sent"
        again = resume(site)
        assert again.process.returncode == 0
        assert "no key was created" in again.texts()
        assert site.state.created == 0
        assert make(site, *WORDS).process.returncode == 0, "and the command works again"
        assert site.state.created == 1


def test_killed_at_the_gate_the_list_shows_that_no_key_is_there() -> None:
    with sandbox.start("coinstore") as site:
        with Create("coinstore", *WORDS, sandbox=site) as run:
            run.asked(*CODES)
            kill(run)
        assert state() == "may-exist", "the person could have sent it in the page"
        refused = make(site, *WORDS)
        assert refused.process.returncode == 6, "no second run while a first one is open"
        again = resume(site)
        assert again.process.returncode == 0
        assert "no key was created" in again.texts()
        assert make(site, *WORDS).process.returncode == 0
        assert site.state.created == 1


def test_killed_after_the_answer_was_lost_the_key_is_found_and_mended() -> None:
    with sandbox.start("coinstore", faults=["lost-answer"]) as site:
        with Create("coinstore", *WORDS, sandbox=site) as run:
            run.asked(*CODES)
            run.say(run.reply(run.events[-1]))
            while not new_keys(site):
                pass
            kill(run)
        assert state() == "may-exist"
        again = resume(site, lambda event: None if set(event["needs"]) <= {*CODES, "sign-in"} else {"word": "stop"})
        assert again.process.returncode in {5, 6}, again.printed
        assert "ICG-MM" in again.printed
        assert site.state.created == 1


@pytest.mark.parametrize(
    ("step", "exchange", "label"), [("granted", "coinstore", "ICG-MM"), ("listed", "coinstore", "ICG-MM")]
)
def test_killed_after_the_secret_was_stored_it_is_compared(step: str, exchange: str, label: str) -> None:
    with sandbox.start(exchange) as site:
        with Create(exchange, *WORDS, sandbox=site) as run:
            while True:
                event = run.next("human", "step")
                if event["event"] == "human":
                    run.say(run.reply(event))
                elif event["step"] == step:
                    break
            kill(run)
        (key,) = new_keys(site)
        assert stored(f"{exchange}/{label}")["secret_key"] == key.secret
        # How far it came by itself after that step was told is up to the machine; what is missing is done.
        again = resume(site)
        assert again.process.returncode == 0, again.printed
        assert state() == "ended"
        assert site.state.created == 1
    assert [entry.label for entry in inventory.entries()] == [label]


def test_killed_between_key_and_edit_the_right_that_is_too_much_is_told() -> None:
    """Poloniex: stored, and it can trade. `resume` must say so: exit 7, never `all was done`."""
    with sandbox.start("poloniex") as site:
        with Create("poloniex", "--label", "X", "--no-ip", sandbox=site) as run:
            while True:
                event = run.next("human", "note")
                if event["event"] == "human":
                    run.say(run.reply(event))
                elif event["text"].startswith("Stored"):
                    break
            kill(run)
        (key,) = new_keys(site)
        again = resume(site)
        assert site.state.created == 1
        if again.process.returncode == 0:
            assert set(new_keys(site)[0].permissions) == {"read"}, again.printed
        else:
            assert again.process.returncode == 7, again.printed
            assert "trade" in again.printed
        assert stored("poloniex/X")["secret_key"] == key.secret
