"""A person walks through pages that no flow describes; what is kept leads to a flow, and holds nothing of theirs.

The pages are those of tests/lookalikes, under a name and an address that nothing in autokey knows.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from driver import command, home
from test_create_canary import leaks, needles
from walks import NAME, fill_in, folder, record

from lookalikes.coinstore import serve
from lookalikes.person import run as create


async def through_antd(page, world, kept) -> None:
    await page.locator(".ant-dropdown-trigger").hover()
    await kept("menu")
    await page.get_by_text("API Management").click()
    await page.get_by_text("Create API Key").click()
    await page.locator("#apiForm_remark").fill("marias-third-bot")
    await page.locator("#apiForm_ips").fill("203.0.113.5,203.0.113.6")
    await page.get_by_role("button", name="Confirm").click()
    await page.get_by_role("button", name="Send").click()
    code = await asyncio.to_thread(world.answer, "email-code")
    await page.locator("#verify_mail").fill(code)
    await page.locator("#verify_ga").fill(world.totp())
    await page.get_by_role("button", name="Confirm").last.click()
    await kept("created")
    await page.locator(".ant-modal-wrap:not(.ant-hidden)").get_by_role("button", name="Confirm").click()


async def through_forms(page, world, kept) -> None:
    await page.locator("details summary").click()
    await kept("markets")
    await page.get_by_role("link", name="API Management").click()
    await page.get_by_role("button", name="Create API Key").click()
    await page.locator("[name=remark]").fill("marias-third-bot")
    await page.locator("[name=ips]").fill("203.0.113.5,203.0.113.6")
    await page.get_by_role("button", name="Confirm").click()
    await page.get_by_role("button", name="Send").click()
    code = await asyncio.to_thread(world.answer, "email-code")
    await page.locator("#code").fill(code)
    await page.locator("#ga").fill(world.totp())
    await page.get_by_role("button", name="Confirm").click()
    await kept("created")
    await page.locator("dialog").get_by_role("button", name="Confirm").click()


WALKS = {"antd": through_antd, "forms": through_forms}


@pytest.mark.parametrize("style", WALKS)
def test_from_a_walk_to_a_stored_key(run, browser_path, style) -> None:
    with serve(style) as site:
        walked = record(run, browser_path, site.url, lambda page, kept: WALKS[style](page, site.world, kept))
        assert walked.process.returncode == 0, walked.printed
        (made,) = site.world.keys
    kept = [(str(path), path.read_bytes()) for path in folder(walked).iterdir()]
    assert leaks(kept, needles([made.secret_key, made.api_key, "marias-third-bot", "203.0.113.5"])) == []

    said = command("new", NAME, "--from", str(folder(walked)))
    assert said.returncode == 0, said.stderr
    written = [Path(line) for line in said.stdout.splitlines() if line.endswith(".toml")]
    left = command("check", NAME).stdout.splitlines()
    assert all("still to fill in" in line and "toml:" in line for line in left), left
    assert len(left) < 25
    fill_in(*written)
    checked = command("check", NAME)
    assert checked.stdout.startswith(f"✓ {NAME}:"), checked.stdout

    with serve(style) as site:
        outcome = create(site, home(), exchange=NAME)
        assert outcome.exit == 0, outcome.result
        (key,) = site.world.keys
    assert outcome.result["verified"] == "verified"
    assert [event["needs"] for event in outcome.questions] == [["email-code", "authenticator-code"]]
    assert (key.label, key.ips, key.rights) == ("ICG-MM", ("192.0.2.10", "192.0.2.11"), ("read", "trade"))
    assert outcome.stored is not None
    assert outcome.stored["secret_key"] == key.secret_key
    assert outcome.world.wrong_clicks == []


CANARIES = {
    "secret": "c4n4ryS3cr3tW0rdThatIsShownOnlyOnce9",
    "key": "c4n4ryAp1K3yThatIsShownAgain77",
    "session": "c4n4ry-session-cookie-value-31",
    "mail": "maria.schmidt@canary.example.org",
    "name": "Maria Schmidt-Kanari",
    "nick": "kanarienvogel_88",
    "label": "grandmas-savings-bot",
    "typed": "my-newest-bot",
    "password": "hunter2-canary-pass",
    "uid": "8844221199",
    "address": "203.0.113.77",
    "phone": "+49 170 5551234",
    "balance": "48,815.37",
    "code": "739182",
}
PAGE = """<!doctype html><title>Wallet of {nick}</title>
<style>header,main{{display:block;padding:12px}}td,th{{padding:8px;text-align:left}}
dialog{{width:520px}}button{{cursor:pointer}}</style>
<script>document.cookie = 'sid={session}; secure';
localStorage.setItem('profile', JSON.stringify({{nickName: '{nick}', uid: '{uid}', accessToken: 'tok-{session}'}}))</script>
<header><b>Strange</b> <a href="/u/{uid}/assets">Assets</a> <span>Welcome back, {name}</span>
<span>{mail}</span> <span title="{nick}">UID: {uid}</span> <span>{phone}</span></header>
<main><h1>API keys</h1><p>Total balance {balance} USDT</p>
<table><tr><th>Label</th><th>Allowed addresses</th><th>Key</th></tr>
<tr><td>{label}</td><td>{address}</td><td>c4n4****K3y7</td></tr></table>
<form onsubmit="event.preventDefault(); made.showModal()"><label for="n">Key name</label> <input id="n">
<label for="p">Account password</label> <input id="p" type="password">
<label for="c">Authenticator code</label> <input id="c"> <button>Create key</button></form>
<dialog id="made"><h2>Your new key</h2><p>For <b id="for">{typed}</b>, confirmed with {code}</p>
<p>API key<br><b data-clipboard-text="{key}">{key}</b></p><p>Secret key<br><b>{secret}</b></p>
<p style="display:none">{secret}</p><button onclick="made.close()">Done</button></dialog></main>"""


def test_nothing_of_a_walk_is_left_in_what_it_keeps(run, browser_path, site) -> None:
    site.pages["/"] = PAGE.format(**CANARIES)
    shown: list[str] = []

    async def person(page, kept) -> None:
        await page.fill("#n", CANARIES["typed"])
        await page.fill("#p", CANARIES["password"])
        await page.fill("#c", CANARIES["code"])
        await page.click("text=Create key")
        await kept("created")
        shown.append(await page.content())
        shown.append(json.dumps(await page.context.cookies()))
        await page.click("text=Done")

    walked = record(run, browser_path, site.url, person)
    assert walked.process.returncode == 0, walked.printed
    assert len(walked.events[-1]["screens"]) == 2
    typed = {"password"}  # it stands in a field's value, which is no part of the page's text
    assert [name for name, value in CANARIES.items() if value not in "".join(shown) and name not in typed] == []

    parts = [*CANARIES.values(), "Schmidt", "maria.schmidt", "c4n4", "5551234", "48,815", "grandma"]
    wanted = needles(parts)
    kept = [(str(path), path.read_bytes()) for path in home().rglob("*") if path.is_file()]
    assert len([where for where, _ in kept if where.endswith(".html")]) == 2
    assert leaks([*kept, ("stdout", walked.printed.encode()), ("stderr", walked.stderr.encode())], wanted) == []
    # The search finds each of them where one is put.
    for form in wanted[:: max(1, len(wanted) // 40)]:
        assert leaks([("planted", kept[0][1] + form)], wanted) == ["planted"]
    page = (folder(walked) / f"{walked.events[-1]['screens'][-1]}.aria.yaml").read_text()
    assert "Secret key" in page
    assert "Done" in page


def test_what_cannot_be_cleaned_is_refused_by_its_kind_and_screen(run, browser_path, site) -> None:
    site.pages["/"] = "<!doctype html><title>t</title><h1>Referral</h1><p>Yours: https://x.example/r/Qk7</p>"

    async def person(page, kept) -> None:
        del kept
        assert await page.title() == "t"

    walked = record(run, browser_path, site.url, person)
    result = walked.events[-1]
    assert (walked.process.returncode, result["screens"], result["folder"]) == (3, [], "")
    assert "The screen home was not recorded: its cleaned page holds a full address of the web" in result["refused"][0]
    assert "Qk7" not in walked.printed + walked.stderr
    assert not list((home() / "config").rglob("*.html"))


def test_a_run_can_keep_the_screens_it_passes(tmp_path) -> None:
    with serve("soup") as site:
        outcome = create(site, home(), "--record", label="grandmas-bot")
        (key,) = site.world.keys
    assert outcome.exit == 0, outcome.result
    kept = [(str(path), path.read_bytes()) for path in (home() / "config" / "recordings").rglob("*") if path.is_file()]
    assert {Path(where).stem for where, _ in kept} >= {"home", "menu", "list", "form", "verification", "reveal"}
    assert leaks(kept, needles([key.secret_key, key.api_key, "grandmas-bot"])) == []
    checked = command("check", outcome.result["exchange"])
    assert checked.returncode == 0, checked.stdout


def test_a_skeleton_says_line_by_line_what_is_missing() -> None:
    assert command("new", NAME, "--url", "https://www.strange.example/").returncode == 0
    checked = command("check", NAME)
    lines = checked.stdout.splitlines()
    assert checked.returncode == 2
    assert all("still to fill in: " in line for line in lines), lines
    assert len(set(lines)) == len(lines)
    refused = command("create", NAME, "--label", "X", "--no-ip", "--headless")
    assert refused.returncode == 2
    assert "still to fill in" in refused.stderr
    again = command("new", NAME, "--url", "https://www.strange.example/")
    assert (again.returncode, "already" in again.stderr) == (2, True)
