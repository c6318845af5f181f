"""The vault file as the store of a machine without a keyring: real age, real Argon2id, real files."""

from __future__ import annotations

import json
import os
import resource
import shutil
import stat
import subprocess
import time

import pytest

from autokey import folders
from autokey.errors import VaultError
from autokey.secret import Secret
from autokey.vault import LONGEST, check_length, open_vault, status
from autokey.vault.item import encode, units

PASSPHRASE = "five words are quite enough"
SERVICE = "autokey:kucoin:main"


@pytest.fixture
def passphrase_file(tmp_path, monkeypatch):
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    path.chmod(0o600)
    monkeypatch.setenv("AUTOKEY_VAULT_PASSPHRASE_FILE", str(path))
    return path


def asking(*answers):
    given = iter(answers)
    asked = []

    def ask(text):
        asked.append(text)
        return Secret(next(given))

    ask.asked = asked
    return ask


def vault_folder():
    return folders.find().vault()


def test_what_is_stored_is_read_back_by_another_run(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    assert "vault file" in vault.preflight()
    assert not vault.holds(SERVICE)
    assert "vault file" in vault.store(SERVICE, credential("main"))
    again = open_vault(sandbox=False)
    assert again.holds(SERVICE)
    assert again.where(SERVICE) == "vault file"
    assert again.read(SERVICE) == credential("main")


def test_the_passphrase_is_asked_for_at_the_first_use_and_then_only_to_read(credential):
    ask = asking(PASSPHRASE, PASSPHRASE)
    vault = open_vault(sandbox=False, ask_passphrase=ask)
    vault.preflight()
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    assert len(ask.asked) == 2
    ask = asking(PASSPHRASE)
    vault = open_vault(sandbox=False, ask_passphrase=ask)
    vault.preflight()
    vault.store(f"{SERVICE}-b", credential("main-b"))
    assert ask.asked == []
    assert vault.read(SERVICE) == credential("main")
    assert vault.read(f"{SERVICE}-b") == credential("main-b")
    assert len(ask.asked) == 1


def test_with_nobody_to_ask_a_real_vault_is_refused_and_a_sandbox_works(credential):
    with pytest.raises(VaultError, match=r"nobody to ask.*AUTOKEY_VAULT_PASSPHRASE_FILE"):
        open_vault(sandbox=False).preflight()
    vault = open_vault(sandbox=True)
    vault.preflight()
    vault.store("autokey-sandbox:kucoin:main", credential("main"))
    assert open_vault(sandbox=True).read("autokey-sandbox:kucoin:main") == credential("main")
    assert not list(vault_folder().glob("*.age"))


@pytest.mark.parametrize("answers", [("short",), (PASSPHRASE, "another one entirely")])
def test_a_short_or_misspelt_new_passphrase_sets_nothing_up(answers):
    with pytest.raises(VaultError, match="passphrase"):
        open_vault(sandbox=False, ask_passphrase=asking(*answers)).preflight()
    assert not (vault_folder() / "identity.json").exists()


def test_a_wrong_passphrase_reads_nothing_and_changes_nothing(passphrase_file, credential, monkeypatch):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    monkeypatch.delenv("AUTOKEY_VAULT_PASSPHRASE_FILE")
    with pytest.raises(VaultError, match="not the passphrase") as caught:
        open_vault(sandbox=False, ask_passphrase=asking("wrong wrong", "wrong again", "and wrong")).read(SERVICE)
    assert "wrong again" not in str(caught.value)
    ask = asking("wrong wrong", PASSPHRASE)
    assert open_vault(sandbox=False, ask_passphrase=ask).read(SERVICE) == credential("main")
    assert [said.startswith("That is not it. ") for said in ask.asked] == [False, True]


def test_a_passphrase_file_that_others_can_read_is_refused(passphrase_file):
    passphrase_file.chmod(0o644)
    with pytest.raises(VaultError, match="chmod 600"):
        open_vault(sandbox=False).preflight()


def test_a_passphrase_file_that_is_missing_is_named(passphrase_file):
    passphrase_file.unlink()
    with pytest.raises(VaultError, match="AUTOKEY_VAULT_PASSPHRASE_FILE"):
        open_vault(sandbox=False).preflight()


def test_the_same_name_twice_is_refused_and_neither_secret_is_lost(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main", "b"))
    with pytest.raises(VaultError, match=r"already stored.*autokey:kucoin:main@2"):
        vault.store(SERVICE, credential("main", "c"))
    assert vault.read(SERVICE) == credential("main", "b")
    assert vault.read(f"{SERVICE}@2").fields == credential("main", "c").fields


RACE = """
import sys
from autokey.errors import VaultError
from autokey.model import Credential
from autokey.secret import Secret
from autokey.vault import open_vault
vault = open_vault(sandbox=True)
vault.preflight()
print("ready", flush=True)
sys.stdin.readline()
made = Credential("kucoin", "race", {"api_key": Secret("k" * 24), "secret_key": Secret(sys.argv[1] * 24)}, ("read",), (), "")
try:
    vault.store("autokey-sandbox:kucoin:race", made)
except VaultError as error:
    print("taken" if "already stored" in str(error) else error)
else:
    print("stored")
"""


def test_of_two_processes_that_store_one_name_exactly_one_gets_it(child):
    both = [child(RACE, mark) for mark in "xy"]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    assert sorted(one.communicate(timeout=30)[0].strip() for one in both) == ["stored", "taken"]
    vault = open_vault(sandbox=True)
    kept = {vault.read(f"autokey-sandbox:kucoin:{name}").fields["secret_key"].reveal() for name in ("race", "race@2")}
    assert kept == {"x" * 24, "y" * 24}


def test_nothing_readable_is_on_disk_and_every_file_is_closed(passphrase_file, credential, home):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    secret = credential("main").fields["secret_key"].reveal().encode()
    files = [one for one in home.rglob("*") if one.is_file()]
    assert files
    for one in files:
        assert secret not in one.read_bytes()
        assert b"AGE-SECRET-KEY" not in one.read_bytes()
        assert PASSPHRASE.encode() not in one.read_bytes()
        assert stat.S_IMODE(one.stat().st_mode) == 0o600, one


@pytest.mark.skipif(shutil.which("age") is None, reason="needs the package age")
def test_stock_age_opens_a_vault_file_and_we_open_what_stock_age_sealed(passphrase_file, credential, tmp_path):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    identity = tmp_path / "identity"
    identity.write_text(vault._keys_().identity().reveal() + "\n")
    path = vault_folder() / "kucoin--main--1.age"
    opened = subprocess.run(["age", "-d", "-i", identity, path], capture_output=True, check=True, text=True).stdout
    data = json.loads(opened)
    assert data["service"] == SERVICE
    assert data["secret_key"] == credential("main").fields["secret_key"].reveal()
    sealed = subprocess.run(
        ["age", "-R", vault_folder() / "recipients.txt"],
        input=opened.replace("main", "other").encode(),
        capture_output=True,
        check=True,
    ).stdout
    folders.write_new(vault_folder() / "kucoin--other--1.age", sealed)
    assert vault.read("autokey:kucoin:other").fields == credential("main").fields


def test_a_second_recipient_is_kept_and_can_open_every_new_file(passphrase_file, credential):
    from autokey.vault import age

    vault = open_vault(sandbox=False)
    vault.preflight()
    paper = age.generate()
    with (vault_folder() / "recipients.txt").open("a") as file:
        file.write(f"# on paper\n{age.public(paper)}\n")
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    opened = age.unseal((vault_folder() / "kucoin--main--1.age").read_bytes(), paper)
    assert json.loads(opened.reveal())["api_key"] == credential("main").fields["api_key"].reveal()
    assert len(status().recipients) == 2


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "swap", "list", "nameless"])
def test_a_damaged_file_is_named_and_the_others_stay_readable(passphrase_file, credential, damage):
    from autokey.vault import age

    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    vault.store("autokey:kucoin:other", credential("other"))
    path = vault_folder() / "kucoin--main--1.age"
    content = path.read_bytes()
    path.write_bytes(
        {
            "flip": content[:-3] + bytes([content[-3] ^ 1]) + content[-2:],
            "cut": content[: len(content) // 2],
            "empty": b"",
            "swap": (vault_folder() / "kucoin--other--1.age").read_bytes(),
            "list": age.seal(Secret("[1]"), status().recipients),
            "nameless": age.seal(Secret('{"api_key": "x"}'), status().recipients),
        }[damage]
    )
    with pytest.raises(VaultError, match=r"kucoin--main--1.age"):
        vault.read(SERVICE)
    assert vault.read("autokey:kucoin:other") == credential("other")


@pytest.mark.parametrize("name", ["identity.json", "recipients.txt"])
def test_damaged_keys_of_the_vault_are_told_from_a_wrong_passphrase(passphrase_file, credential, name):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    path = vault_folder() / name
    text = path.read_text()
    path.write_text(text.replace("age1", "age1x", 1))
    with pytest.raises(VaultError, match=r"damaged|not the one"):
        open_vault(sandbox=False).preflight()
    path.write_text(text)
    assert open_vault(sandbox=False).read(SERVICE) == credential("main")


def test_a_lost_private_half_is_not_replaced_while_files_need_it(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    (vault_folder() / "identity.json").unlink()
    with pytest.raises(VaultError, match="private half"):
        open_vault(sandbox=False).preflight()
    assert not (vault_folder() / "identity.json").exists()


def test_a_lost_list_of_public_keys_is_written_anew(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    before = (vault_folder() / "recipients.txt").read_text()
    (vault_folder() / "recipients.txt").unlink()
    open_vault(sandbox=False).preflight()
    assert (vault_folder() / "recipients.txt").read_text() == before


def test_a_disk_that_fills_up_is_said_and_the_old_entries_stay(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        with pytest.raises(VaultError, match=r"cannot be written|did not give back"):
            vault.preflight()
        with pytest.raises(VaultError, match="cannot be written"):
            vault.store("autokey:kucoin:other", credential("other"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert vault.read(SERVICE) == credential("main")
    assert not list(vault_folder().glob(".new-*"))


def test_a_folder_that_cannot_be_written_is_refused_before_anything_else(home, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOKEY_HOME", "/proc/autokey")  # read-only even for root
    with pytest.raises(VaultError, match="cannot be made"):
        open_vault(sandbox=True).preflight()
    assert not status(sandbox=True).safe


def test_killed_between_writing_and_naming_a_whole_file_gets_its_name_and_the_rest_goes(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    path = vault_folder() / "kucoin--main--1.age"
    whole = vault_folder() / ".new-kucoin--main--1.age-abc"
    path.rename(whole)
    half = vault_folder() / ".new-kucoin--other--1.age-def"
    half.write_bytes(whole.read_bytes()[:50])
    half.chmod(0o600)
    canary = vault_folder() / "canary-0123.age"
    canary.write_bytes(b"x")
    young = vault_folder() / "canary-4567.age"
    young.write_bytes(b"x")
    for one in (half, canary):
        os.utime(one, (time.time() - 3600,) * 2)
    repairs = vault.recover()
    assert {one.service for one in repairs} == {"", SERVICE}
    assert sorted(one.name for one in vault_folder().glob("*.age")) == ["canary-4567.age", path.name]
    assert not list(vault_folder().glob(".new-*"))
    assert vault.read(SERVICE) == credential("main")


def test_forget_removes_the_file(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    vault.forget(SERVICE)
    assert not vault.holds(SERVICE)
    with pytest.raises(VaultError, match="Nothing is stored"):
        vault.read(SERVICE)


def test_a_credential_too_long_for_windows_is_refused_before_and_kept_when_it_is_too_late(passphrase_file):
    from autokey.model import Credential

    def long(extra):
        fields = {"api_key": Secret("k"), "secret_key": Secret("s" * extra)}
        return Credential("kucoin", "long", fields, ("read",), (), "2026-01-02T03:04:05Z")

    fits = LONGEST - units(encode(long(0)))
    check_length(long(fits))
    with pytest.raises(VaultError, match=str(LONGEST + 1)):
        check_length(long(fits + 1))
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store("autokey:kucoin:fits", long(fits))
    with pytest.raises(VaultError, match=r"too long.*autokey:kucoin:long"):
        vault.store("autokey:kucoin:long", long(fits + 1))
    assert vault.read("autokey:kucoin:long") == long(fits + 1)


def test_emoji_count_as_the_units_that_windows_counts():
    assert units(Secret("a\N{PILE OF POO}")) == 3


def test_the_item_is_one_line_with_the_fields_that_readers_rely_on(credential):
    line = encode(credential("main")).reveal()
    assert "\n" not in line
    assert list(json.loads(line)) == ["api_key", "secret_key", "permissions", "ips", "created"]


def test_no_error_of_the_vault_holds_the_secret_or_a_cause(passphrase_file, credential):
    vault = open_vault(sandbox=False)
    vault.preflight()
    vault.store(SERVICE, credential("main"))
    with pytest.raises(VaultError) as caught:
        vault.store(SERVICE, credential("main"))
    assert "secret-" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_seed_where_there_is_no_keyring_is_told_so():
    with pytest.raises(VaultError, match=r"there is none on this machine\. Leave out --totp-from-keyring"):
        open_vault(sandbox=True).seed("coinstore-2fa")


def test_status_says_what_doctor_prints():
    before = status()
    assert before.safe
    assert before.identity == "not made yet"
    assert before.fix
    open_vault(sandbox=True).preflight()
    after = status(sandbox=True)
    assert (after.safe, after.writable, after.keyring, after.files) == (True, True, "", 0)
    assert "sandbox only" in after.identity
