"""Fixtures for tests on live pages: an event loop, a loopback web server, a browser, a page on it."""

import asyncio
import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.async_api import async_playwright
from playwright.sync_api import sync_playwright

from autokey.browser.page import BrowserPage
from loopback import Handler, Server


@pytest.fixture(scope="session")
def run() -> Iterator[Callable]:
    """run(coro) -> result, on a loop of its own thread, so that it mixes with `chromium`, which needs the main one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield lambda coro: asyncio.run_coroutine_threadsafe(coro, loop).result(60)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser for tests: the headless shell where there is one, it starts fastest."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if path := os.environ.get("AUTOKEY_BROWSER") or shutil.which(name):
            return path
    pytest.skip("no Chromium on this machine")


class Site:
    """A loopback web server. `pages` maps a path to HTML, to (status, headers, body), or to a function of the path."""

    def __init__(self) -> None:
        self.pages: dict[str, object] = {}
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        site = self

        class Telling(Handler):
            def get(self) -> None:
                self.body()
                site.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
                found = site.pages.get(self.path.split("?")[0])
                if callable(found):
                    found = found(self)
                if found is None:
                    found = (404, {}, "nothing here")
                status, headers, body = found if isinstance(found, tuple) else (200, {}, found)
                kind = "" if "content-type" in headers else "text/html; charset=utf-8"
                self.reply(body.encode() if isinstance(body, str) else body, kind, status, headers.items())

        self.server = Server(Telling)
        self.port = self.server.server_port
        self.url = self.server.url


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.close()


@pytest.fixture
def serve(site: Site) -> Callable[..., str]:
    """serve(html, path="/") -> its address on loopback."""

    def put(html: object, path: str = "/") -> str:
        site.pages[path] = (
            html if not isinstance(html, str) or "<html" in html else f"<!doctype html><title>t</title>{html}"
        )
        return site.url + path

    return put


@pytest.fixture(scope="session")
def live_browser(run: Callable, browser_path: str) -> Iterator:
    async def start() -> tuple:
        driver = await async_playwright().start()
        shell = "headless-shell" in browser_path
        browser = await driver.chromium.launch(
            executable_path=browser_path,
            headless=True,
            chromium_sandbox=os.geteuid() != 0,
            args=[] if shell else None,
        )
        return driver, browser

    driver, browser = run(start())
    yield browser
    run(browser.close())
    run(driver.stop())


@pytest.fixture
def live_context(run: Callable, live_browser: object) -> Iterator:
    made = run(live_browser.new_context(viewport={"width": 1280, "height": 800}))
    yield made
    with contextlib.suppress(Exception):
        run(made.close())


@pytest.fixture
def live(run: Callable, live_context: object, site: Site) -> Iterator[BrowserPage]:
    """A BrowserPage whose only allowed host is the loopback server `site`."""
    made = run(BrowserPage.start(live_context, [site.url], headless=True))
    yield made
    run(made.close())


@pytest.fixture
def show(run: Callable, live: BrowserPage, serve: Callable) -> Callable:
    """show(html) -> the look at a page with that body."""

    def go(html: str) -> object:
        run(live.open(serve(html)))
        return run(live.look())

    return go


@pytest.fixture(scope="module")
def chromium(browser_path: str) -> Iterator:
    """A browser with Playwright's sync interface, for the tests of one module.

    It keeps a running event loop in the main thread, where no other module's `asyncio.run` may meet it.
    """
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: object) -> Iterator[Callable]:
    """visit(running) -> the page of a person with a new browser; no script error may come up."""
    contexts, wrong = [], []

    def opened(running: object, path: str = "/") -> object:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(error.message))
        page.goto(running.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
