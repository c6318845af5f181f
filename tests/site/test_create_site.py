"""What the site can do to a run: keys that are there already, no room, more rights, lost answers, hidden secrets."""

from __future__ import annotations

import pytest
from driver import PATIENCE, Create, make, new_keys, nothing_made, stored, truth

from autokey import inventory, journal, sandbox
from autokey.sandbox import Player
from autokey.sandbox.state import Key
from loopback import Handler, serving

WORDS = ("--label", "ICG-MM", "--ips", "192.0.2.10", "--permissions", "read,trade")


@pytest.mark.parametrize(
    ("exchange", "variant", "words"),
    [
        ("coinstore", "", WORDS),
        ("kucoin", "", WORDS),
        ("kucoin", "2020", ("--label", "X", "--no-ip")),
        ("poloniex", "", ("--label", "X", "--no-ip")),
        ("poloniex-futures", "", ("--label", "X", "--no-ip")),
    ],
)
def test_a_dry_run_creates_nothing_and_says_what_it_would_have_done(
    exchange: str, variant: str, words: tuple[str, ...]
) -> None:
    with sandbox.start(exchange, variant=variant) as site:
        run = make(site, *words, "--dry-run")
        assert run.process.returncode == 0, run.printed
        nothing_made(site)
    assert run.result["status"] == "dry-run"
    assert "would be created" in run.texts()
    assert words[1] in run.texts()
    assert inventory.entries() == []
    assert [one.state for one in journal.runs()] == ["ended"]


def test_a_label_that_is_stored_already_is_refused_and_the_old_key_stays() -> None:
    with sandbox.start("coinstore") as site:
        assert make(site, *WORDS).process.returncode == 0
        before = stored("coinstore/ICG-MM")
        with Create("coinstore", "--label", "icg-mm", *WORDS[2:], sandbox=site) as again:
            assert again.next("result")["exit"] == again.finish() == 2
        assert "stored already" in again.result["error"]
        assert "step" not in {event["event"] for event in again.events}
        assert stored("coinstore/ICG-MM") == before
        assert site.state.created == 1


def test_keys_that_a_consumer_needs_together_are_made_by_one_command() -> None:
    words = ("--sandbox", "--for", "hashdata", "--label", "X", "--together")
    results = []
    with Create("poloniex", *words) as run:
        for _ in range(2):
            person = Player(run.next("sandbox")["url"].removesuffix("/__sandbox__/"))
            while (event := run.next("human", "result"))["event"] == "human":
                run.say({kind: person.answer(kind) for kind in event["needs"]})
            results.append((event["exchange"], event["exit"], event["verified"], event["permissions"]))
        assert run.process.wait(PATIENCE) == 0
    assert results == [("poloniex", 0, "verified", ["read"]), ("poloniex-futures", 0, "verified", ["read"])]
    assert stored("poloniex/X")["api_key"] != stored("poloniex-futures/X")["api_key"]


def test_together_makes_nothing_more_after_one_that_was_stopped() -> None:
    words = ("--sandbox", "--for", "hashdata", "--label", "X", "--together")
    with Create("poloniex", *words) as run:
        run.next("human")
        run.say({"word": "stop"})
        assert run.finish() == 5
    assert inventory.entries() == []
    assert [event["exchange"] for event in run.events if event["event"] == "result"] == ["poloniex"]


@pytest.mark.parametrize("exchange", ["coinstore", "kucoin", "poloniex-futures"])
def test_a_label_that_is_on_the_sites_list_already_is_refused(exchange: str) -> None:
    words = ("--label", "ICG-MM", *(("--ips", "192.0.2.10") if exchange == "coinstore" else ("--no-ip",)))
    with sandbox.start(exchange) as site:
        values = ("1", "ICG-MM", "0123456789abcdef" * 2, "f" * 32, ("read",), (), "2026-01-01T00:00:00Z")
        with site.world.lock:
            site.state.keys.append(Key(*values))
        run = make(site, *words)
        assert run.process.returncode == 3, run.printed
        assert "already lists a key named ICG-MM" in run.result["error"]
        assert "No key was created." in run.result["error"]
        nothing_made(site)


def test_a_full_account_ends_with_the_sites_own_words() -> None:
    with sandbox.start("coinstore", faults=["full-account"]) as site:
        with Create("coinstore", *WORDS, sandbox=site) as run:
            result = run.play(lambda event: {"word": "stop"} if "by-hand" in event["needs"] else None)
            assert run.finish() == 5
        assert "No key was created." in result["error"]
        assert "You can have 5 API keys" in run.humans[-1]["reason"], "the site's own words are told"
        assert site.state.created == 0


