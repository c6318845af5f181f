"""The vault on a real Secret Service (gnome-keyring on a bus of its own): what it keeps, refuses and survives."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import keyring
import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from keyring.backends import null

from autokey import folders
from autokey.errors import VaultError
from autokey.secret import Secret
from autokey.vault import open_vault, status
from autokey.vault.backends import KeyringStore

pytestmark = pytest.mark.secretservice


def sealed():
    return list(folders.find().vault().glob("*.age"))


def test_a_credential_is_kept_for_any_python_program_and_the_sealed_copy_goes(secret_service, credential):
    vault = open_vault(sandbox=False)
    assert "Secret Service" in vault.preflight()
    assert not vault.holds("autokey:kucoin:plain")
    assert "Secret Service" in vault.store("autokey:kucoin:plain", credential("plain"))
    assert sealed() == []
    assert vault.where("autokey:kucoin:plain") == "keyring"
    reader = "import keyring; print(keyring.get_password('autokey:kucoin:plain', 'json'))"
    line = subprocess.run([sys.executable, "-c", reader], capture_output=True, check=True, text=True).stdout
    assert json.loads(line)["secret_key"] == credential("plain").fields["secret_key"].reveal()
    assert open_vault(sandbox=False).read("autokey:kucoin:plain") == credential("plain")
    vault.forget("autokey:kucoin:plain")
    assert not vault.holds("autokey:kucoin:plain")


def test_preflight_leaves_nothing_behind(secret_service):
    vault = open_vault(sandbox=False)
    vault.preflight()
    before = set(count_items())
    vault.preflight()
    assert set(count_items()) == before
    assert sorted(one.name for one in folders.find().vault().iterdir() if not one.name.endswith(".lock")) == [
        "recipients.txt"
    ]


def count_items():
    import secretstorage

    bus = secretstorage.dbus_init()
    return [one.get_attributes().get("service") for one in secretstorage.get_default_collection(bus).get_all_items()]


def test_the_same_name_twice_is_refused_and_the_second_becomes_a_version(secret_service, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store("autokey:kucoin:twice", credential("twice", "b"))
    with pytest.raises(VaultError, match="already stored"):
        vault.store("autokey:kucoin:twice", credential("twice", "c"))
    assert vault.read("autokey:kucoin:twice") == credential("twice", "b")
    assert vault.read("autokey:kucoin:twice@2").fields == credential("twice", "c").fields
    assert [one.service for one in vault.recover()] == ["autokey:kucoin:twice@2"]
    assert sealed() == []
    assert vault.read("autokey:kucoin:twice@2").fields == credential("twice", "c").fields


def test_sandbox_keys_are_other_items(secret_service, credential):
    vault = open_vault(sandbox=True)
    vault.preflight()
    vault.store("autokey-sandbox:kucoin:side", credential("side"))
    assert not open_vault(sandbox=False).holds("autokey:kucoin:side")
    assert vault.holds("autokey-sandbox:kucoin:side")


RACE = """
import sys
from autokey.errors import VaultError
from autokey.model import Credential
from autokey.secret import Secret
from autokey.vault import open_vault
mark, rounds = sys.argv[1], int(sys.argv[2])
vault = open_vault(sandbox=False)
vault.preflight()
print("ready", flush=True)
sys.stdin.readline()
for n in range(rounds):
    made = Credential("kucoin", f"race{n}", {"secret_key": Secret(mark * 24)}, ("read",), (), "")
    try:
        vault.store(f"autokey:kucoin:race{n}", made)
    except VaultError as error:
        print("taken" if "already stored" in str(error) else error)
    else:
        print("stored")
