"""Forwarding: pages keep their real https address while every request goes to a local server."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest
from playwright.async_api import async_playwright

from autokey.browser import Session, Settings
from autokey.browser.via import Via

HOST = "www.example-exchange.test"


@pytest.fixture
def session(run, site, browser_path, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOKEY_BROWSER", browser_path)
    made = Session(Settings(hosts=(HOST,), headless=True, via=site.url, private=tmp_path))
    run(made.start())
    yield made
    run(made.close())


async def until(page, text):
    look = await page.look()
    while not any(text in c.text for c in look.candidates):
        await page.changed(look.stamp, 10)
        look = await page.look()
    return look


def test_origin_cookies_redirects_and_secure_context_are_those_of_the_real_site(run, session, site):
    site.pages["/login"] = (
        302,
        {"location": f"https://{HOST}/home", "set-cookie": "__Host-s=1; Secure; Path=/; HttpOnly"},
        "",
    )
    site.pages["/home"] = lambda h: (
        f"<p>{h.headers['host']} {h.headers.get('cookie')}</p><p id=o></p><script>o.textContent=location.origin+' '+isSecureContext;fetch('/api',{{method:'POST',body:'x'}})</script>"
    )
    site.pages["/api"] = "ok"

    async def go():
        page = await session.open()
        await page.open(f"https://{HOST}/login")
        look = await until(page, "true")
        return look, page.host, page.hosts()

    look, host, hosts = run(go())
    texts = {c.text for c in look.candidates}
    assert f"{HOST} __Host-s=1" in texts
    assert f"https://{HOST} true" in texts
    assert look.url == f"https://{HOST}/home"
    assert host == HOST
    assert set(hosts) == {HOST}


def test_hosts_outside_the_list_are_refused_and_counted(run, session, site):
    site.pages["/"] = (
        f"<p>home</p><img src=https://other.example.test/x.png><img src='{site.url}/direct'><script>new WebSocket('wss://ws.example.test/s').onerror=()=>document.body.append('closed')</script>"
    )

    async def go():
        page = await session.open()
        await page.open(f"https://{HOST}/")
        while not {"!other.example.test", "!ws.example.test"} <= set(page.hosts()):
            await page.changed((await page.look()).stamp, 5)
        return page.hosts()

    hosts = run(asyncio.wait_for(go(), 20))
    assert hosts["!other.example.test"] >= 1
    assert not [path for _, path, _ in site.seen if path == "/direct"]


def test_what_a_server_did_not_answer_is_not_sent_to_it_again(run, session, site):
    def drop(handler):
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)
        return "never"

    site.pages |= {"/": "<p>home</p><script>go = async () => { await (await fetch('/ok')).text(); "
                   "try { document.body.append('said ' + (await fetch('/make', {method: 'POST', body: 'x'})).status) } "
                   "catch { document.body.append('said nothing') } }; go()</script>", "/ok": "ok", "/make": drop}  # fmt: skip

    async def go():
        page = await session.open()
        await page.open(f"https://{HOST}/")
        await until(page, "said")

    run(asyncio.wait_for(go(), 20))
    assert [path for verb, path, _ in site.seen if verb == "POST"] == ["/make"]


def test_the_certificate_is_taken_by_no_other_browser(run, session, site, browser_path):
    site.pages["/"] = "<p>home</p>"

    async def go():
        async with Via(site.url, [HOST]) as via, async_playwright() as p:
            browser = await p.chromium.launch(executable_path=browser_path, chromium_sandbox=False)
            context = await browser.new_context(proxy={"server": via.proxy})
            page = await context.new_page()
            try:
                await page.goto(f"https://{HOST}/")
            except Exception as error:  # noqa: BLE001 - whatever the refusal is called
                return str(error)
            finally:
                await browser.close()

    assert "ERR_CERT" in run(go())


def test_clients_that_hang_up_anywhere_leave_nothing_behind(run, site, caplog):
    site.pages["/"] = "x" * 200_000

    async def go():
        async with Via(site.url, [HOST]) as via:
            port = urlsplit(via.proxy).port
            for sent in (
                b"",
                b"GET",
                b"CONNECT x:1 HTTP/1.1\r\n\r\n",
                f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode(),
                b"\x16\x03\x01" * 9000,
                f"GET {site.url}/ HTTP/1.1\r\n\r\n".encode(),
            ):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(sent)
                await writer.drain()
                if b"CONNECT" in sent or sent.startswith(b"GET "):
                    await reader.readline()
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                writer.close()
            assert via.refused["x:1"] == 1
            assert via.refused[urlsplit(site.url).netloc] == 1
        return [t for t in asyncio.all_tasks() if "Via" in repr(t)]

    assert run(go()) == []
    assert not [r for r in caplog.records if r.name == "asyncio"]


def test_an_address_that_is_not_plain_http_is_refused():
    for url in ("https://127.0.0.1/", "ftp://x", "127.0.0.1:80", ""):
        with pytest.raises(ValueError, match="http server"):
            Via(url, [HOST])
