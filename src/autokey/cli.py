"""The command line: arguments in, exit code out. Commands are carried out in `app`.

Knows nothing of flows, pages or stores. Imports Typer, as `cli_pages` does.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from autokey import cli_pages
from autokey.errors import AutokeyError, UsageError
from autokey.secret import redact

CREATE_HELP: Final = """Create one API key on EXCHANGE and store it, before its dialog is closed.

\b
Examples:
  autokey create {name} --label MM --ips 198.51.100.7 --permissions read,trade
  autokey create {name} --label MM --ips 198.51.100.7 --for icg
  # on a look-alike on this machine
  autokey create {name} --sandbox --label TRY --ips 192.0.2.10
  # stop right before the key is made
  autokey create {name} --label MM --ips 198.51.100.7 --dry-run

Exit codes: 0 done, 2 wrong use, 3 refused as unsafe, 4 the site changed, 5 stopped or timed out,
6 a key may exist that is not stored, 7 stored but the site shows other rights or IPs.
"""
EXEC_HELP: Final = """Run a program with the credential in its environment.

It finds {upper}_API_KEY, {upper}_API_SECRET and, where there is one, {upper}_API_PASSPHRASE.

\b
Example:
  autokey exec {name}/MM -- python bot.py
"""
RESUME_HELP: Final = """Finish or explain runs that ended half-way.

Each is told as what it is: nothing was sent; a key may exist that is not stored; stored but not compared. Then the key
list is looked at, and what can be finished is finished.

\b
Examples:
  autokey resume
  # make the key anew once it is sure that none is there
  autokey resume --again

Exit codes: 0 nothing is open any more, else as of `create`.
"""
SANDBOX_HELP: Final = """Serve the look-alike of an exchange on loopback, to look at in your own browser, until Ctrl-C.

Its inbox and its authenticator are at /__sandbox__/; a wrong --fault or --variant names those that there are.

\b
Examples:
  autokey sandbox {name}
  autokey sandbox {name} --port 8000 --fault full-account