"""


def test_of_two_processes_that_store_the_same_names_each_name_goes_to_one(secret_service, child):
    rounds = 5
    both = [child(RACE, mark, str(rounds)) for mark in "xy"]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    first, second = (one.communicate(timeout=60)[0].split() for one in both)
    assert [sorted(pair) for pair in zip(first, second, strict=True)] == [["stored", "taken"]] * rounds
    vault = open_vault(sandbox=False)
    vault.recover()
    for n in range(rounds):
        kept = {vault.read(f"autokey:kucoin:race{n}{version}").fields["secret_key"].reveal() for version in ("", "@2")}
        assert kept == {"x" * 24, "y" * 24}


# Kills itself on entry to the n-th call into the kernel's files or sockets that `store` makes, in any thread.
KILLED = """
import os, signal, sys, threading
from autokey.model import Credential
from autokey.secret import Secret
from autokey.vault import open_vault
label, last = sys.argv[1], int(sys.argv[2])
vault = open_vault(sandbox=False)
vault.preflight()
made = lambda one: Credential("kucoin", one, {"secret_key": Secret(f"secret-{one}-" + "z" * 20)}, ("read",), (), "")
vault.store(f"autokey:kucoin:{label}-before", made(f"{label}-before"))
print("acknowledged", flush=True)
calls = 0
def count(frame, event, function):
    global calls
    if event == "c_call" and (getattr(function, "__module__", "") == "posix" or "socket" in repr(getattr(function, "__self__", ""))):
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
threading.setprofile(count)
sys.setprofile(count)
vault.store(f"autokey:kucoin:{label}", made(label))
sys.setprofile(None)
print("acknowledged", calls, flush=True)
"""


def is_kept(vault, label):
    if not vault.holds(f"autokey:kucoin:{label}"):
        return False
    assert vault.read(f"autokey:kucoin:{label}").fields["secret_key"].reveal() == f"secret-{label}-" + "z" * 20
    return True


def test_killed_at_any_call_into_the_system_nothing_is_lost_once_it_was_written(secret_service, child):
    out, err = child(KILLED, "whole", "0").communicate(timeout=60)
    assert out.count("acknowledged") == 2, err
    calls = int(out.split()[-1])
    assert calls > 30, "the counter does not see the calls"
    points = sorted(random.Random(1).sample(range(1, calls + 1), 16))
    kept = []
    for point in points:
        label = f"kill{point}"
        killed = child(KILLED, label, str(point))
        out, err = killed.communicate(timeout=60)
        assert killed.returncode == -signal.SIGKILL, err
        assert out == "acknowledged\n"
        vault = open_vault(sandbox=False)
        vault.recover()
        assert vault.waiting() == 0
        assert is_kept(vault, f"{label}-before"), "an acknowledged secret is lost"
        kept.append(is_kept(vault, label))
    # Once the file is written every later kill finds it: no point at which it is in neither store.
    assert kept == sorted(kept)
    assert kept[-1]


LOOP = """
import sys
from autokey.model import Credential
from autokey.secret import Secret
from autokey.vault import open_vault
vault = open_vault(sandbox=False)
vault.preflight()
print("ready", flush=True)
for n in range(10000):
    label = f"{sys.argv[1]}-{n}"
    vault.store(f"autokey:kucoin:{label}", Credential("kucoin", label, {"secret_key": Secret(f"secret-{label}-" + "z" * 20)}, ("read",), (), ""))
    print(label, flush=True)
"""


def test_killed_at_a_random_moment_every_acknowledged_secret_is_found(secret_service, child):
    acknowledged = 0
    for turn in range(8):
        writer = child(LOOP, f"loop{turn}")
        assert writer.stdout.readline() == "ready\n"
        timer = random.Random(turn).uniform(0.02, 0.25)
        try:
            writer.wait(timer)
        except subprocess.TimeoutExpired:
            writer.kill()
        labels = writer.communicate()[0].split("\n")[:-1]
        vault = open_vault(sandbox=False)
        vault.recover()
        assert vault.waiting() == 0
        for label in labels:
            assert is_kept(vault, label)
        acknowledged += len(labels)
    assert acknowledged > 0


def daemon_pid():
    connection = open_dbus_connection("SESSION")
    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    call = new_method_call(bus, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
    return int(connection.send_and_get_reply(call).body[0])


def test_a_locked_keyring_is_said_and_not_passed_over(own_service, credential):
    import secretstorage

    vault = open_vault(sandbox=False, limit=5)
    vault.preflight()
    secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
    with pytest.raises(VaultError, match=r"locked.*Unlock it"):
        vault.preflight()
    found = status(limit=5)
    assert not found.safe
    assert "locked" in found.why
    # Locked between preflight and storing: the secret is in the sealed copy, and the sentence says so.
    vault = open_vault(sandbox=False, limit=5)
    assert "resume" in vault.store("autokey:kucoin:locked", credential("locked"))
    assert vault.pending == ("autokey:kucoin:locked",)
    assert len(sealed()) == 1


def test_a_keyring_that_was_never_set_up_is_said(bare_bus):
    with pytest.raises(VaultError, match=r"locked or was never set up\. Unlock it"):
        open_vault(sandbox=False, limit=5).preflight()


HANGING = """
import sys, time
from autokey.model import Credential
from autokey.secret import Secret
from autokey.vault import open_vault
vault = open_vault(sandbox=False, limit=1.5)
vault.preflight()
print("ready", flush=True)
sys.stdin.readline()
begun = time.monotonic()
print(vault.store("autokey:kucoin:hang", Credential("kucoin", "hang", {"secret_key": Secret("s" * 30)}, ("read",), (), "")))
print(time.monotonic() - begun)
"""


def test_a_keyring_that_stops_answering_costs_the_limit_and_no_secret(own_service, child):
    writer = child(HANGING)
    assert writer.stdout.readline() == "ready\n"
    pid = daemon_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        out, err = writer.communicate("\n", timeout=20)
    finally:
        os.kill(pid, signal.SIGCONT)
    sentence, took = out.splitlines()
    assert "did not answer within 1.5 s" in sentence, err
    assert "resume" in sentence
    assert float(took) < 1.5 + 5
    assert writer.returncode == 0
    vault = open_vault(sandbox=False)
    assert [one.done for one in vault.recover()] == [True]
    assert vault.read("autokey:kucoin:hang").fields == {"secret_key": Secret("s" * 30)}
    assert sealed() == []


PREFLIGHT = """
import sys, time
from autokey.errors import VaultError
from autokey.vault import open_vault
begun = time.monotonic()
try:
    print(open_vault(sandbox=False, limit=2).preflight())
