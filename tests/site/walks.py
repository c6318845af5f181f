"""A person who walks through pages in a browser that `autokey record` has started, for tests.

The browser is told by a wrapper to open a debugging port beside the one that autokey uses; the person comes in there.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from driver import Create, place
from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

NAME = "strange"
SITE = "https://www.strange.example/"


def free_port() -> int:
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wrapper(browser: str, port: int) -> str:
    """A browser that can be joined at `port`."""
    path = place("tmp") / f"browser-{port}"
    path.write_text(f'#!/bin/sh\nexec {browser} --remote-debugging-port={port} "$@"\n')
    path.chmod(0o755)
    return str(path)


def record(
    run: Callable,
    browser: str,
    site: str,
    person: Callable[[Page, Callable[[str], Awaitable[None]]], Awaitable[None]],
    *words: str,
    name: str = NAME,
    url: str = SITE,
) -> Create:
    """Let `person` walk through the pages of `site` while `autokey record` looks on; give the ended command.

    The person is given the tab, and `kept(name)`: wait until a screen of that name has been kept.
    """
    port = free_port()
    more = {"AUTOKEY_BROWSER": wrapper(browser, port)}
    command = Create(name, *(["--url", url] if url else []), *words, sandbox=site, start=("record",), **more)
    with command:
        command.next("human")
        command.next("note")

        async def kept(name: str) -> None:
            await asyncio.to_thread(command.next, "note", having=lambda event: f"Recorded: {name}" in event["text"])

        async def walk() -> None:
            async with async_playwright() as driver:
                joined = await driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
                await person(joined.contexts[0].pages[0], kept)
                await joined.close()

        run(walk())
        command.say({"word": "stop"})
        command.next("result")
        command.process.wait(30)
    return command


def folder(command: Create) -> Path:
    """Where the recording was written."""
    return Path(command.events[-1]["folder"])


def fill_in(*paths: Path) -> None:
    """Do what the TODOs ask for, as somebody would who has the documentation beside them."""
    for path in paths:
        text = path.read_text()
        text = re.sub(r"[ ]*# TODO.*", "", text).replace('"TODO"', '"https://help.strange.example/api"')
        path.write_text(text.replace("max = 1,", "max = 5,"))