@pytest.mark.parametrize(
    ("exchange", "words"),
    [("coinstore", WORDS), ("kucoin", WORDS), ("poloniex-futures", ("--label", "X", "--no-ip"))],
)
def test_a_right_that_the_site_gives_too_much_is_seen(exchange: str, words: tuple[str, ...]) -> None:
    with sandbox.start(exchange, faults=["extra-right"]) as site:
        run = make(site, *words)
        assert run.process.returncode == 7, run.printed
        (key,) = new_keys(site)
    ordered = set(words[-1].split(",")) if "--permissions" in words else {"read"}
    extra = sorted(set(key.permissions) - ordered)
    assert extra
    assert f"granted {extra[0]}, which was not ordered" in run.result["error"]
    assert stored(f"{exchange}/{words[1]}")["secret_key"] == key.secret
    (entry,) = inventory.entries()
    assert extra[0] in entry.status


def test_a_right_that_the_site_gives_too_much_is_taken_off_where_the_page_lets_it() -> None:
    with sandbox.start("poloniex", faults=["extra-right"]) as site:
        run = make(site, "--label", "X", "--no-ip")
        assert run.process.returncode == 0, run.printed
        assert new_keys(site)[0].permissions == ("read",)
    assert "still has withdraw, which was not ordered" in run.texts(), "said while it was so"


def test_an_answer_that_got_lost_is_never_repeated() -> None:
    with sandbox.start("coinstore", faults=["lost-answer"]) as site:
        with Create("coinstore", *WORDS, sandbox=site) as run:
            run.play(lambda _: {"word": "stop"} if new_keys(site) else None)
            assert run.finish() == 6, run.printed
        assert "may exist" in run.result["error"]
        assert "resume" in run.result["fix"]
        assert site.state.created == 1
        assert site.state.create_requests == 1
    assert [one.state for one in journal.runs()] == ["may-exist"]


def test_a_secret_that_the_page_masks_is_taken_from_its_qr_code_when_both_ends_agree() -> None:
    with sandbox.start("coinstore", faults=["masked-secret"]) as site:
        with Create("coinstore", *WORDS, sandbox=site) as run:
            run.play()
            assert run.finish() == 0
        assert "QR code; both ends agree" in run.texts()
        key = truth(site, "read,trade", "192.0.2.10")
        assert key.secret not in run.printed
    assert stored("coinstore/ICG-MM")["secret_key"] == key.secret


@pytest.mark.parametrize(
    "fault",
    [
        "session-expiry",
        "announcement",
        "cookie-banner",
        "captcha",
        "slow",
        "rerender",
        "closes-once",
        "closes-at-press",
        "mail-expired",
    ],
)
def test_an_interruption_costs_no_key_and_no_right(fault: str) -> None:
    with sandbox.start("coinstore", faults=[fault]) as site:
        run = make(site, *WORDS)
        assert run.process.returncode == 0, run.printed
        truth(site, "read,trade", "192.0.2.10")
        assert run.result["verified"] == "verified"


def test_a_button_that_is_covered_for_a_while_at_the_press_is_pressed_afterwards() -> None:
    with sandbox.start("coinstore", faults=["covered-at-press"]) as site:
        run = make(site, *WORDS)
        assert run.process.returncode == 0, run.printed
        assert [event["step"] for event in run.events if event["event"] == "human"] == ["verify"]
        truth(site, "read,trade", "192.0.2.10")


@pytest.mark.parametrize(
    ("exchange", "variant", "words", "preset"),
    [
        ("kucoin", "", ("--label", "X", "--ips", "192.0.2.10", "--permissions", "read,trade"), ""),
        ("poloniex", "", ("--label", "X", "--no-ip", "--permissions", "read,trade"), "trade"),
        ("poloniex", "legacy", ("--label", "X", "--no-ip", "--permissions", "read,trade"), "trade"),
        ("poloniex-futures", "", ("--label", "X", "--no-ip", "--permissions", "read,trade"), ""),
    ],
)
def test_a_session_that_ends_half_way_is_taken_up_again(
    exchange: str, variant: str, words: tuple[str, ...], preset: str
) -> None:
    with sandbox.start(exchange, variant=variant, faults=["session-expiry", "announcement", "cookie-banner"]) as site:
        run = make(site, *words)
        assert run.process.returncode == 0, run.printed
        truth(site, "read,trade", "192.0.2.10" if "--ips" in words else "", preset=preset)


def test_a_page_of_another_host_stops_the_run() -> None:
    """A forwarder that answers with a redirect to a host that is not the flow's: nothing is done there."""

    class Elsewhere(Handler):
        def get(self) -> None:
            self.reply(b"", status=302, headers=[("location", "https://www.coinstore.example.org/")])

    with serving(Elsewhere) as server, Create("coinstore", *WORDS, sandbox=server.url) as run:
        run.play(lambda _: {"word": "stop"})
        assert run.finish() == 3, run.printed
    assert "coinstore.example.org" in run.result["error"]
    assert "No key was created." in run.result["error"]