except VaultError as error:
    print(error)
print(time.monotonic() - begun)
"""


def test_an_unlock_window_that_nobody_answers_ends_in_a_sentence_and_a_clean_exit(bare_bus, child):
    service = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("unanswered.py"))], stdout=subprocess.PIPE, text=True
    )
    try:
        assert service.stdout.readline() == "ready\n"
        asked = child(PREFLIGHT)
        sentence, took = asked.communicate(timeout=20)[0].splitlines()
    finally:
        service.kill()
        service.wait()
    assert "did not answer within 2 s" in sentence
    assert "A window may be waiting" in sentence
    assert 2 <= float(took) < 7
    assert asked.returncode == 0
    assert sealed() == []


def test_a_keyring_that_dies_between_preflight_and_storing_loses_nothing(own_service, credential):
    vault = open_vault(sandbox=False, limit=5)
    vault.preflight()
    os.kill(daemon_pid(), signal.SIGKILL)
    assert "vault file" in vault.store("autokey:kucoin:died", credential("died"))
    assert len(sealed()) == 1


def test_the_vault_of_a_keyring_is_not_replaced_where_the_keyring_cannot_be_reached(secret_service, monkeypatch):
    open_vault(sandbox=False).preflight()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with pytest.raises(VaultError, match="no keyring can be reached"):
        open_vault(sandbox=False).preflight()
    with pytest.raises(VaultError, match="no keyring can be reached"):
        open_vault(sandbox=False).holds("autokey:kucoin:anything")


def test_what_lies_in_a_vault_file_moves_once_a_keyring_is_there(secret_service, monkeypatch, tmp_path, credential):
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("long enough for this")
    passphrase.chmod(0o600)
    with monkeypatch.context() as without:
        without.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        without.setenv("AUTOKEY_VAULT_PASSPHRASE_FILE", str(passphrase))
        vault = open_vault(sandbox=False)
        vault.preflight()
        vault.store("autokey:kucoin:moves", credential("moves"))
    vault = open_vault(sandbox=False, ask_passphrase=lambda _: Secret("long enough for this"))
    vault.preflight()
    assert vault.read("autokey:kucoin:moves") == credential("moves")
    assert [one.service for one in vault.recover()] == ["autokey:kucoin:moves"]
    assert sealed() == []
    assert vault.where("autokey:kucoin:moves") == "keyring"


def test_a_full_vault_folder_does_not_lose_what_the_keyring_takes(secret_service, credential):
    import resource

    vault = open_vault(sandbox=False)
    vault.preflight()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        assert "Secret Service" in vault.store("autokey:kucoin:full", credential("full"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert vault.read("autokey:kucoin:full") == credential("full")


def test_canaries_of_a_killed_run_are_removed_from_both_stores(secret_service):
    vault = open_vault(sandbox=False)
    vault.preflight()
    keyring.backends.SecretService.Keyring().set_password("autokey:canary:0123", "json", "left")
    canary = folders.find().vault() / "canary-0123.age"
    canary.write_bytes(b"x")
    os.utime(canary, (time.time() - 3600,) * 2)
    assert [one.done for one in vault.recover()] == [True]
    assert "autokey:canary:0123" not in count_items()
    assert sealed() == []


def test_a_foreign_item_under_our_name_is_neither_overwritten_nor_read_as_ours(secret_service, credential):
    keyring.backends.SecretService.Keyring().set_password("autokey:kucoin:foreign", "json", "my own note")
    vault = open_vault(sandbox=False)
    vault.preflight()
    assert vault.holds("autokey:kucoin:foreign")
    with pytest.raises(VaultError, match="already stored"):
        vault.store("autokey:kucoin:foreign", credential("foreign"))
    with pytest.raises(VaultError, match="not a credential") as caught:
        vault.read("autokey:kucoin:foreign")
    assert "my own note" not in str(caught.value)


def test_a_keyring_that_says_it_stored_and_did_not_is_found_out():
    with pytest.raises(VaultError, match="gives back something else"):
        KeyringStore(null.Keyring(), "null", 2).set("autokey:kucoin:lie", "json", Secret("a long secret"))
