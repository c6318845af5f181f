"""The commands about an exchange's pages: record, new, check. Arguments in, exit code out; carried out in `app`.

Knows nothing of flows, pages or stores.
"""

from __future__ import annotations

import asyncio
from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the exchange: small letters, digits, hyphens.")]
AsJson = Annotated[bool, typer.Option("--json", help="Events as JSON lines on stdout, answers on stdin.")]
Headless = Annotated[bool, typer.Option("--headless", help="No window.")]
Via = Annotated[str, typer.Option(help="Forward the exchange's hosts to this http server (tests).")]
Connect = Annotated[str, typer.Option(help="Use a browser that is already running, e.g. http://127.0.0.1:9222.")]
OfSandbox = Annotated[bool, typer.Option("--sandbox", help="Use the built-in look-alike instead of the site.")]
Account = Annotated[str, typer.Option(help="Start signed in, with the session kept under this name.")]
Timeout = Annotated[float, typer.Option(help="Seconds to wait for a person.", min=1, max=86400)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Go on where a warning would stop.")]

RECORD_HELP = """Keep an exchange's pages, cleaned, while you click through them.

A window opens; click through the pages as you would to make a key, up to the dialog that shows it and its closing.
Every new screen is kept as a page without script or address: keys, e-mail addresses, names, labels, balances, ids and
IP addresses are replaced by examples in memory, before anything is written. A screen that could still hold something
of yours is refused, and named. Enter keeps what shows now, `stop` or closing the window ends the walk.

Written to recordings/ in a checkout, else to the recordings/ of your config folder; it says where.

\b
Examples:
  # its flow names the screens
  autokey record {name}
  # no flow yet: `autokey new` makes one of the walk
  autokey record myexchange --url https://www.example.com/ --hide "Maria Smith"
  # against a copy on this machine
  autokey record {name} --via http://127.0.0.1:8000

Exit codes: 0 recorded, 2 wrong use, 3 a screen was refused, 5 nothing was recorded.
"""
NEW_HELP = """Write the first version of a flow and its selectors for an exchange that has none.

From a walk that `autokey record` kept, with screens, elements and steps in the order you walked; without one, a
commented skeleton. What only a person can decide is marked TODO, and `autokey check NAME` lists it, line by line.

Written to flows/ and selectors/ of your config folder; it says where, and overwrites nothing.

\b
Examples:
  autokey new myexchange --from recordings/myexchange/2026-01-live-en
  autokey new myexchange --url https://www.example.com/
"""
CHECK_HELP = """Check flows and selectors against their rules and their recorded pages.

With --live: walk the read-only part of a flow on its site, up to the form. Nothing is filled in, and nothing is
pressed that grants, creates, reveals, closes or deletes. For each screen and element it says: fits, fits by likeness,
not found, or not certain. For a scheduled job, keep a session with `create --account NAME` and give the same name.

\b
Examples:
  autokey check
  autokey check {name}
  autokey check {name} --live --account main --headless --json

Exit codes: 0 all fits, 2 a flow is not valid, 4 something no longer fits on the site (--live),
5 a sign-in is needed and nobody is there (--live).
"""


def add(app: typer.Typer, example: str) -> None:
    """Add the commands to the command line; `example` is an exchange for the help."""
    app.command(help=RECORD_HELP.format(name=example), short_help="Keep an exchange's pages, cleaned.")(record)
    app.command(help=NEW_HELP, short_help="Write a first flow for an exchange that has none.")(new)
    app.command(help=CHECK_HELP.format(name=example), short_help="Check flows by rule, recording and live page.")(check)


def record(  # noqa: PLR0917 - Typer reads the parameters
    name: Name,
    url: Annotated[str, typer.Option(help="Where to begin, for an exchange that has no flow yet.")] = "",
    host: Annotated[list[str] | None, typer.Option(help="A further host of the exchange; may be given again.")] = None,
    hide: Annotated[
        list[str] | None, typer.Option(help="Words of yours that must not be kept; may be given again.")
    ] = None,
    account: Account = "",
    headless: Headless = False,
    connect: Connect = "",
    via: Via = "",
    sandbox: OfSandbox = False,
    json: AsJson = False,
    yes: Yes = False,
    timeout: Timeout = 3600,
) -> None:
    from autokey.app import record as recording
    from autokey.app.options import Options

    options = Options(headless=headless, connect=connect, via=via, sandbox=sandbox, json=json, yes=yes, timeout=timeout)
    wanted = recording.Wanted(name.lower(), url, tuple(host or ()), tuple(hide or ()), account)
    raise typer.Exit(asyncio.run(recording.record(wanted, options)))


def new(
    name: Name,
    walk: Annotated[Path | None, typer.Option("--from", help="Folder of a recording with its walk.")] = None,
    url: Annotated[str, typer.Option(help="Where the exchange's site begins, for a skeleton.")] = "",
) -> None:
    from autokey.app import new as making

    raise typer.Exit(making.new(name.lower(), walk, url))


def check(  # noqa: PLR0917 - Typer reads the parameters
    exchange: Annotated[str, typer.Argument(metavar="EXCHANGE", help="One exchange; all if left out.")] = "",
    live: Annotated[bool, typer.Option("--live", help="Look at the exchange's own pages, too.")] = False,
    flow: Annotated[str, typer.Option(help="With --live: this flow only.")] = "",
    account: Account = "",
    headless: Headless = False,
    connect: Connect = "",
    via: Via = "",
    sandbox: OfSandbox = False,
    json: AsJson = False,
    yes: Yes = False,
    timeout: Timeout = 900,
) -> None:
    from autokey.app import flows

    if not live:
        raise typer.Exit(flows.check(exchange.lower(), as_json=json))
    from autokey.app import live as looking
    from autokey.app.options import Options

    options = Options(
        headless=headless, connect=connect, via=via, sandbox=sandbox, json=json, yes=yes, flow=flow, timeout=timeout
    )
    raise typer.Exit(asyncio.run(looking.check(exchange.lower(), account, options)))
