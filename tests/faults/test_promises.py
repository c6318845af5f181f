"""Promises of SECURITY.md on whole runs: no safe place, no click; no journal, no act; and no error spills a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bench.stage import create, misbehaved

from autokey.secret import forms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.stage import Ran, Stage


@pytest.mark.parametrize("fault", ["full", "keyring-locked", "keyring-hanging", "keyring-lying"])
def test_without_a_place_that_keeps_what_it_is_given_no_key_is_asked_for(stage, fault):
    found = stage("coinstore", fault)
    ran = found.run(*create(found), point="start", fault=fault)
    found.make_well(fault)
    assert misbehaved(ran) == ""
    assert ran.code == 3, ran.result
    assert ran.result["error"]
    assert found.site.state.create_requests == 0


@pytest.mark.parametrize(
    "backend",
    ["keyring.backends.null.Keyring", "keyring.backends.chainer.ChainerBackend", "keyrings.alt.file.PlaintextKeyring"],
)
def test_a_keyring_that_keeps_nothing_or_keeps_it_readable_is_refused_before_a_browser_opens(stage, backend):
    found = stage("coinstore")
    found.environment["PYTHON_KEYRING_BACKEND"] = backend
    ran = found.run(*create(found))
    assert ran.code == 3, ran.result
    assert ran.result["error"]
    assert not found.site.state.requests, "not even the first page was asked for"


@pytest.mark.parametrize("note", ["before:label", "before:verify"])
def test_without_a_journal_there_is_no_act(stage, note):
    found = stage("coinstore")
    ran = found.run(*create(found), point=note, when="before", fault="full")
    assert ran.code == 3, ran.result
    assert "journal" in ran.result["error"]
    assert found.site.state.create_requests == 0


def needles(values: Iterable[str]) -> list[bytes]:
    return [form.encode(width) for value in values for form in forms(value) for width in ("utf-8", "utf-16-le")]


def leaks(stage: Stage, runs: Iterable[Ran], secrets: Iterable[str]) -> list[str]:
    """Name every file and every output of the runs that holds one of the secrets in one of its forms."""
    texts = {str(path): path.read_bytes() for path in stage.home.rglob("*") if path.is_file()}
    for number, ran in enumerate(runs):
        texts[f"output {number}"] = "\n".join([*map(json.dumps, ran.events), ran.noise]).encode()
    wanted = needles(secrets)
    return [where for where, text in texts.items() if any(one in text for one in wanted)]


@pytest.mark.parametrize(
    ("flow", "point", "when", "fault"),
    [
        ("coinstore", "before:capture", "after", "full"),
        ("coinstore", "stored:capture", "before", "kill"),
        ("kucoin", "before:capture", "after", "browser"),
        ("poloniex-futures", "before:capture", "after", "keyring-hanging"),
    ],
)
def test_whatever_breaks_around_the_secret_nothing_spills_it(stage, flow, point, when, fault):
    found = stage(flow, fault)
    found.environment |= {"HOME": str(found.home), "TMPDIR": str(found.home)}
    ran = found.run(*create(found), point=point, when=when, fault=fault)
    found.make_well(fault)
    made = [(key.secret, key.passphrase) for key in found.site.state.keys]
    assert made
    secrets = [value for pair in made for value in pair if value]
    resumed = found.run("resume", "--headless", "--json", "--via", found.via)
    assert misbehaved(ran, killed=fault == "kill") == misbehaved(resumed) == ""
    in_keyring = found.control / "keyrings"  # gnome-keyring's own files; they are sealed
    assert [where for where in leaks(found, [ran, resumed], secrets) if Path(where).parent != in_keyring] == []
    (found.home / "spilt").write_text(f"x{secrets[0]}y")
    assert leaks(found, [], secrets) == [str(found.home / "spilt")], "the search finds what is there"


ENDS = [  # one for each kind of error and exit code; the passphrase is made before the first note
    ("before:label", "raise-RuntimeError", 1, "No key was created."),
    ("before:label", "raise-UsageError", 2, "No key was created."),
    ("before:label", "raise-SiteChangedError", 4, "No key was created."),
    ("before:label", "interrupt", 5, "No key was created."),
    ("before:capture", "raise-ValueError", 6, "A key may exist on the site that is not stored here."),
    ("stored:capture", "raise-OSError", 1, "The key is stored here"),
    ("stored:capture", "raise-VaultError", 3, "The key is stored here"),
    ("compared:", "raise-MismatchError", 7, "The key is stored here"),
]


@pytest.mark.parametrize(("point", "fault", "code", "known"), ENDS)
def test_however_a_run_ends_no_secret_it_held_is_told_or_left(stage, point, fault, code, known):
    found = stage("kucoin")
    found.environment |= {"HOME": str(found.home), "TMPDIR": str(found.home)}
    ran = found.run(*create(found), point=point, when="before", fault=fault)
    assert ran.code == code, ran.result
    assert ran.result["exit"] == code
    assert known in ran.result["error"]
    secrets = {value for key in found.site.state.keys for value in (key.secret, key.passphrase) if value}
    assert bool(secrets) == (point != "before:label")
    assert leaks(found, [ran], secrets) == []
    said = json.dumps(ran.events) + ran.noise
    assert "Traceback" not in said


def test_the_kept_session_of_an_account_is_in_no_file_as_it_is(stage):
    found = stage("coinstore")
    ran = found.run(*create(found), "--account", "work")
    assert ran.code == 0, ran.result
    cookies = [session.id for session in found.site.world.sessions.values()]
    assert cookies
    assert leaks(found, [ran], cookies) == []
    assert [path for path in found.home.rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []
