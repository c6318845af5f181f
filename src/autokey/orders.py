"""Checks an order against the flow before a browser opens, and against the consumer the key is for.

Every refusal is one sentence that names the rule and, where there is one, its source. Exit code 2 for what is
wrong in itself, 3 for what is not safe (design, sections 5.1 and 7).
Knows nothing of pages, browsers, stores or any exchange by name.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from autokey.errors import RefusedError, UsageError
from autokey.model import DANGEROUS, PERMISSIONS, Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autokey.model import Consumer, Flow

_SHARED: Final = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598, carrier-grade NAT
_DOCUMENTATION: Final = tuple(
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")  # RFC 5737, RFC 3849
)
_LONGEST_LABEL: Final = 200  # where the site's own limit is not known


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed on the command line, unchecked. `ips` None: not given; `permissions` None: not given."""

    label: str
    ips: str | None = None
    no_ip: bool = False
    permissions: str | None = None
    account: str = ""
    allow_withdraw: bool = False
    sandbox: bool = False
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """An order that may be carried out, and what the person should be told first."""

    order: Order
    warnings: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()  # what the consumer set, and why


def check(wish: Wish, flow: Flow, consumer: Consumer | None = None) -> Checked:
    """Make the order out of the wish.

    Raises UsageError (what is not well formed or not offered) or RefusedError (what would be unsafe).
    """
    explained: list[str] = []
    if consumer is not None:
        explained += _against_consumer(wish, flow, consumer)
    account_valid(wish.account)
    label = _label(wish.label, flow)
    permissions = _permissions(wish.permissions, flow, consumer)
    ips, warnings = _ips(wish, flow, consumer)
    _dangerous(permissions, ips, flow, allowed=wish.allow_withdraw)
    if ips and not _binds(flow):
        raise RefusedError(
            f"IP addresses were given, but no step of the {flow.title} flow can bind a key to them.",
            fix="Order the key with --no-ip if it may be used from anywhere.",
        )
    order = Order(
        exchange=flow.exchange,
        label=label,
        permissions=permissions,
        ips=ips,
        account=wish.account,
        consumer=consumer.name if consumer else "",
        sandbox=wish.sandbox,
    )
    if not ips:
        warnings.append("Without IP addresses anybody who gets hold of the key can use it from anywhere.")
    warnings += [f"{rule.text} ({rule.source})" for rule in flow.expiry if rule.applies(permissions, ips)]
    return Checked(order, tuple(warnings), tuple(explained))


def fits(order: Order, flow: Flow) -> None:
    """Say whether a checked order can be carried out on another documented interface of the exchange.

    Raises RefusedError where that interface does not offer a right or an IP rule of the order, or gives every key a
    right that was not ordered.
    """
    shown = f"The site shows its {flow.title} pages"
    nothing = "No key was created."
    missing = sorted(order.permissions - set(flow.permissions))
    if missing:
        raise RefusedError(
            f"{shown}, which offer no {', '.join(missing)}. {nothing}", fix=f"Order only {', '.join(flow.permissions)}."
        )
    always = {word for word, offer in flow.permissions.items() if offer == "always"}
    if unasked := sorted(always - order.permissions):
        raise RefusedError(
            f"{shown}, where every key can {' and '.join(unasked)}, which was not ordered. {nothing}",
            fix="If it is wanted, order it with --permissions.",
        )
    if order.ips and not _binds(flow):
        raise RefusedError(
            f"{shown}, on which a key cannot be bound to IP addresses. {nothing}",
            fix="Order the key with --no-ip if it may be used from anywhere.",
        )
    if len(order.ips) < flow.limits.ips_min or len(order.ips) > (flow.limits.ips_max or len(order.ips)):
        least, most = flow.limits.ips_min, flow.limits.ips_max or "any number of"
        raise RefusedError(
            f"{shown}, which take {least} to {most} IP addresses; {len(order.ips)} were ordered. {nothing}",
            fix="Order as many with --ips.",
        )
    try:
        for ip in order.ips:
            _address(ip, flow)
        _choosable(order.permissions, flow)
    except UsageError as error:
        raise RefusedError(f"{shown}. {error.what} {nothing}", fix=error.fix) from None
    if len(order.label) < flow.limits.label_min:
        raise RefusedError(
            f"The label is shorter than the {flow.limits.label_min} characters that {flow.title} wants. {nothing}",
            fix="Choose a longer one.",
        )
    if len(order.label) > (flow.limits.label or len(order.label)):
        raise RefusedError(
            f"The label is longer than the {flow.limits.label} characters that {flow.title} allows. {nothing}",
            fix="Choose a shorter one.",
        )


def _binds(flow: Flow) -> bool:
    """Say whether a step puts the IP addresses of an order in."""
    return any(step.value == "ips" for step in flow.steps)


def account_valid(name: str) -> None:
    """Raise UsageError for what can be no name of an account; "" says that none is kept."""
    if not name.isprintable():
        raise UsageError(
            "The name of the account holds a control or invisible character.", fix="Use letters, digits, - and _."
        )


