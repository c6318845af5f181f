"""A walk through the pages of an exchange that has a flow: in the person's own browser, and with a kept session."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from driver import Create, command, make
from test_create_elsewhere import chromium, passphrase, person  # noqa: F401 - a fixture
from walks import folder

from autokey import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Page

WALK = ["home", "menu", "list", "form", "verification", "reveal"]


async def _through(page: Page, kept: Callable, codes: Callable[[str], str]) -> None:
    await page.locator(".hd .ico").first.click()
    await kept("menu")
    await page.get_by_text("API Management").first.click()
    await kept("list")
    await page.get_by_text("+ Create API Key").click()
    await kept("form")
    fields = page.locator("input:visible")
    await fields.nth(0).fill("grandmas-bot")
    await fields.nth(1).fill("203.0.114.7")
    await page.get_by_role("button", name="Confirm").first.click()
    await kept("verification")
    await page.get_by_text("Send", exact=True).click()
    entered = page.locator('input[placeholder="Please enter"]:visible')
    await entered.nth(0).fill(codes("email-code"))
    await entered.nth(1).fill(codes("authenticator-code"))
    await page.locator("button.go.wide:visible").last.click()
    await kept("reveal")
    await page.get_by_role("button", name="Confirm").last.click()


def test_a_walk_in_a_browser_that_runs_already_is_kept_whole_and_fits_the_flow(
    run: Callable,
    browser_path: str,
    passphrase: None,  # noqa: F811 - the fixture
) -> None:
    with (
        sandbox.start("coinstore") as site,
        chromium(run, browser_path, site) as address,
        Create("coinstore", "--connect", address, answers=site, start=("record",)) as walked,
    ):
        walked.next("note", having=lambda event: "Recorded: home" in event["text"])

        async def kept(name: str) -> None:
            await asyncio.to_thread(walked.next, "note", having=lambda event: f"Recorded: {name}" in event["text"])

        with person(run, address) as tab:
            run(_through(tab, kept, sandbox.Player(site).answer))
        walked.say({"word": "stop"})
        result = walked.next("result")
        assert walked.process.wait(30) == 0, walked.printed
        (made,) = site.state.keys
    assert result["screens"][: len(WALK)] == WALK
    written = "".join(path.read_text() for path in folder(walked).iterdir())
    assert not [one for one in (made.secret, made.api_key, "grandmas-bot", "203.0.114.7") if one in written]
    assert "Read,Trade" in written, "rights are no credential"
    assert command("check", "coinstore").returncode == 0, "the person's own recordings are held against the flow, too"


def test_a_walk_begins_signed_in_where_the_session_was_kept() -> None:
    with sandbox.start("coinstore", signed_in=False) as site:
        words = ("--label", "X", "--ips", "203.0.114.7", "--dry-run", "--account", "desk")
        assert make(site, *words).process.returncode == 0
        for account, screen in (("desk", "home"), ("another", "signed-out")):
            with Create("coinstore", "--account", account, sandbox=site, start=("record",)) as walked:
                walked.next("note", having=lambda event: "Recorded:" in event["text"])
                walked.say({"word": "stop"})
                assert walked.next("result")["screens"] == [screen]