"""


def _help(said: str, *examples: str, after: str = "") -> str:
    """Give the help of a command, with examples that stay as they are."""
    shown = "\n".join(("\b", "Examples:" if len(examples) > 1 else "Example:", *(f"  {one}" for one in examples)))
    return "\n\n".join(part for part in (said, shown, after) if part)


def _some_exchange() -> str:
    """Give the name of an exchange for examples: the first file of flows/, without reading any."""
    for folder in (Path(__file__).with_name("data"), Path(__file__).resolve().parents[2]):
        if names := sorted(path.stem for path in (folder / "flows").glob("*.toml")):
            return names[0]
    return "EXCHANGE"


NAME: Final = _some_exchange()

app = typer.Typer(
    name="autokey",
    help="Creates crypto-exchange API keys in your own browser and puts them straight into your OS keyring.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> None:
    """Run the command line and exit with the documented code."""
    from autokey.browser import harden

    try:
        harden()
        app(prog_name="autokey")
    except AutokeyError as error:
        _fail(error)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(5) from None
    except OSError as error:
        _unwritten(error)
    except SystemExit as end:
        try:
            sys.stdout.flush()
        except OSError as error:
            _unwritten(error)
        raise end from None


def _unwritten(error: OSError) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would try again at its end
    if isinstance(error, BrokenPipeError):
        raise SystemExit(5) from None
    what = f"{error.filename} could not be used" if error.filename else "The output could not be written"
    _fail(
        UsageError(
            f"{what} ({error.strerror}).", fix="See `autokey doctor`." if error.filename else "Send it elsewhere."
        )
    )


def _fail(error: AutokeyError) -> NoReturn:
    sys.stderr.write(redact(f"autokey: {error}\n"))
    raise SystemExit(error.exit_code)


def _version(wanted: bool) -> None:
    if wanted:
        from autokey import __version__

        typer.echo(f"autokey {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _exchange_names() -> list[str]:
    from autokey import catalog
    from autokey.app import places

    return catalog.exchanges(places.flow_folders())


Exchange = Annotated[
    str, typer.Argument(metavar="EXCHANGE", help="See `autokey exchanges`.", autocompletion=_exchange_names)
]
Stored = Annotated[str, typer.Argument(metavar="EXCHANGE/LABEL", help=f"For example {NAME}/MM.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
OfSandbox = Annotated[bool, typer.Option("--sandbox", help="Only keys that were made on a look-alike.")]
OnSandbox = Annotated[bool, typer.Option("--sandbox", help="What you showed on a look-alike.")]


@app.command(help=CREATE_HELP.format(name=NAME), short_help="Create one API key and store it in the keyring.")
def create(  # noqa: PLR0917 - Typer reads the parameters
    exchange: Exchange,
    label: Annotated[str, typer.Option(help="Name of the key, on the site and in the keyring.")],
    ips: Annotated[str | None, typer.Option(help="Addresses the key may be used from, A,B,C.")] = None,
    no_ip: Annotated[bool, typer.Option("--no-ip", help="No IP restriction: usable from anywhere.")] = False,
    permissions: Annotated[
        str | None, typer.Option(help="read, trade, margin, futures, transfer, withdraw; default read.")
    ] = None,
    consumer: Annotated[str, typer.Option("--for", help="Take rights and IP rule from a consumer, e.g. icg.")] = "",
    together: Annotated[
        bool, typer.Option("--together", help="With --for: the keys of all accounts that it needs, one by one.")
    ] = False,
    account: Annotated[str, typer.Option(help="Stay signed in under this name; kept encrypted in the vault.")] = "",
    allow_withdraw: Annotated[
        bool, typer.Option("--allow-withdraw", help="Needed for withdraw and transfer; asks again.")
    ] = False,
    headless: Annotated[bool, typer.Option("--headless", help="No window; answers come from the terminal.")] = False,
    connect: Annotated[
        str, typer.Option(help="Use a browser that is already running, e.g. http://127.0.0.1:9222.")
    ] = "",
    via: Annotated[str, typer.Option(help="Forward the exchange's hosts to this http server (tests).")] = "",
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Use the built-in look-alike instead of the site.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Stop right before the key would be created.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Events as JSON lines on stdout, answers on stdin.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go on where a warning would stop.")] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Keep each screen that is passed, cleaned, as a recording.")
    ] = False,
    flow: Annotated[str, typer.Option(help="Follow this flow only, instead of telling by the page.")] = "",
    totp_from_keyring: Annotated[
        str,
        typer.Option(
            metavar="SERVICE",
            help="Answer the authenticator from a seed kept in the keyring under SERVICE, user totp. Off by default: "
            "a seed beside the key makes one factor out of two.",
        ),
    ] = "",
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a person at one stop.", min=1, max=86400)] = 900,
    fault: Annotated[list[str] | None, typer.Option(help="Sandbox only: a fault to switch on.", hidden=True)] = None,
    variant: Annotated[str, typer.Option(help="Sandbox only: which documented page.", hidden=True)] = "",
) -> None:
    """Create one key."""
    from autokey.app import ahead
    from autokey.app.create import create as make
    from autokey.app.options import Options
    from autokey.orders import Wish

    wish = Wish(
        label=label,
        ips=ips,
        no_ip=no_ip,
        permissions=permissions,
        account=account,
        allow_withdraw=allow_withdraw,
        sandbox=sandbox or bool(via),
        yes=yes,
    )
    options = Options(
        headless=headless,
        connect=connect,
        via=via,
        sandbox=sandbox,
        faults=tuple(fault or ()),
        variant=variant,
        dry_run=dry_run,
        json=json,
        yes=yes,
        record=record,
        flow=flow,
        consumer=consumer,
        together=together,
        totp_from_keyring=totp_from_keyring,
        timeout=timeout,
    )
    raise typer.Exit(ahead.run(make(exchange.lower(), wish, options)))


@app.command(
    short_help="Show a stored credential, masked.",
    help=_help(
        "Show a stored credential, masked unless --reveal is given.",
        f"autokey show {NAME}/MM",
        f"autokey show {NAME}/MM --reveal --json",
    ),
)
def show(
    name: Stored,
    reveal: Annotated[bool, typer.Option("--reveal", help="Print key and secret in clear.")] = False,
    json: AsJson = False,
    sandbox: OfSandbox = False,
) -> None:
    from autokey.app import shelf

    shelf.show(name, reveal=reveal, as_json=json, sandbox=sandbox)


@app.command(
    "list",
    short_help="List what is stored, without secrets.",
    help=_help(
        "List what is stored: rights, IPs, age, expiry rules. No secrets.",
        "autokey list",
        "autokey list --json",
    ),
)
def list_(json: AsJson = False) -> None:
    from autokey.app import shelf

    shelf.listing(as_json=json)


@app.command(
    "exec",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    help=EXEC_HELP.format(name=NAME, upper=NAME.upper().replace("-", "_")),
)
def exec_(context: typer.Context, name: Stored, sandbox: OfSandbox = False) -> None:
    from autokey.app import shelf

    shelf.execute(name, context.args, sandbox=sandbox)


@app.command(
    short_help="List the documented exchanges.",
    help=_help(
        "List the documented exchanges: gates, limits, expiry rules, and when each flow was last run live.",
        "autokey exchanges",
        "autokey exchanges --json",
    ),
)
def exchanges(json: AsJson = False) -> None:
    from autokey.app import flows

    flows.exchanges(as_json=json)


@app.command(
    short_help="Print a flow as a guide to follow by hand.",
    help=_help(
        "Print a flow as a guide to follow by hand, each step with its source.",
        f"autokey guide {NAME}",
        f"autokey guide {NAME} --for icg",
    ),
)
def guide(
    exchange: Exchange,
    consumer: Annotated[str, typer.Option("--for", help="Add the rules of a consumer, e.g. icg.")] = "",
) -> None:
    from autokey.app import flows

    flows.guide(exchange.lower(), consumer)


cli_pages.add(app, NAME)

selectors_app = typer.Typer(
    name="selectors",
    help="What you showed autokey about a site's pages, beside the shared selector files.",
    short_help="What you showed autokey about a site's pages.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(selectors_app)


@selectors_app.command(
    "diff",
    help=_help(
        "Print what you showed as a patch of selectors/EXCHANGE.toml.",
        "autokey selectors diff EXCHANGE | git apply",
    ),
)
def selectors_diff(exchange: Exchange, sandbox: OnSandbox = False) -> None:
    from autokey.app import learn

    learn.diff(exchange.lower(), sandbox=sandbox)


@selectors_app.command(
    "forget",
    help=_help(
        "Forget what you showed about an exchange.",
        "autokey selectors forget EXCHANGE",
    ),
)
def selectors_forget(exchange: Exchange, sandbox: OnSandbox = False) -> None:
    from autokey.app import learn

    learn.forget(exchange.lower(), sandbox=sandbox)


@app.command(
    short_help="Check this machine; each fault with its fix.",
    help=_help(
        "Check this machine: browser, keyring, vault, folders, flows; each fault with its fix.",
        "autokey doctor",
        "autokey doctor --json",
        after="Exit codes: 0 a key could be made now, 3 something is wrong.",
    ),
)
def doctor(json: AsJson = False) -> None:
    from autokey.app import doctor as examine

    raise typer.Exit(examine.run(as_json=json))


@app.command(help=RESUME_HELP, short_help="Finish or explain runs that ended half-way.")
def resume(  # noqa: PLR0917 - Typer reads the parameters
    headless: Annotated[bool, typer.Option("--headless", help="No window.")] = False,
    via: Annotated[str, typer.Option(help="Forward the exchange's hosts to this http server (tests).")] = "",
    connect: Annotated[str, typer.Option(help="Use a browser that is already running.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Events as JSON lines on stdout, answers on stdin.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a person at one stop.", min=1, max=86400)] = 900,
    again: Annotated[
        bool, typer.Option("--again", help="Create a key anew once it is sure that the half-made one is not there.")
    ] = False,
) -> None:
    from autokey.app.options import Options
    from autokey.app.resume import resume as finish

    options = Options(headless=headless, via=via, connect=connect, json=json, timeout=timeout, again=again)
    raise typer.Exit(asyncio.run(finish(options)))


@app.command(help=SANDBOX_HELP.format(name=NAME), short_help="Serve a look-alike, to look at in your own browser.")
def sandbox(
    exchange: Exchange,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    variant: Annotated[str, typer.Option(help="Which documented page, where there are several.")] = "",
    fault: Annotated[list[str] | None, typer.Option(help="A fault to switch on; may be given again.")] = None,
) -> None:
    from autokey.app import sandboxes

    sandboxes.serve(exchange.lower(), port=port, variant=variant, faults=tuple(fault or ()))
