"""For a person: a run in a real terminal, the demo that plays itself, and a window on a real display."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import termios
import time

import pytest
from driver import PATIENCE, all_gone, arguments, command, environment, new_keys, place, processes, stored, truth

from autokey import inventory, sandbox
from autokey.sandbox import Player

WORDS = ("create", "coinstore", "--label", "ICG-MM", "--ips", "192.0.2.10,192.0.2.11", "--permissions", "read,trade")


class Terminal:
    """`autokey` in a real pty of its own, as the leader of its session."""

    def __init__(self, *words: str, **more: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            arguments(*words),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(TERM="xterm", COLUMNS="100", **more),
            start_new_session=True,
            preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),  # noqa: PLW1509
        )
        os.close(slave)
        self.text = ""

    def until(self, words: str, after: int = 0) -> int:
        """Read until the screen has shown `words`; give where they end."""
        end = time.monotonic() + PATIENCE
        while (found := re.search(words, self.text[after:])) is None:
            assert time.monotonic() < end, f"never shown: {words}\n{self.text}"
            if not self._read(1.0):
                assert self.process.poll() is None, f"ended before {words}\n{self.text}"
        return after + found.end()

    def _read(self, limit: float) -> bool:
        if not select.select([self.master], [], [], limit)[0]:
            return False
        try:
            self.text += os.read(self.master, 65536).decode(errors="replace")
        except OSError:  # the other side is gone
            return False
        return True

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def finish(self) -> int:
        while self.process.poll() is None:
            self._read(0.2)
        while self._read(0.1):
            pass
        os.close(self.master)
        return self.process.returncode


def test_a_person_makes_a_key_in_a_terminal() -> None:
    with sandbox.start("coinstore") as site:
        person = Player(site)
        run = Terminal(*WORDS, "--headless", "--via", site.url)
        at = run.until("E-mail code")
        email = person.answer("email-code")
        run.type(f"{email}\n")
        at = run.until("Authenticator code", at)
        code = person.answer("authenticator-code")
        run.type(f"{code}\n")
        at = run.until("Result", at)
        assert run.finish() == 0, run.text
        key = truth(site, "read,trade", "192.0.2.10,192.0.2.11")
    shown = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", run.text)
    assert "[ 1/15]" in shown
    assert "verified" in shown
    assert key.secret not in run.text
    assert key.api_key not in run.text
    assert email not in run.text, "codes are not echoed"
    assert code not in run.text
    assert stored("coinstore/ICG-MM")["secret_key"] == key.secret


def test_ctrl_c_in_a_terminal_ends_with_one_sentence_and_gives_the_terminal_back() -> None:
    with sandbox.start("coinstore") as site:
        run = Terminal(*WORDS, "--headless", "--via", site.url)
        run.until("E-mail code")
        run.type("\x03")
        assert run.finish() == 5, run.text
        assert "No key was created." in run.text
        assert "Traceback" not in run.text
        assert site.state.created == 0
    assert all_gone(), processes()


def test_ctrl_c_at_the_passphrase_of_the_vault_ends_it_and_gives_the_terminal_back() -> None:
    browser = place("tmp") / "browser"
    browser.write_text("#!/bin/sh\nexit 1\n")
    browser.chmod(0o700)
    run = Terminal("create", "coinstore", "--label", "X", "--ips", "203.0.114.7", AUTOKEY_BROWSER=str(browser))
    run.until(r"New passphrase for the vault \(asked for when a secret is read\): (?!:)")
    assert not termios.tcgetattr(run.master)[3] & termios.ECHO
    run.type("half a pass\x03")
    run.until("Stopped by you before a browser was used. No key was created.")
    assert run.process.wait(10) == 5
    assert termios.tcgetattr(run.master)[3] & termios.ECHO
    assert "half" not in run.text
    run.finish()


def test_a_terminal_that_is_closed_ends_the_run() -> None:
    with sandbox.start("coinstore") as site:
        run = Terminal(*WORDS, "--headless", "--via", site.url)
        run.until("E-mail code")
        os.close(run.master)  # the kernel sends SIGHUP to the session
        assert run.process.wait(20) == 5
        assert site.state.created == 0
    assert all_gone(), processes()


def test_in_a_terminal_the_sandbox_shows_what_there_is_to_type() -> None:
    run = Terminal(*WORDS, "--headless", "--sandbox")
    at = run.until(r"\(sandbox\) email-code to type: (\d{6})")
    email = re.findall(r"email-code to type: (\d{6})", run.text)[-1]
    run.until(r"authenticator-code to type: \d{6}")
    code = re.findall(r"authenticator-code to type: (\d{6})", run.text)[-1]
    at = run.until("E-mail code", at)
    run.type(f"{email}\n")
    run.until("Authenticator code", at)
    run.type(f"{code}\n")
    assert run.finish() == 0, run.text
    assert [entry.label for entry in inventory.entries()] == ["ICG-MM"]


@pytest.mark.parametrize("exchange", ["coinstore", "poloniex"])
def test_without_a_terminal_the_sandbox_plays_itself(exchange: str) -> None:
    words = ("--ips", "192.0.2.10") if exchange == "coinstore" else ("--no-ip",)
    ran = command("create", exchange, "--sandbox", "--headless", "--label", "DEMO", *words)
    assert ran.returncode == 0, ran.stderr
    assert "The sandbox answers for you" in ran.stderr
    kept = stored(f"{exchange}/DEMO")
    assert kept["sandbox"] is True
    assert kept["secret_key"] not in ran.stdout + ran.stderr
    listed = command("list")
    assert f"{exchange}/DEMO (sandbox)" in listed.stdout


def test_without_a_terminal_and_without_a_sandbox_the_run_stops_in_a_sentence() -> None:
    with sandbox.start("coinstore") as site:
        ran = command(*WORDS, "--headless", "--via", site.url)
        assert ran.returncode == 5, ran.stderr
        assert "--json" in ran.stderr
        assert "Traceback" not in ran.stderr
        assert new_keys(site) == []


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb to see a window")
def test_without_headless_there_is_a_window_to_look_at() -> None:
    """The X root window is looked at while the run waits: a browser's window covers what was one colour before."""
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("needs a browser that can show a window")
    shots = place("tmp") / "screen"
    shots.mkdir()
    told, tell = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tell), "-screen", "0", "1280x900x24", "-fbdir", str(shots), "-nolisten", "tcp"],
        pass_fds=[tell],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(tell)
    try:
        with os.fdopen(told) as line:
            display = f":{line.readline().strip()}"
        before = _colours(shots / "Xvfb_screen0")
        with sandbox.start("coinstore") as site:
            run = Terminal(*WORDS, "--via", site.url, DISPLAY=display)
            run.until("E-mail code")
            during = _colours(shots / "Xvfb_screen0")
            run.type("stop\n")
            assert run.finish() == 5, run.text
            assert site.state.created == 0
    finally:
        server.terminate()
        server.wait(10)
    assert before == 1
    assert during > 50
    assert all_gone(), processes()


def _colours(path) -> int:
    """How many colours stand on the screen; the file is the X server's own frame buffer (XWD, 32 bits a pixel)."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:4], "big")
    colours = int.from_bytes(raw[76:80], "big")
    pixels = raw[size + colours * 12 :]
    return len({pixels[at : at + 4] for at in range(0, len(pixels) - 3, 4 * 97)})