def _label(label: str, flow: Flow) -> str:
    text = label.strip()
    if not text:
        raise UsageError("The label is empty.", fix="Give one with --label, for example --label ICG-MM.")
    if not text.isprintable():
        raise UsageError("The label holds a control or invisible character.", fix="Use letters, digits, - and _.")
    longest = flow.limits.label or _LONGEST_LABEL
    if len(text) > longest:
        where = flow.title if flow.limits.label else "autokey"
        raise UsageError(
            f"The label has {len(text)} characters; {where} allows {longest}.", fix="Choose a shorter one."
        )
    if len(text) < flow.limits.label_min:
        raise UsageError(
            f"The label has {len(text)} characters; {flow.title} wants at least {flow.limits.label_min}.",
            fix="Choose a longer one.",
        )
    if "/" in text or ":" in text:
        raise UsageError("The label holds / or :, which separate names in the keyring.", fix="Use - or _ instead.")
    return text


def _permissions(given: str | None, flow: Flow, consumer: Consumer | None) -> frozenset[str]:
    if given is None:
        wanted = {"read"} if consumer is None else set(consumer.permissions_on(flow))
    else:
        wanted = {word.strip().lower() for word in given.split(",") if word.strip()}
        if not wanted:
            raise UsageError("The list of permissions is empty.", fix="Give for example --permissions read,trade.")
    for word in sorted(wanted):
        if word not in PERMISSIONS:
            raise UsageError(
                f"There is no permission named {word[:40]!r}.", fix=f"autokey knows {', '.join(PERMISSIONS)}."
            )
        if word not in flow.permissions:
            raise UsageError(
                f"{flow.title} offers no permission that means {word}.",
                fix=f"It offers {', '.join(flow.permissions)}.",
            )
    always = {word for word, offer in flow.permissions.items() if offer == "always"}
    if unasked := sorted(always - wanted - {"read"}):
        raise RefusedError(
            f"Every key of {flow.title} can {' and '.join(unasked)}; that cannot be left out and was not ordered.",
            fix=f"If it is wanted, order it: --permissions {','.join(sorted(wanted | always, key=PERMISSIONS.index))}",
        )
    _choosable(frozenset(wanted | always), flow)
    return frozenset(wanted | always)


def _choosable(permissions: frozenset[str], flow: Flow) -> None:
    """Refuse rights for which the site has no choice of exactly these, where one choice stands for several."""
    for step in flow.steps:
        screens = [flow.selectors.screens[name] for name in step.on if name in flow.selectors.screens]
        named = [screen.elements[name] for screen in screens for name in step.target if name in screen.elements]
        choices = [element.grants for element in named if element.grants] if step.verb == "set" else []
        covered = {right for one in choices for right in one}
        if choices and permissions & covered not in [set(one) for one in choices]:
            offered = "; ".join(sorted(",".join(sorted(one, key=PERMISSIONS.index)) for one in choices))
            raise UsageError(
                f"{flow.title} has no choice of exactly {', '.join(sorted(permissions & covered))}.",
                fix=f"It offers {offered}.",
            )


def _dangerous(permissions: Iterable[str], ips: Sequence[str], flow: Flow, *, allowed: bool) -> None:
    risky = sorted(DANGEROUS.intersection(permissions))
    if not risky:
        return
    words = " and ".join(risky)
    if not allowed:
        raise RefusedError(
            f"A key with {words} can move money off the account.",
            fix="If that is what you want, say it with --allow-withdraw; most programs do not need it.",
        )
    if not ips:
        raise RefusedError(
            f"A key with {words} on {flow.title} must be bound to IP addresses.", fix="Give them with --ips."
        )


def _ips(wish: Wish, flow: Flow, consumer: Consumer | None) -> tuple[tuple[str, ...], list[str]]:
    limits = flow.limits
    if wish.ips is not None and wish.no_ip:
        raise UsageError("--ips and --no-ip contradict each other.", fix="Give one of them.")
    if wish.ips is None:
        if limits.ips_min:
            raise UsageError(
                f"{flow.title} wants at least {limits.ips_min} IP address for every key and none was given.",
                fix="Give them with --ips 198.51.100.7 (several with commas).",
            )
        if not wish.no_ip and not (consumer and consumer.ips == "none"):
            raise UsageError(
                "It was not said from which IP addresses the key may be used.",
                fix="Give them with --ips, or --no-ip if it must work from anywhere."
                if _binds(flow)
                else f"{flow.title} cannot bind a key to addresses: say --no-ip if it may work from anywhere.",
            )
        return (), []
    if any(char.isspace() for char in wish.ips):
        raise UsageError(
            "The list of IP addresses holds a space, which exchanges take for a part of the address.",
            fix=f"Write it as --ips {','.join(wish.ips.replace(',', ' ').split())}",
        )
    parts = wish.ips.split(",")
    if any(not part for part in parts):
        raise UsageError("The list of IP addresses has an empty place.", fix="Separate addresses by single commas.")
    ips: list[str] = []
    warnings: list[str] = []
    doubts: list[str] = []
    for part in parts:
        address = _address(part, flow)
        if address in ips:
            raise UsageError(f"The IP address {address} is given twice.", fix="Give each one once.")
        ips.append(address)
        if doubt := doubtful(address):
            doubts.append(f"{address} is {doubt}: no exchange will ever see a call from there.")
    if limits.ips_max and len(ips) > limits.ips_max:
        raise UsageError(
            f"{len(ips)} IP addresses were given; {flow.title} allows {limits.ips_max} for a key.",
            fix=f"Leave {len(ips) - limits.ips_max} out, or make a second key for them.",
        )
    if doubts:
        if not (wish.sandbox or wish.yes):
            raise RefusedError(doubts[0], fix="Give the public address of the machine, or --yes if you are sure.")
        warnings += doubts
    return tuple(ips), warnings


