"""What is refused before a browser opens: one sentence, the documented exit code, and no browser.

The browser of these runs is a script that leaves a mark when it is started, so "no browser" is seen, not believed.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from driver import all_gone, command, events, place, processes

from autokey import sandbox

if TYPE_CHECKING:
    from pathlib import Path

GOOD = ("--label", "ICG-MM", "--ips", "203.0.114.7")
SIX = ",".join(f"203.0.114.{number}" for number in range(1, 7))
WRONG = {
    "an empty label": (("--label", " ", "--ips", "203.0.114.7"), 2, "label is empty"),
    "a label of 61 characters": (("--label", "x" * 61, "--ips", "203.0.114.7"), 2, "61 characters.*allows 60"),
    "an invisible label": (("--label", "ICG\u202e-MM", "--ips", "203.0.114.7"), 2, "invisible"),
    "no IP": (("--label", "X"), 2, "at least 1 IP address"),
    "no IP, said so": (("--label", "X", "--no-ip"), 2, "at least 1 IP address"),
    "six IPs": (("--label", "X", "--ips", SIX), 2, "6 IP addresses.*allows 5"),
    "a space in the list": (("--label", "X", "--ips", "203.0.114.7, 203.0.114.8"), 2, "space"),
    "an empty place": (("--label", "X", "--ips", "203.0.114.7,,203.0.114.8"), 2, "empty place"),
    "a duplicate": (("--label", "X", "--ips", "203.0.114.7,203.0.114.7"), 2, "twice"),
    "CIDR": (("--label", "X", "--ips", "203.0.114.0/24"), 2, "not known to take networks"),
    "IPv6": (("--label", "X", "--ips", "2a00:1450:4001::1"), 2, "not known to take"),
    "no address": (("--label", "X", "--ips", "example.com"), 2, "not an IP address"),
    "an octal address": (("--label", "X", "--ips", "203.0.114.010"), 2, "not an IP address"),
    "a private address": (("--label", "X", "--ips", "192.168.1.7"), 3, "a private address"),
    "loopback": (("--label", "X", "--ips", "127.0.0.1"), 3, "loopback"),
    "an address for documentation": (("--label", "X", "--ips", "192.0.2.10"), 3, "documentation"),
    "CGNAT": (("--label", "X", "--ips", "100.64.1.1"), 3, "CGNAT"),
    "an unknown permission": ((*GOOD, "--permissions", "read,tarde"), 2, "'tarde'"),
    "a permission that is not offered": ((*GOOD, "--permissions", "futures"), 2, "offers no permission"),
    "no permission": ((*GOOD, "--permissions", ","), 2, "permissions is empty"),
    "withdraw without being allowed": ((*GOOD, "--permissions", "withdraw"), 3, "move money"),
    "both IP rules": ((*GOOD, "--no-ip"), 2, "contradict"),
    "a foreign flow": ((*GOOD, "--flow", "kucoin"), 2, "not of coinstore"),
    "an unknown flow": ((*GOOD, "--flow", "coinstor"), 2, "coinstore"),
    "an unknown consumer": ((*GOOD, "--for", "ic"), 2, "icg"),
    "a forwarder that is none": ((*GOOD, "--via", "ftp://127.0.0.1"), 2, "http server"),
    "a remote browser": ((*GOOD, "--connect", "http://198.51.100.7:9222"), 3, "another machine"),
    "a browser that is no address": ((*GOOD, "--connect", "9222"), 2, "debugging address"),
    "hashdata that trades": (
        ("--label", "X", "--for", "hashdata", "--permissions", "trade"),
        2,
        r"refuses keys.*\.txt",
    ),
    "icg without IPs": (("--label", "X", "--for", "icg"), 2, r"IP addresses.*\.txt"),
}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A browser that leaves the file given back, and does nothing else."""
    mark, script = place("tmp") / "a-browser-was-started", place("tmp") / "browser"
    script.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
    script.chmod(0o700)
    monkeypatch.setenv("AUTOKEY_BROWSER", str(script))
    return mark


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_order_is_one_sentence_and_no_browser(wrong: str, started: Path) -> None:
    words, code, said = WRONG[wrong]
    with ThreadPoolExecutor() as both:
        person = both.submit(command, "create", "coinstore", *words)
        program = both.submit(command, "create", "coinstore", *words, "--json")
    for ran in (person.result(), program.result()):
        assert ran.returncode == code, ran.stdout + ran.stderr
        assert "Traceback" not in ran.stderr
    assert person.result().stdout == ""
    (sentence,) = person.result().stderr.splitlines()
    assert re.search(said, sentence), sentence
    (result,) = events(program.result().stdout)
    assert (result["event"], result["status"], result["exit"]) == ("result", "failed", code)
    assert re.search(said, f"{result['error']} {result['fix']}"), result
    assert not started.exists()
    assert all_gone(), processes()
    assert not [*place("tmp").glob("autokey-browser-*")], "what the driver would have needed"


