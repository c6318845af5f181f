"""Keys in a real Secret Service, read by other programs; the authenticator answered from a seed kept there."""

from __future__ import annotations

import json

import keyring
import pytest
from driver import Create, command, home, make, new_keys, stored, truth

from autokey import sandbox

pytestmark = pytest.mark.secretservice
SEED_OF_80_BITS = "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("exchange", "label", "words"),
    [("coinstore", "KR-coin", ("--ips", "192.0.2.10")), ("kucoin", "KR-ku", ("--no-ip",))],
)
def test_any_program_reads_the_key_with_plain_keyring(
    secret_service: dict[str, str], exchange: str, label: str, words: tuple[str, ...]
) -> None:
    with sandbox.start(exchange) as site:
        run = make(site, "--label", label, *words)
        assert run.process.returncode == 0, run.printed
        (key,) = new_keys(site)
    assert "keyring" in run.result["place"].lower()
    kept = json.loads(keyring.get_password(f"autokey-sandbox:{exchange}:{label.lower()}", "json"))
    assert (kept["api_key"], kept["secret_key"]) == (key.api_key, key.secret)
    assert kept.get("passphrase", "") == key.passphrase
    assert kept["permissions"] == ["read"]
    assert kept["ips"] == list(key.ips)
    assert kept["created"]
    shown = stored(f"{exchange}/{label}")
    assert {name: shown[name] for name in kept} == kept
    masked = command("show", f"{exchange}/{label}")
    assert key.secret not in masked.stdout
    assert key.api_key not in masked.stdout
    # What the vault file held until the keyring had it is gone again.
    assert not [path for path in home().rglob("*.age") if label.lower() in path.name]


def test_the_authenticator_is_answered_from_a_seed_of_80_bits(secret_service: dict[str, str]) -> None:
    with sandbox.start("coinstore") as site:
        site.world.authenticator = type(site.world.authenticator)(SEED_OF_80_BITS)
        keyring.set_password("coinstore-2fa", "totp", SEED_OF_80_BITS)
        words = ("--label", "KR-totp", "--ips", "192.0.2.10", "--totp-from-keyring", "coinstore-2fa")
        with Create("coinstore", *words, sandbox=site) as run:
            run.play()
            assert run.finish() == 0, run.printed
        truth(site, "read", "192.0.2.10")
    assert {kind for event in run.humans for kind in event["needs"]} == {"email-code"}
    assert "made from the seed in your keyring" in run.texts()
    assert SEED_OF_80_BITS not in run.printed + run.stderr


def test_without_a_seed_in_the_keyring_it_is_said_how_to_put_it_there(secret_service: dict[str, str]) -> None:
    with sandbox.start("coinstore") as site:
        words = ("--label", "KR-none", "--ips", "192.0.2.10", "--totp-from-keyring", "no-such-service")
        run = make(site, *words)
        assert run.process.returncode == 3
        assert "keyring set no-such-service totp" in run.result["fix"]
        assert site.state.created == 0


def test_the_authenticator_is_never_answered_unless_asked_for(secret_service: dict[str, str]) -> None:
    keyring.set_password("coinstore", "totp", SEED_OF_80_BITS)
    with sandbox.start("coinstore") as site:
        run = make(site, "--label", "KR-off", "--ips", "192.0.2.10")
        assert run.process.returncode == 0, run.printed
    assert "authenticator-code" in {kind for event in run.humans for kind in event["needs"]}
