"""The command line: help, version, exit codes and sentences of every command that needs no browser."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from autokey import __version__, inventory
from autokey.app.create import plan
from autokey.app.options import Options
from autokey.orders import Wish
from autokey.vault import open_vault

COMMANDS = (
    "create", "show", "list", "exec", "exchanges", "guide", "check", "record", "new", "doctor", "resume", "sandbox",
    "selectors diff", "selectors forget",
)  # fmt: skip


def autokey(*words: str, said: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autokey", *words],
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | more,
    )


@pytest.fixture
def kept(credential, home) -> str:
    """A sandbox key in the vault file; its name."""
    open_vault(sandbox=True).preflight()
    made = credential("Desk-1")
    vault = open_vault(sandbox=True)
    vault.preflight()
    where = vault.store("autokey-sandbox:kucoin:desk-1", made)
    inventory.add(
        inventory.Entry(
            service="autokey-sandbox:kucoin:desk-1",
            exchange="kucoin",
            label="Desk-1",
            permissions=("read",),
            ips=("192.0.2.10",),
            created=made.created,
            where=where,
            flow="kucoin",
            status="verified",
            expiry=(),
            consumer="",
            account="",
        )
    )
    return "kucoin/Desk-1"


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_is_told(flag: str) -> None:
    assert autokey(flag).stdout.strip() == f"autokey {__version__}"


def test_help_names_every_command() -> None:
    told = autokey("--help")
    assert told.returncode == 0
    assert all(f"  {command.split()[0]} " in told.stdout for command in COMMANDS)
    assert "..." not in told.stdout.split("Commands:")[1], "every command's sentence is whole"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    told = autokey(*command.split(), "--help")
    assert told.returncode == 0
    assert "Usage" in told.stdout
    assert re.search(rf"^  Examples?:\n(    #.*\n)?    autokey {command}", told.stdout, re.MULTILINE), (
        "examples, as they are typed"
    )
    assert "Traceback" not in told.stderr


def test_the_exit_codes_stand_in_the_help_of_create() -> None:
    told = " ".join(autokey("create", "--help").stdout.split())
    for code in (
        "0 done",
        "2 wrong use",
        "3 refused",
        "4 the site changed",
        "5 stopped",
        "6 a key may exist",
        "7 stored",
    ):
        assert code in told
    assert "--fault" not in told, "what only tests need is not shown"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "kucoin"), 2, "EXCHANGE/LABEL"),
        (("show", "kucoin/none"), 2, "Nothing is stored"),
        (("show", "kucoin/\udcff"), 2, "EXCHANGE/LABEL"),
        (("exec", "kucoin/none", "--", "true"), 2, "Nothing is stored"),
        (("guide", "kukoin"), 2, "kucoin"),
        (("guide", "kucoin", "--for", "koinigy"), 2, "coinigy"),
        (("check", "kukoin"), 2, "kucoin"),
        (("record", "newone"), 2, "--url"),
        (("record", "newone", "--url", "http://www.example.com/"), 2, "https"),
        (("new", "newone", "--url", "ftp://www.example.com/"), 2, "https"),
        (("new", "newone", "--url", "https://[/"), 2, "https"),
        (("new", "newone", "--url", "https://www.example.com/", "--from", "walk"), 2, "contradict"),
        (
            ("create", "coinstore", "--label", "X", "--ips", "8.8.8.8", "--sandbox", "--connect", "http://[::1]:9"),
            2,
            "--conn",
        ),
        (("create", "coinstore"), 2, "label"),
        (("create", "coinstore", "--label", "x", "--timeout", "0"), 2, "timeout"),
        (("frobnicate",), 2, "frobnicate"),
        (("sandbox", "coinstore", "--fault", "meteor"), 2, "meteor"),
        (("sandbox", "coinstore", "--variant", "1999"), 2, "no variant '1999'; it has none."),
    ],
)
def test_wrong_use_is_told_without_a_traceback(words: tuple[str, ...], code: int, said: str) -> None:
    ran = autokey(*words)
    assert ran.returncode == code, ran.stderr
    assert said in ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("ips", [None, "8.8.8.8"])
def test_the_list_of_steps_has_exactly_those_that_the_order_takes(ips: str | None, home) -> None:
    wish = Wish(label="X", ips=ips, no_ip=ips is None)
    steps = plan("kucoin", wish, Options()).steps
    assert (steps.count("Choose Unrestricted."), len([one for one in steps if "Trusted IPs" in one])) == (
        (1, 0) if ips is None else (0, 1)
    )


def test_the_further_key_of_a_sandbox_run_is_one_of_the_sandbox(home) -> None:
    wish = Wish(label="X", sandbox=True)
    (other,) = plan("poloniex", wish, Options(consumer="hashdata", sandbox=True)).others
    assert other.endswith("autokey create poloniex-futures --sandbox --for hashdata --label X")


def test_a_stored_key_is_masked_unless_it_is_to_be_revealed(kept: str) -> None:
    masked, bare = autokey("show", kept), json.loads(autokey("show", kept, "--reveal", "--json").stdout)
    assert masked.returncode == 0
    assert bare["secret_key"] == f"secret-{'b' * 24}"
    assert bare["label"] == "Desk-1"
    assert bare["sandbox"] is True
    assert bare["secret_key"] not in masked.stdout
    assert bare["api_key"] not in masked.stdout
    assert "<secret>" in masked.stdout
    assert "<secret>" in autokey("show", kept, "--json").stdout


def test_a_damaged_list_keeps_nobody_from_a_key(kept: str, home: Path) -> None:
    (entry,) = home.rglob("inventory/*.json")
    entry.write_text("{")
    (entry.parent / "other.json").write_text("")
    shown = json.loads(autokey("show", kept, "--json").stdout)
    assert (shown["label"], shown["service"]) == ("desk-1", "autokey-sandbox:kucoin:desk-1")
    listed = autokey("list")
    assert (listed.returncode, listed.stdout) == (3, "")
    assert "is damaged: it lists one stored key." in listed.stderr


def test_names_are_found_in_any_spelling(kept: str) -> None:
    for name in ("KuCoin/DESK-1", "kucoin/desk-1"):
        assert autokey("show", name).returncode == 0


def test_the_list_tells_everything_but_secrets(kept: str) -> None:
    told, plain = json.loads(autokey("list", "--json").stdout), autokey("list").stdout
    assert (told["exchange"], told["label"], told["sandbox"]) == ("kucoin", "Desk-1", True)
    assert "kucoin/Desk-1 (sandbox)" in plain
    assert "192.0.2.10" in plain
    assert "secret-" not in plain + json.dumps(told)


def test_a_program_gets_the_key_in_its_environment_and_only_there(kept: str) -> None:
    script = "import os,sys; print(os.environ['KUCOIN_API_KEY'], len(os.environ['KUCOIN_API_SECRET'])); sys.exit(9)"
    ran = autokey("exec", kept, "--", sys.executable, "-c", script)
    assert ran.returncode == 9, ran.stderr
    assert ran.stdout.split() == ["0123456789abcdef" * 2, "31"]
    inner = autokey("exec", kept, "--", sys.executable, "-m", "autokey", "exec", kept, "--", "true")
    assert inner.returncode == 2
    assert "inside autokey exec is refused" in inner.stderr
    missing = autokey("exec", kept, "--", "no-such-program")
    assert missing.returncode == 2
    assert "no-such-program" in missing.stderr


def test_an_empty_home_lists_nothing_and_says_how_to_begin() -> None:
    ran = autokey("list")
    assert ran.returncode == 0
    assert "autokey create" in ran.stdout
    assert autokey("list", "--json").stdout == ""


def test_all_documented_interfaces_are_listed_with_limits_and_status() -> None:
    rows = [json.loads(line) for line in autokey("exchanges", "--json").stdout.splitlines()]
    assert {row["flow"] for row in rows} >= {
        "coinstore", "kucoin", "kucoin-2020", "poloniex", "poloniex-legacy", "poloniex-futures",
    }  # fmt: skip
    for row in rows:
        assert row["status"] in {"live", "retired"}
        assert row["gates"]
        assert row["sources"]
        assert row["rights"]["read"]
    assert {row["flow"] for row in rows if row["status"] == "retired"} == {
        "kucoin-2020", "poloniex-legacy", "poloniex-futures",
    }  # fmt: skip
    text = autokey("exchanges").stdout
    assert "expiry" in text
    assert "30 idle days" in text


def test_a_guide_names_its_source_and_the_consumers_rules() -> None:
    told = autokey("guide", "coinstore", "--for", "icg")
    assert told.returncode == 0
    assert "003_2a9f14deba905e4f.txt" in told.stdout
    assert "ICG" in told.stdout


def test_a_guide_in_a_terminal_has_no_marks_and_no_table() -> None:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 60))
    ran = subprocess.Popen([sys.executable, "-m", "autokey", "guide", "poloniex"], stdout=slave, env=os.environ)
    os.close(slave)
    shown = b""
    with suppress(OSError):  # the other side is gone
        while piece := os.read(master, 65536):
            shown += piece
    os.close(master)
    assert ran.wait(60) == 0
    lines = shown.decode().replace("\r", "").split("\n")
    assert any(line.startswith("1. Open Poloniex.") for line in lines)
    assert not re.search(r"<sub>|\*\*|^#|\|", "\n".join(lines), re.MULTILINE)
    assert max(map(len, lines)) < 60


def test_doctor_names_every_part_and_the_fix_of_what_is_wrong(home) -> None:
    rows = [json.loads(line) for line in autokey("doctor", "--json", AUTOKEY_BROWSER="").stdout.splitlines()]
    assert {"browser", "keyring", "vault", "folders", "flow"} == {row["what"].split()[0] for row in rows}
    assert all(row["good"] or row["fix"] for row in rows)
    for more in ({"PATH": "/nonexistent", "AUTOKEY_BROWSER": ""}, {"AUTOKEY_BROWSER": "/nonexistent/browser"}):
        nowhere = autokey("doctor", **more)
        assert "Traceback" not in nowhere.stderr
    assert "✗ browser: /nonexistent/browser, which AUTOKEY_BROWSER names, is not there" in nowhere.stdout
    assert nowhere.returncode == 3


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m autokey exchanges | head -n 1"
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False, env=os.environ
    )
    assert "Traceback" not in ran.stderr
    assert ran.stdout


@pytest.mark.parametrize("command", ["doctor", "guide coinstore", "check coinstore", "exchanges"])
def test_where_only_ascii_can_be_written_it_is_written(command: str) -> None:
    ran = autokey(*command.split(), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.isascii()
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_is_no_traceback(closed: str) -> None:
    for command, code in (("exchanges", 0), ("create coinstore --label ''", 2)):
        line = f"{sys.executable} -m autokey {command} {closed}"
        ran = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == code, ran.stderr
        assert "Traceback" not in ran.stderr + ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_cannot_be_written_is_told() -> None:
    ran = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m autokey exchanges > /dev/full"],
        capture_output=True, text=True, timeout=60, check=False, env=os.environ,
    )  # fmt: skip
    assert ran.returncode == 2
    assert (
        ran.stderr.strip() == "autokey: The output could not be written (No space left on device). Send it elsewhere."
    )


def test_the_sandbox_is_served_until_ctrl_c() -> None:
    import signal
    from urllib.request import urlopen

    served = subprocess.Popen(
        [sys.executable, "-m", "autokey", "sandbox", "coinstore"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    try:
        assert served.stdout is not None
        url = served.stdout.readline().split()[-1]
        with urlopen(url, timeout=10) as page:
            assert b"SANDBOX" in page.read()
        assert url.startswith("http://127.0.0.1:")
        served.send_signal(signal.SIGINT)
        assert served.wait(10) == 0
        assert "Traceback" not in served.communicate()[1]
    finally:
        served.kill()