def test_the_mark_of_a_started_browser_is_seen(started: Path) -> None:
    """The tests above would notice: with a good order the same browser is started, and that fails in a sentence."""
    with sandbox.start("coinstore") as site:
        ran = command("create", "coinstore", *GOOD, "--headless", "--via", site.url, "--json")
    assert started.exists()
    assert ran.returncode in {2, 3}, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert events(ran.stdout)[-1]["event"] == "result"


def test_other_exchanges_have_limits_of_their_own(started: Path) -> None:
    for words, said in (
        (("create", "kucoin", "--label", "x" * 25, "--no-ip"), "25 characters.*allows 24"),
        (("create", "kucoin", "--label", "X"), "not said from which IP"),
        (("create", "poloniex", "--label", "X", "--for", "coygo", "--no-ip", "--allow-withdraw"), "IP addresses"),
        (("create", "poloniex", "--label", "X", "--for", "hashdata", "--ips", "203.0.114.7"), "without IP restriction"),
    ):
        ran = command(*words)
        assert ran.returncode == 2, ran.stderr
        assert re.search(said, ran.stderr), ran.stderr
    assert not started.exists()


def test_an_unknown_exchange_is_answered_with_the_nearest_names(started: Path) -> None:
    ran = command("create", "coinstor", *GOOD)
    assert ran.returncode == 2
    assert "coinstore" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not started.exists()


def test_a_right_to_move_money_is_typed_out_before_a_browser_opens(started: Path) -> None:
    words = ("create", "coinstore", *GOOD, "--permissions", "withdraw", "--allow-withdraw", "--yes", "--json")
    for answer in ("yes", "withdraw", "withdraw ICG", "WITHDRAW ICG-MM"):
        ran = command(*words, said=json.dumps({"confirm-danger": answer}) + "\n")
        assert events(ran.stdout)[-1]["exit"] in {3, 5}, ran.stdout
        assert ran.returncode in {3, 5}
    assert not started.exists()


def test_a_doubtful_address_is_taken_with_yes_and_on_the_sandbox() -> None:
    ran = command("create", "coinstore", "--label", "X", "--ips", "10.0.0.7", "--yes", "--dry-run", "--sandbox",
                  "--headless", "--json")  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    assert "10.0.0.7 is a private address" in ran.stdout


def test_settings_that_would_leak_are_refused_before_a_browser_opens(started: Path) -> None:
    for name, value in (("DEBUG", "pw:api"), ("PWDEBUG", "1"), ("DEBUG_FILE", "/dev/null")):
        ran = command("create", "coinstore", *GOOD, "--sandbox", "--headless", **{name: value})
        assert ran.returncode == 3, ran.stderr
        assert name in ran.stderr
        assert "Traceback" not in ran.stderr
    assert not started.exists()


def test_a_home_that_cannot_be_written_is_refused_before_a_browser_opens(started: Path) -> None:
    blocked = place("tmp") / "a-file"
    blocked.write_text("")
    ran = command("create", "coinstore", *GOOD, "--sandbox", "--headless", AUTOKEY_HOME=str(blocked / "home"))
    assert ran.returncode == 3, ran.stderr
    assert "Traceback" not in ran.stderr
    assert not started.exists()
