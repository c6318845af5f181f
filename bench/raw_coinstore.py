"""What one would write by hand: the same clicks on the same look-alike, and the two values read.

It starts what `autokey create coinstore --sandbox --headless` starts, in the same way: the look-alike in a
thread of this process, the forwarder that keeps the page's real address, the same browser with the same
arguments. Then the shortest way through: no host rule, no rights read back, nothing journaled or stored,
nothing compared with the key list.
"""

import asyncio
import os
import shutil

from playwright.async_api import async_playwright

from autokey import sandbox
from autokey.browser.launch import _QUIET  # the very arguments that are compared
from autokey.browser.via import Via

HOST = "www.coinstore.com"


async def main() -> None:
    with sandbox.start("coinstore") as site:
        async with Via(site.url, [HOST]) as via, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=os.environ.get("AUTOKEY_BROWSER") or shutil.which("chromium-headless-shell"),
                chromium_sandbox=os.geteuid() != 0,
                args=[*_QUIET, "--window-size=1280,900", "--window-position=0,0", via.launch_argument],
            )
            context = await browser.new_context(
                viewport={"width": 1280, "height": 900}, accept_downloads=False, proxy={"server": via.proxy}
            )
            page = await context.new_page()
            await page.goto(f"https://{HOST}/", wait_until="domcontentloaded")
            await page.locator("div.ico:has(use[href='#ic-person'])").click()
            await page.get_by_text("API Management", exact=True).click()
            await page.get_by_role("button", name="Create API Key").click()
            await page.locator(".lb:has-text('Remark Name') + .ibox input").fill("ICG-MM")
            await page.locator(".lb:has-text('Bind IP Address') + .ibox input").fill("192.0.2.10,192.0.2.11")
            trade = page.locator(".ck", has_text="Trade")
            if not await trade.locator("input").is_checked():
                await trade.click()
            await page.get_by_role("button", name="Confirm").click()
            dialog = page.locator(".kit-box")
            await dialog.get_by_text("Send", exact=True).click()
            fields = dialog.locator("input")
            await fields.nth(0).fill(await asyncio.to_thread(site.world.answer, "email-code"))
            await fields.nth(1).fill(await asyncio.to_thread(site.world.answer, "authenticator-code"))
            await dialog.get_by_role("button", name="Confirm").click()
            key = await page.locator(".k:text-is('API Key') + .v").inner_text()
            secret = await page.locator(".k:text-is('Secret Key') + .v").inner_text()
            await page.get_by_role("button", name="Confirm").last.click()
            await page.get_by_text("ICG-MM", exact=True).wait_for()
            await browser.close()
    made = site.state.keys[0]
    assert (key, secret) == (made.api_key, made.secret)


asyncio.run(main())
