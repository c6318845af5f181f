"""A browser that runs already, the person answering in its page, and accounts that stay signed in."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from driver import Create, command, events, home, make, place, stored, truth
from playwright.async_api import async_playwright

from autokey import sandbox
from autokey.browser.via import Via

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = ("--label", "ICG-MM", "--ips", "203.0.114.7", "--permissions", "read,trade")
CODES = ("email-code", "authenticator-code")
HOST = "www.coinstore.com"


@contextlib.contextmanager
def chromium(run: Callable, path: str, site: sandbox.Running) -> Iterator[str]:
    """A Chromium of the person's own, for which the exchange's address leads to the look-alike; its debug address."""
    profile = place("tmp") / "profile"
    forward = run(Via(site.url, [HOST]).start())
    own = subprocess.Popen(
        [path, "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", f"--proxy-server={forward.proxy}",
         forward.launch_argument, *(["--no-sandbox"] if os.geteuid() == 0 else []), "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Debian starts it by a script: all of it is ended below
    )  # fmt: skip
    try:
        told = profile / "DevToolsActivePort"
        end = time.monotonic() + 30
        while not (told.exists() and told.read_text().count("\n")):
            assert own.poll() is None
            assert time.monotonic() < end, "the browser of this test did not start"
        yield f"http://127.0.0.1:{told.read_text().split()[0]}"
    finally:
        os.killpg(own.pid, signal.SIGTERM)
        own.wait(20)
        run(forward.close())


@contextlib.contextmanager
def person(run: Callable, address: str) -> Iterator[Any]:
    """The person at that browser: gives its tab of the exchange."""

    async def sit() -> tuple[Any, Any]:
        driver = await async_playwright().start()
        browser = await driver.chromium.connect_over_cdp(address)
        (tab,) = [one for context in browser.contexts for one in context.pages if HOST in one.url]
        return driver, tab

    driver, tab = run(sit())
    try:
        yield tab
    finally:
        run(driver.stop())


async def _answer(tab: Any, codes: dict[str, str]) -> None:
    fields = tab.locator('input[placeholder="Please enter"]:visible')
    await fields.nth(0).fill(codes["email-code"])
    await fields.nth(1).fill(codes["authenticator-code"])
    await tab.locator("button.go.wide:visible").last.click()


@pytest.fixture
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vault passphrase, as on a machine without keyring: these runs are no sandbox runs for autokey."""
    path = place("person") / "passphrase"
    path.write_text("correct horse battery staple")
    path.chmod(0o600)
    monkeypatch.setenv("AUTOKEY_VAULT_PASSPHRASE_FILE", str(path))


def test_the_person_may_answer_in_the_page_of_a_browser_that_runs_already(
    run: Callable, browser_path: str, passphrase: None
) -> None:
    with (
        sandbox.start("coinstore") as site,
        chromium(run, browser_path, site) as address,
        Create("coinstore", *WORDS, "--connect", address, answers=site) as made,
    ):
        event = made.asked(*CODES)
        with person(run, address) as tab:
            run(_answer(tab, made.reply(event)))
            made.next("result")
            assert made.finish() == 0, made.printed
        assert made.humans == [event], "asked once, answered in the page"
        key = truth(site, "read,trade", "203.0.114.7")
        assert made.result["sandbox"] is False
        kept = stored("coinstore/ICG-MM")
        assert (kept["api_key"], kept["secret_key"]) == (key.api_key, key.secret)
        assert kept["service"] == "autokey:coinstore:icg-mm"


def test_a_tab_that_the_person_closes_ends_the_run(run: Callable, browser_path: str, passphrase: None) -> None:
    with (
        sandbox.start("coinstore") as site,
        chromium(run, browser_path, site) as address,
        Create("coinstore", *WORDS, "--connect", address, answers=site) as made,
    ):
        made.asked(*CODES)
        with person(run, address) as tab:
            run(tab.close())
            assert made.next("result")["exit"] == made.finish() == 5
        assert "window was closed" in made.result["error"]
        assert site.state.created == 0


def test_a_joined_browser_goes_on_running(run: Callable, browser_path: str, passphrase: None) -> None:
    with sandbox.start("coinstore") as site, chromium(run, browser_path, site) as address:
        ran = command("create", "coinstore", *WORDS, "--connect", address, "--dry-run", "--json")
        assert events(ran.stdout)[-1]["status"] == "dry-run", ran.stdout
        import urllib.request

        with urllib.request.urlopen(f"{address}/json/version", timeout=10) as told:
            assert json.load(told)["Browser"]


def test_no_browser_at_the_address_is_a_sentence(passphrase: None) -> None:
    ran = command("create", "coinstore", *WORDS, "--connect", "http://127.0.0.1:9", "--json")
    assert ran.returncode == 2
    assert "No browser answers at http://127.0.0.1:9" in events(ran.stdout)[-1]["error"]


def _asked_to_sign_in(run: Create) -> bool:
    return any("sign-in" in event["needs"] for event in run.humans)


def test_an_account_stays_signed_in_and_no_other_does() -> None:
    """First run: signs in. Second run of the account: no question. Another account, or none: asked."""
    with sandbox.start("coinstore", signed_in=False) as site:

        def dry(*words: str) -> Create:
            run = make(site, *WORDS, "--dry-run", *words)
            assert run.process.returncode == 0, run.printed
            return run

        assert _asked_to_sign_in(dry("--account", "desk-1"))
        assert not _asked_to_sign_in(dry("--account", "desk-1"))
        assert _asked_to_sign_in(dry("--account", "desk-2"))
        assert _asked_to_sign_in(dry())
        sessions = list(site.world.sessions)
        assert len(sessions) >= 3, "three browsers with a session of their own"
        kept = [path for path in home().rglob("*") if path.is_file()]
        assert any("sessions" in path.parts for path in kept)
        for path in kept:
            raw = path.read_bytes()
            assert not any(session.encode() in raw for session in sessions), f"a readable cookie in {path}"
            assert b"sandbox_session" not in raw, path
