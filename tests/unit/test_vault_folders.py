"""Our folders are ours alone, and files are there whole or not at all."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autokey import folders
from autokey.errors import VaultError


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_autokey_home_moves_every_folder(home):
    found = folders.find()
    assert {found.config, found.data, found.state, found.cache} == {
        home / one for one in ("config", "data", "state", "cache")
    }
    assert found.vault(sandbox=True) != found.vault()


def test_without_autokey_home_the_folders_are_those_of_the_system(monkeypatch, tmp_path):
    monkeypatch.delenv("AUTOKEY_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert folders.find().vault() == tmp_path / "autokey" / "vault"
    folders.secure(folders.find().vault())
    assert mode(tmp_path / "autokey") == 0o700


def test_folders_are_made_closed_whatever_the_umask(home):
    before = os.umask(0)
    try:
        made = folders.secure(folders.find().vault(sandbox=True))
    finally:
        os.umask(before)
    assert [mode(one) for one in (made, made.parent, made.parent.parent)] == [0o700] * 3


def test_a_folder_that_others_may_read_is_closed(home):
    made = folders.secure(folders.find().vault())
    made.chmod(0o755)
    folders.secure(made)
    assert mode(made) == 0o700


@pytest.mark.parametrize("bits", [0o770, 0o707, 0o777])
@pytest.mark.parametrize("which", ["", "data", "data/vault"])
def test_a_folder_that_others_can_write_to_is_refused(home, bits, which):
    folders.secure(folders.find().vault())
    (home / which).chmod(bits)
    with pytest.raises(VaultError, match="Other users can write to"):
        folders.secure(folders.find().vault())


@pytest.mark.parametrize("which", ["data", "data/vault"])
def test_a_symbolic_link_in_the_path_is_refused(home, tmp_path, which):
    target = tmp_path / "elsewhere"
    target.mkdir(mode=0o700)
    (home / which).parent.mkdir(exist_ok=True, mode=0o700)
    (home / which).symlink_to(target)
    with pytest.raises(VaultError, match="symbolic link"):
        folders.secure(folders.find().vault())
    assert not list(target.iterdir())


def test_autokey_home_that_is_a_link_is_refused(home, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(home)
    monkeypatch.setenv("AUTOKEY_HOME", str(tmp_path / "link"))
    with pytest.raises(VaultError, match="symbolic link"):
        folders.secure(folders.find().vault())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
@pytest.mark.parametrize("which", ["", "data", "data/vault"])
def test_a_folder_of_another_user_is_refused(home, which):
    folders.secure(folders.find().vault())
    os.chown(home / which, 65534, 65534)
    with pytest.raises(VaultError, match="belongs to another user"):
        folders.secure(folders.find().vault())


def test_a_place_where_everybody_can_rename_our_folder_is_refused(tmp_path, monkeypatch):
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setenv("AUTOKEY_HOME", str(open_to_all / "mine"))
    with pytest.raises(VaultError, match="Everybody can write"):
        folders.secure(folders.find().vault())
    open_to_all.chmod(0o1777)
    folders.secure(folders.find().vault())


def test_a_file_where_a_folder_should_be_is_refused(home):
    (home / "data").write_text("")
    with pytest.raises(VaultError):
        folders.secure(folders.find().vault())


def test_a_new_file_never_takes_the_place_of_another(tmp_path):
    path = tmp_path / "one"
    folders.write_new(path, b"first")
    with pytest.raises(FileExistsError):
        folders.write_new(path, b"second")
    assert path.read_bytes() == b"first"
    assert mode(path) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("write", [folders.write_new, folders.replace])
def test_a_full_disk_leaves_neither_half_a_file_nor_a_temporary_one(tmp_path, write):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="large"):
            write(tmp_path / "one", b"x" * 101)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


def test_a_private_file_must_be_a_closed_plain_file_of_ours(tmp_path):
    path = tmp_path / "one"
    path.write_bytes(b"x")
    path.chmod(0o600)
    assert folders.private(path) == b"x"
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for bad in (tmp_path / "link", tmp_path / "pipe"):
        with pytest.raises(VaultError):
            folders.private(bad)
    path.chmod(0o640)
    with pytest.raises(VaultError, match="chmod 600"):
        folders.private(path)


def test_the_version_of_a_service_is_in_its_file_name():
    assert folders.file_name("autokey:coinstore:icg-mm") == "coinstore--icg-mm--1"
    assert folders.file_name("autokey:coinstore:icg-mm@2") == "coinstore--icg-mm--2"


LABEL = st.text(alphabet=st.sampled_from("ab-.:/%@1 é\0"), min_size=1, max_size=8) | st.text(min_size=1, max_size=300)


@given(st.sampled_from(["a", "b-c"]), LABEL, st.sampled_from(["a", "b-c"]), LABEL)
def test_file_names_stay_in_the_folder_and_differ_for_different_services(one, first, two, second):
    names = {folders.file_name(f"autokey:{exchange}:{label}") for exchange, label in ((one, first), (two, second))}
    assert len(names) == (1 if (one, first) == (two, second) else 2)
    for name in names:
        assert Path(name).name == name
        assert not name.startswith(".")
        assert len(name) < 220
        assert name.isascii()
