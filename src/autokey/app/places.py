"""Where things are on this machine: flow folders, vault, journal, browser folder, sandbox; checks of addresses.

Knows nothing of pages, of argument parsing or of any exchange by name.
"""

from __future__ import annotations

import ipaddress
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autokey import catalog, folders, orders
from autokey.errors import AutokeyError, MismatchError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from contextlib import AsyncExitStack
    from pathlib import Path

    from autokey.app.options import Options
    from autokey.browser import Settings
    from autokey.engine.context import Context
    from autokey.engine.run import Outcome
    from autokey.model import Flow, Order
    from autokey.ports import Journal
    from autokey.sandbox import Running
    from autokey.vault import SafeVault


def flow_folders() -> catalog.Folders:
    """Give the shipped flows and, if there are any, those in the user's own config folder."""
    own = folders.find().config
    return catalog.Folders(catalog.builtin(), own if (own / "flows").is_dir() or (own / "selectors").is_dir() else None)


def browser_folder() -> Path:
    """Give the private folder for what a browser leaves (crash dumps, compile cache)."""
    return folders.secure(folders.find().cache / "browser")


def sweep() -> None:
    """Remove what the browsers of killed runs have left on disk."""
    from autokey import browser

    browser.sweep(browser_folder())


def browser_settings(flows: Iterable[Flow], options: Options, sandbox: Running | None = None) -> Settings:
    """Give how the browser is to be started or joined: the hosts of these flows, and what the command said."""
    from autokey.browser import Settings

    return Settings(
        hosts=tuple(dict.fromkeys(host for flow in flows for host in flow.selectors.hosts)),
        headless=options.headless,
        via=sandbox.url if sandbox is not None else options.via,
        connect=options.connect,
        connect_anywhere=options.yes,
        private=browser_folder(),
    )


def check_addresses(options: Options) -> None:
    """Refuse a --via or --connect that is not what it should be. Raises UsageError, RefusedError."""
    if options.via:
        check_via(options.via)
    if options.connect:
        if options.via or options.sandbox:
            raise UsageError(
                f"{'--via' if options.via else '--sandbox'} and --connect contradict each other: a look-alike needs a "
                "browser of its own.",
                fix="Leave one of them out.",
            )
        check_connect(options.connect, sure=options.yes)


def check_via(url: str) -> None:
    """Refuse a --via that is not a plain http server. Raises UsageError."""
    if _host(url, {"http"}) is None:
        raise UsageError(
            f"--via {url!r} is not the address of an http server.", fix="Write it like http://127.0.0.1:8080."
        )


def check_connect(url: str, *, sure: bool) -> None:
    """Refuse a debugging port that is not on this machine unless it was said twice (--yes). Raises RefusedError."""
    host = _host(url, {"http", "ws"})
    if host is None:
        raise UsageError(f"--connect {url!r} is not a debugging address.", fix="Write it like http://127.0.0.1:9222.")
    loopback = host == "localhost" or _is_loopback(host)
    if not loopback and not sure:
        raise RefusedError(
            f"--connect {host} is another machine: whoever runs it sees your secret.",
            fix="Use a browser on this machine, or add --yes if that machine is yours.",
        )


def _host(url: str, schemes: Collection[str]) -> str | None:
    """Give the host of an address with one of the schemes and no impossible port; None for any other text."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in schemes and parts.port != 0 and url.isprintable() and " " not in url
    except ValueError:
        return None
    return parts.hostname if known else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def vault(sandbox: bool) -> SafeVault:
    """Give the vault, which asks for its passphrase in the terminal where it needs one."""
    from autokey.app.passphrase import ask
    from autokey.vault import open_vault

    return open_vault(sandbox=sandbox, ask_passphrase=ask)


def journal(order: Order, flow: Flow, *, builtin: bool = False) -> Journal:
    """Open the journal of a new run."""
    from autokey.journal import open_journal

    return open_journal(
        exchange=order.exchange,
        flow=flow.name,
        label=order.label,
        account=order.account,
        service=order.service,
        sandbox=order.sandbox,
        permissions=sorted(order.permissions),
        ips=list(order.ips),
        consumer=order.consumer,
        builtin=builtin,  # the look-alike ends with this process, and with it every key on it
    )


def alone(order: Order, flow: Flow, options: Options) -> tuple[str, ...]:
    """Give what only one run may work on at a time: the service; the account, where new keys are told by being new."""
    if flow.has_label:
        return (order.service,)
    root = order.service.partition(":")[0]
    return (order.service, f"{root}:{order.exchange}:{order.account} {options.via}")


def start_sandbox(stack: AsyncExitStack, exchange: str, options: Options) -> Running | None:
    """Start the built-in look-alike if it was asked for; it stops with the run."""
    if not options.sandbox:
        return None
    from autokey import sandbox

    try:
        running = sandbox.start(exchange, faults=options.faults, variant=options.variant)
    except ValueError as error:
        raise UsageError(f"The sandbox cannot do that: {error}.") from None
    # Nobody waits for it: it ends with this process at the latest.
    stack.callback(threading.Thread(target=running.stop, daemon=True).start)
    return running


def read_session(vault: SafeVault, order: Order) -> dict[str, Any] | None:
    """Give the kept cookies and storage of the account, None where there are none or no account was named."""
    if not order.account:
        return None
    return vault.read_session(session_name(order))


async def keep_session(ctx: Context, session: Any) -> None:
    """Keep the account's cookies and storage, encrypted, for the next run."""
    import asyncio

    from autokey.ports import GoneError

    try:
        state = await session.storage_state()
        await asyncio.to_thread(vault(ctx.order.sandbox).keep_session, session_name(ctx.order), state)
        text = f"You stay signed in for the next run with --account {ctx.order.account}: kept encrypted."
        ctx.human.tell("note", text=text)
    except (AutokeyError, GoneError) as error:
        why = error.what if isinstance(error, AutokeyError) else "the browser was closed before its session was kept."
        ctx.human.tell("warning", text=f"You will have to sign in again next time: {why}")


def session_name(order: Order) -> str:
    """Give the name under which an account's session is kept; one account never sees another's."""
    return session_for(order.exchange, order.account, order.sandbox)


def session_for(exchange: str, account: str, sandbox: bool) -> str:
    """As `session_name`, for commands that order no key. Raises UsageError for what can be no name."""
    orders.account_valid(account)
    root = "sandbox-session" if sandbox else "session"
    return f"{root}:{exchange}:{account}".lower()


def remember(ctx: Context, outcome: Outcome | None, error: AutokeyError | None) -> None:
    """Write the stored key into the inventory: what, where, which rights, when; nothing secret."""
    from autokey import guide, inventory

    status: str = outcome.verdict if outcome else "not compared"
    if isinstance(error, MismatchError):
        status = error.what
    inventory.remove(ctx.order.service)  # one that is there is of a key that was taken out of the vault by hand
    inventory.add(
        inventory.Entry(
            service=ctx.order.service,
            exchange=ctx.flow.exchange,
            label=ctx.order.label,
            permissions=tuple(sorted(ctx.order.permissions)),
            ips=ctx.order.ips,
            created=ctx.created,
            where=ctx.place,
            flow=ctx.flow.name,
            status=status,
            expiry=tuple(
                guide.expiry(rule) for rule in ctx.flow.expiry if rule.applies(ctx.order.permissions, ctx.order.ips)
            ),
            consumer=ctx.order.consumer,
            account=ctx.order.account,
        )
    )
