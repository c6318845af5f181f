"""The list of what is stored: plain, without secrets, one whole file per credential."""

from __future__ import annotations

import json
import resource
import stat

import pytest

from autokey import inventory
from autokey.errors import RefusedError, UsageError
from autokey.inventory import Entry
from autokey.secret import Secret


def entry(label="main", root="autokey", **more):
    given = {"permissions": ("read",), "ips": ("192.0.2.1",), "created": "2026-01-02T03:04:05Z"}
    return Entry(f"{root}:kucoin:{label.lower()}", "kucoin", label, **given | more)


def test_an_entry_is_read_back_and_plain_to_read():
    path = inventory.add(entry("ICG-MM", expiry=("after 90 days",), flow="kucoin", where="in the OS keyring"))
    assert inventory.get("autokey:kucoin:icg-mm") == entry(
        "ICG-MM", expiry=("after 90 days",), flow="kucoin", where="in the OS keyring"
    )
    assert json.loads(path.read_text())["label"] == "ICG-MM"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_sandbox_is_listed_apart():
    inventory.add(entry())
    inventory.add(entry(root="autokey-sandbox"))
    assert [one.sandbox for one in inventory.entries()] == [False, True]
    assert inventory.entries(sandbox=False) == [entry()]
    assert inventory.entries(sandbox=True) == [entry(root="autokey-sandbox")]


def test_an_entry_is_added_once_updated_and_removed():
    inventory.add(entry())
    with pytest.raises(UsageError, match="already in the list"):
        inventory.add(entry(ips=()))
    changed = inventory.update("autokey:kucoin:main", status="compared", ips=("192.0.2.7",))
    assert (changed.status, changed.ips) == ("compared", ("192.0.2.7",))
    assert inventory.get("autokey:kucoin:main") == changed
    inventory.remove("autokey:kucoin:main")
    assert inventory.entries() == []
    with pytest.raises(UsageError, match="not in the list"):
        inventory.update("autokey:kucoin:main", status="compared")


def test_a_secret_is_refused():
    hidden = Secret("a-secret-in-a-list")
    with pytest.raises(RefusedError, match="holds a secret"):
        inventory.add(entry(status=f"got {hidden.reveal()}"))
    inventory.add(entry())
    with pytest.raises(RefusedError, match="holds a secret"):
        inventory.update("autokey:kucoin:main", status=hidden.reveal())
    assert inventory.entries() == [entry()]


def test_a_full_disk_leaves_the_entry_as_it_was():
    inventory.add(entry())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
    try:
        with pytest.raises(RefusedError, match="cannot be written"):
            inventory.update("autokey:kucoin:main", status="compared")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert inventory.entries() == [entry()]


def test_a_damaged_entry_is_named():
    path = inventory.add(entry())
    path.write_text('{"service": 1')
    with pytest.raises(RefusedError, match=r"kucoin--main--1\.json is damaged"):
        inventory.entries()
    assert "secret" not in path.name


UPDATES = """
import sys
from autokey import inventory
print("ready", flush=True)
sys.stdin.readline()
for n in range(30):
    inventory.update("autokey:kucoin:main", **{sys.argv[1]: str(n)})
"""


def test_two_processes_that_update_one_entry_lose_no_change(child):
    inventory.add(entry())
    both = [child(UPDATES, name) for name in ("status", "consumer")]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate(timeout=30)[1] for one in both] == ["", ""]
    found = inventory.get("autokey:kucoin:main")
    assert (found.status, found.consumer) == ("29", "29")
