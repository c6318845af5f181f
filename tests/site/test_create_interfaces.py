"""Every documented interface, with each kind of order it can take: one key, as ordered, and stored as shown.

Each row of issue 3's table on its look-alike. The look-alike's own books are the truth: exactly one key with
exactly the ordered rights and addresses, and never at any moment a right that nobody ordered, but for what a
site gives every new key by itself.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from driver import IPS, Create, new_keys, nothing_made, stored, truth

from autokey import sandbox


class Case(NamedTuple):
    exchange: str
    variant: str
    permissions: str
    ips: str = ""
    flow: str = ""
    faults: tuple[str, ...] = ()
    preset: str = ""  # what the site gives every new key

    @property
    def name(self) -> str:
        where = f"{self.exchange}{f'/{self.variant}' if self.variant else ''}"
        more = "".join(f" {fault}" for fault in self.faults)
        return f"{where} {self.permissions} {'ips' if self.ips else 'no-ip'}{more}"


OLD, OLDER = "kucoin-2020", "poloniex-legacy"
CASES = [
    Case("coinstore", "", "read", "192.0.2.10"),
    Case("coinstore", "", "read,trade", IPS),
    Case("coinstore", "", "read", "192.0.2.10", faults=("withdraw-preticked",)),
    Case("coinstore", "", "read,trade,withdraw", IPS),
    Case("kucoin", "", "read"),
    Case("kucoin", "", "read,trade", IPS),
    Case("kucoin", "", "read,margin,futures", IPS, faults=("withdraw-preticked",)),
    Case("kucoin", "", "read,transfer", IPS),
    Case("kucoin", "global", "read", faults=("rerender",)),
    Case("kucoin", "global", "read,trade", "192.0.2.10"),
    Case("kucoin", "2020", "read", flow=OLD),
    Case("kucoin", "2020", "read,trade", flow=OLD),
    Case("kucoin", "2020-preticked", "read", flow=OLD),
    Case("kucoin", "2020-save-asks", "read,trade", flow=OLD),
    Case("poloniex", "", "read", preset="trade"),
    Case("poloniex", "", "read,trade", preset="trade"),
    Case("poloniex", "", "read", faults=("enable-api-first", "no-2fa", "old-keys"), preset="trade"),
    Case("poloniex", "legacy", "read", flow=OLDER, preset="trade"),
    Case("poloniex", "legacy", "read,trade", IPS, flow=OLDER, preset="trade"),
    Case("poloniex", "legacy", "read,trade,withdraw", "192.0.2.10", flow=OLDER, preset="trade"),
    Case(
        "poloniex", "legacy", "read", flow=OLDER, faults=("api-enabled", "create-new-key", "old-keys"), preset="trade"
    ),
    Case("poloniex-futures", "", "read"),
    Case("poloniex-futures", "", "read,trade"),
    Case("poloniex-futures", "email", "read", faults=("old-keys",)),
    Case("poloniex-futures", "preticked", "read", faults=("no-2fa",)),
    Case("poloniex-futures", "no-boxes", "read"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_one_key_is_made_exactly_as_ordered_and_stored(case: Case) -> None:
    words = ["--label", "ICG-MM", "--permissions", case.permissions]
    words += ["--ips", case.ips] if case.ips else ["--no-ip"]
    dangerous = sorted({"withdraw", "transfer"} & set(case.permissions.split(",")))
    words += ["--allow-withdraw"] if dangerous else []
    typed = {"confirm-danger": f"{' '.join(dangerous)} ICG-MM"}
    with (
        sandbox.start(case.exchange, variant=case.variant, faults=case.faults) as site,
        Create(case.exchange, *words, sandbox=site) as run,
    ):

        def answer(event: dict) -> dict | None:
            if event["needs"] == ["confirm-danger"]:
                return typed
            if "frequent" in event["reason"]:  # the site mails one code a minute: it passes, and we ask again
                site.clock.move(60)
                return {"word": "resend"}
            return None

        result = run.play(answer)
        assert run.finish() == 0, run.printed
        key = truth(site, case.permissions, case.ips, preset=case.preset)
    assert result["status"] == "stored"
    assert result["verified"] != "different"
    assert result["flow"] == (case.flow or case.exchange)
    assert result["sandbox"] is True
    kept = stored(f"{case.exchange}/ICG-MM")
    assert (kept["api_key"], kept["secret_key"]) == (key.api_key, key.secret)
    assert kept.get("passphrase", "") == key.passphrase
    assert kept["permissions"] == sorted(case.permissions.split(","))
    assert kept["ips"] == [ip for ip in case.ips.split(",") if ip]
    assert kept["service"] == f"autokey-sandbox:{case.exchange}:icg-mm"
    # Nobody was asked for more than gates: no element had to be pointed at, no step done by hand.
    assert not {"which", "by-hand"} & {kind for event in run.humans for kind in event["needs"]}


@pytest.mark.parametrize(
    ("exchange", "variant", "words", "said"),
    [
        ("kucoin", "2020", ("--ips", "192.0.2.10"), "cannot be bound to IP addresses"),
        ("kucoin", "2020", ("--no-ip", "--permissions", "read,margin"), "offer no margin"),
    ],
)
def test_what_an_older_page_cannot_do_is_refused_before_a_key_is_made(
    exchange: str, variant: str, words: tuple[str, ...], said: str
) -> None:
    with (
        sandbox.start(exchange, variant=variant) as site,
        Create(exchange, "--label", "X", *words, sandbox=site) as run,
    ):
        result = run.play()
        assert run.finish() == 3
        assert said in result["error"]
        assert "No key was created." in result["error"]
        nothing_made(site)


def test_a_flow_that_is_named_is_not_left_for_another_page() -> None:
    with (
        sandbox.start("kucoin") as site,
        Create("kucoin", "--label", "X", "--no-ip", "--flow", OLD, sandbox=site) as run,
    ):
        run.asked("sign-in")  # the named flow does not know today's page: the person must bring another
        run.say({"word": "stop"})
        assert run.finish() == 5
        assert new_keys(site) == []
