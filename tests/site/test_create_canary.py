"""Secrets are in no file, no output and no process table, in any form, while a key is made and afterwards."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from driver import Create, environment, home, new_keys, place

from autokey import sandbox
from autokey.secret import forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ORDERS = {
    "coinstore": ("", ("--ips", "192.0.2.10", "--permissions", "read,trade")),
    "kucoin": ("global", ("--ips", "192.0.2.10")),
    "kucoin 2020": ("2020", ("--no-ip",)),
    "poloniex": ("", ("--no-ip",)),
    "poloniex legacy": ("legacy", ("--no-ip",)),
    "poloniex-futures": ("", ("--no-ip",)),
}


def needles(values: Iterable[str]) -> list[bytes]:
    """Every form of every value, in both byte widths that a browser or a shell writes."""
    found = {form for value in values for form in (*forms(value), value.upper(), value.encode().hex().upper())}
    return [form.encode(width) for form in found if form for width in ("utf-8", "utf-16-le")]


def leaks(texts: Iterable[tuple[str, bytes]], wanted: list[bytes]) -> list[str]:
    return [where for where, text in texts if any(needle in text for needle in wanted)]


def files() -> Iterator[tuple[str, bytes]]:
    """All that the run left: its AUTOKEY_HOME, its HOME, its TMPDIR."""
    for root in (home(), place("person"), place("tmp")):
        for path in root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield str(path), path.read_bytes() + str(path).encode()


class Watch:
    """Reads command line and environment of every process of this test, again and again, while a run goes on."""

    def __init__(self) -> None:
        self.seen: dict[str, bytes] = {}
        self.rounds = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        mark = f"HOME={place('person')}".encode()
        while not self._end.wait(0.05):
            self.rounds += 1
            for folder in Path("/proc").glob("[0-9]*"):
                try:
                    around = (folder / "environ").read_bytes()
                    if mark in around:
                        line = (folder / "cmdline").read_bytes()
                        self.seen[f"{folder.name} {hash((around, line))}"] = around + line
                except OSError:
                    continue


@pytest.mark.parametrize("which", ORDERS)
def test_no_secret_is_left_anywhere(which: str) -> None:
    exchange = which.split(maxsplit=1)[0]
    variant, words = ORDERS[which]
    typed: set[str] = set()
    with sandbox.start(exchange, variant=variant) as site, Watch() as watch:
        with Create(exchange, "--label", "CANARY", *words, sandbox=site) as run:

            def answer(event: dict) -> dict:
                said = run.reply(event)
                typed.update(value for value in said.values() if value != "done")
                return said

            run.play(answer)
            assert run.finish() == 0, run.printed
        (key,) = new_keys(site)
    links = [mail.link for mail in site.inbox.mails if mail.link]
    secrets = needles(filter(None, (key.secret, key.passphrase)))
    # Six digits turn up by chance in timestamps and hashes: codes and passwords count as what they are in text.
    short = [value for value in typed if not value.startswith("https")]
    codes = [text.encode() for value in short for text in (f'"{value}"', f"={value}", f" {value} ", f":{value}")]
    everywhere = [*files(), ("stdout", run.printed.encode()), ("stderr", run.stderr.encode()), *watch.seen.items()]
    assert leaks(everywhere, secrets) == []
    assert leaks(everywhere, codes) == []
    assert leaks(everywhere, [mail.token.encode() for mail in site.inbox.mails if mail.token]) == []
    assert bool(links) == exchange.endswith("poloniex")
    assert typed
    assert watch.rounds > 3
    assert any(b"run-driver" in text for text in watch.seen.values()), "the watch saw the run's own processes"


@pytest.mark.parametrize("form", range(12))
def test_a_planted_leak_is_found(form: int) -> None:
    """The search above finds each form, wherever it is planted."""
    secret = "plänted/secret+0123456789abcdef"
    wanted = needles([secret])
    planted = wanted[form % len(wanted)]
    for folder, name in ((home(), "a"), (place("person"), ".cache"), (place("tmp"), "x.log")):
        path = folder / "deep" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\x00before" + planted + b"after")
        assert leaks(files(), wanted) == [str(path)]
        path.unlink()


def test_a_leak_in_a_process_table_is_found() -> None:
    import subprocess
    import sys

    with Watch() as watch:
        script = "import sys; sys.stdin.read()"
        child = subprocess.Popen(
            [sys.executable, "-c", script, "planted-secret-1"],
            stdin=subprocess.PIPE,
            env=environment(LEAK="planted-secret-2"),
        )
        while not leaks(watch.seen.items(), [b"planted-secret-1"]):
            assert child.poll() is None
        child.communicate()
    assert leaks(watch.seen.items(), [b"planted-secret-2"])