def _address(text: str, flow: Flow) -> str:
    if any(char.isspace() for char in text):
        raise UsageError(
            f"The IP address {text[:60]!r} holds a space.", fix="Write the list with commas and without spaces."
        )
    if "/" in text:
        if flow.limits.cidr == "yes":
            try:
                return str(ipaddress.ip_network(text))
            except ValueError:
                raise UsageError(f"{text[:60]!r} is not a network such as 198.51.100.0/24.") from None
        reason = "does not take" if flow.limits.cidr == "no" else "is not known to take"
        raise UsageError(f"{text} is a network; {flow.title} {reason} networks (CIDR).", fix="Give single addresses.")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise UsageError(f"{text[:60]!r} is not an IP address.", fix="Write it like 198.51.100.7.") from None
    if address.version == 6 and flow.limits.ipv6 != "yes":
        reason = "does not take" if flow.limits.ipv6 == "no" else "is not known to take"
        raise UsageError(f"{text} is an IPv6 address; {flow.title} {reason} those.", fix="Give the IPv4 address.")
    return str(address)


def doubtful(text: str) -> str:
    """Say why an address or network cannot be the public address of a machine; "" when it can."""
    network = ipaddress.ip_network(text)
    address = network.network_address
    if any(net.version == address.version and address in net for net in _DOCUMENTATION):
        return "an address for documentation"
    if address.version == 4 and address in _SHARED:
        return "a shared address of a provider (CGNAT)"
    for test, words in (
        (address.is_loopback, "this machine's own loopback address"),
        (address.is_link_local, "a link-local address"),
        (address.is_multicast, "a multicast address"),
        (address.is_unspecified, "no address at all"),
        (address.is_private, "a private address"),
        (address.is_reserved, "a reserved address"),
    ):
        if test:
            return words
    return ""


def _against_consumer(wish: Wish, flow: Flow, consumer: Consumer) -> list[str]:
    """Refuse what contradicts the consumer's rules; give the sentences that say what it set and why."""
    offered = set(consumer.permissions_on(flow))
    said: list[str] = []
    if flow.exchange not in consumer.exchanges:
        said.append(
            f"No guide describes {flow.title} for {consumer.title} (only {', '.join(consumer.exchanges)}); "
            "its rules are applied all the same."
        )
    if wish.permissions is not None:
        wanted = {word.strip().lower() for word in wish.permissions.split(",") if word.strip()}
        for word in sorted(wanted & set(consumer.refuses)):
            raise UsageError(
                f"{consumer.title} refuses keys with {word}: {consumer.why('rights')}",
                fix=f"Leave --permissions out; {consumer.title} wants {', '.join(sorted(offered))}.",
            )
        # What moves money may always be left out; without the rest the program does not do its work.
        for word in sorted(offered - wanted - DANGEROUS - {"read"}):
            raise UsageError(
                f"{consumer.title} needs {word}, which was not ordered: {consumer.why('rights')}",
                fix=f"Leave --permissions out; {consumer.title} wants {', '.join(sorted(offered))}.",
            )
    else:
        said.append(f"Permissions {', '.join(sorted(offered))}: {consumer.why('rights')}")
    if consumer.ips == "none" and wish.ips is not None:
        raise UsageError(
            f"{consumer.title} needs a key without IP restriction: {consumer.why('ips')}",
            fix="Leave --ips out.",
        )
    if consumer.ips in {"given", "own"} and wish.ips is None:
        raise UsageError(
            f"{consumer.title} needs the key bound to IP addresses and none were given: {consumer.why('ips')}",
            fix="Give them with --ips.",
        )
    if consumer.ips:
        rule = "no IP restriction" if consumer.ips == "none" else "IP addresses required"
        said.append(f"{rule[0].upper()}{rule[1:]}: {consumer.why('ips')}")
    if "passphrase" in flow.credential and consumer.why("passphrase"):
        said.append(f"Passphrase: {consumer.why('passphrase')}")
    return said
