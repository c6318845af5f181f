"""The journal: on disk before the act, without values, and readable after a kill."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from autokey import folders, journal
from autokey.errors import VaultError
from autokey.secret import Secret


def begin(**facts):
    given = {"exchange": "kucoin", "flow": "kucoin", "label": "main", "service": "autokey:kucoin:main"}
    return journal.open_journal(**given | facts)


def only():
    (run,) = journal.runs()
    return run


def test_a_run_is_read_back_as_it_was_noted():
    written = begin(account="work", permissions=frozenset({"trade", "read"}), ips=("192.0.2.1",), sandbox=True)
    written.note("before", "open-form", seconds=1.5)
    written.note("after", "open-form")
    run = only()
    assert (run.exchange, run.flow, run.label, run.account) == ("kucoin", "kucoin", "main", "work")
    assert run.service == "autokey:kucoin:main"
    assert run.facts == {"permissions": ["read", "trade"], "ips": ["192.0.2.1"], "sandbox": True}
    assert [(one.phase, one.step, one.facts) for one in run.notes] == [
        ("before", "open-form", {"seconds": 1.5}),
        ("after", "open-form", {}),
    ]
    assert run.started.endswith("Z")
    assert stat.S_IMODE(run.path.stat().st_mode) == 0o600


B, A = ("before", "verify", "creates-key"), ("after", "verify", "creates-key")
STORED, COMPARED, ENDED = ("stored", "capture", ""), ("compared", "rights", ""), ("ended", "", "")


@pytest.mark.parametrize(
    ("notes", "state"),
    [
        ([], "nothing-sent"),
        ([("before", "form", ""), ("after", "form", "")], "nothing-sent"),
        ([("before", "form", ""), ENDED], "ended"),
        ([B], "may-exist"),
        ([B, A], "may-exist"),
        ([B, ENDED], "may-exist"),
        ([B, A, STORED], "stored-not-compared"),
        ([B, A, STORED, ENDED], "stored-not-compared"),
        ([B, A, STORED, COMPARED], "compared"),
        ([B, A, STORED, COMPARED, ENDED], "ended"),
        ([B, A, STORED, COMPARED, B], "may-exist"),
        ([B, ("after", "verify", "creates-key", {"refused": True})], "nothing-sent"),
        ([B, ("after", "verify", "creates-key", {"refused": True}), B], "may-exist"),
        ([B, ("ended", "", "", {"settled": True})], "ended"),
    ],
)
def test_the_state_of_a_run_follows_from_its_notes(notes, state):
    written = begin()
    for phase, step, effect, *facts in notes:
        written.note(phase, step, effect, **(facts[0] if facts else {}))
    written.close()
    assert only().state == state


@pytest.mark.parametrize(
    "fact",
    [
        Secret("the-secret-itself"),
        ["x", Secret("the-secret-itself")],
        "=the-secret-itself=",
        {"the-secret-itself": 1},
    ],
)
def test_a_note_with_a_secret_in_it_is_refused_and_nothing_is_written(fact):
    hidden = Secret("the-secret-itself")
    written = begin()
    before = written.path.read_bytes()
    with pytest.raises(VaultError, match="holds a secret") as caught:
        written.note("before", "form", fact=fact)
    assert hidden.reveal() not in str(caught.value)
    assert written.path.read_bytes() == before
    with pytest.raises(VaultError, match="holds a secret"):
        begin(label=fact)


def test_a_fact_that_is_not_plain_is_a_fault_of_ours():
    with pytest.raises(TypeError):
        begin().note("before", "form", fact=object())


def test_on_a_full_disk_no_note_is_taken_and_the_journal_stays_whole():
    written = begin()
    written.note("before", "form")
    size = written.path.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, hard))
    try:
        with pytest.raises(VaultError, match="cannot be written"):
            written.note("before", "verify", "creates-key")
        with pytest.raises(VaultError, match="No journal can be kept"):
            begin(label="x" * 200)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert written.path.stat().st_size == size
    written.note("after", "form")
    assert [one.phase for one in only().notes] == ["before", "after"]
    assert not only().damaged


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_without_room_is_said(monkeypatch):
    written = begin()
    os.dup2(os.open("/dev/full", os.O_WRONLY), written._handle)
    with pytest.raises(VaultError, match="No space left"):
        written.note("before", "form")


def test_a_state_folder_that_cannot_be_written_is_refused(monkeypatch):
    monkeypatch.setenv("AUTOKEY_HOME", "/proc/autokey")
    with pytest.raises(VaultError, match="No journal can be kept"):
        begin()
    assert journal.runs() == []


def test_a_torn_last_line_is_passed_over_and_closed_when_the_run_goes_on():
    written = begin()
    written.note("before", "form")
    written.note("before", "verify", "creates-key")
    written.close()
    content = written.path.read_bytes()
    for cut in range(len(content) - 1, content.index(b"verify") - 60, -7):
        written.path.write_bytes(content[:cut])
        run = only()
        assert not run.damaged
        assert run.state == ("nothing-sent" if cut < len(content) - 1 else "may-exist")
    again = journal.reopen(only())
    again.note("ended", "", settled=True)
    run = only()
    assert [one.phase for one in run.notes] == ["before", "ended"]
    assert not run.damaged


def test_a_line_that_was_overwritten_makes_the_run_suspect():
    written = begin()
    written.note("before", "form")
    written.note("after", "form")
    written.close()
    lines = written.path.read_bytes().split(b"\n")
    lines[1] = b"\0" * len(lines[1])
    written.path.write_bytes(b"\n".join(lines))
    run = only()
    assert run.damaged
    assert run.state == "may-exist"


def test_files_that_are_no_journal_are_passed_over():
    folder = folders.secure(folders.find().runs)
    (folder / "empty.jsonl").write_text("")
    (folder / "other.jsonl").write_text("[1]\n")
    assert journal.runs() == []


KILLED = """
import os, signal
from autokey import journal
written = journal.open_journal(exchange="kucoin", flow="kucoin", label="main", service="autokey:kucoin:main")
written.note("before", "verify", "creates-key")
print("noted", flush=True)
signal.pause()
"""


def test_a_run_is_active_until_its_process_is_killed_and_its_notes_are_there(child):
    process = child(KILLED)
    assert process.stdout.readline() == "noted\n"
    assert only().active
    with pytest.raises(VaultError, match="still going on"):
        journal.reopen(only())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    run = only()
    assert not run.active
    assert run.state == "may-exist"
    again = journal.reopen(run)
    assert only().active
    again.note("ended", "", settled=True)
    again.close()
    assert (only().active, only().state) == (False, "ended")


def test_nothing_can_be_noted_after_the_end():
    written = begin()
    written.close()
    with pytest.raises(VaultError, match="cannot be written"):
        written.note("before", "form")


def test_every_line_is_json_of_its_own():
    written = begin(label="two\nlines \u2028 é")
    written.note("before", "a\nb")
    lines = written.path.read_text().splitlines()
    assert len(lines) == 2
    assert json.loads(lines[0])["label"] == "two\nlines \u2028 é"
