"""Reads flows, selectors and consumers from TOML into the model, strictly, with file and line in every error.

Files of the user's own folder are used like the built-in ones and are marked local. What the files mean
together (reachability, effects, once-shown secrets) is checked by `rules`.
Knows nothing of browsers, terminals, stores, or any exchange by name.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from autokey import model
from autokey.errors import FlowError, UsageError
from autokey.model import Consumer, Element, Expiry, Flow, Limits, Rule, Screen, Selectors, Shape, Source, Step
from autokey.table import Table, TomlFile

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1
EVERYWHERE: Final = "everywhere"  # selectors/everywhere.toml: interruptions of all exchanges
_ROLES: Final = (
    "password",
    "button",
    "link",
    "menuitem",
    "tab",
    "checkbox",
    "radio",
    "switch",
    "textbox",
    "combobox",
    "option",
)
_GIVEN: Final = ("", "ips", "no-ips")


@dataclass(frozen=True)
class Folders:
    """Where the built-in data lies and where the user's own does (may not exist)."""

    builtin: Path
    own: Path | None = None

    def find(self, kind: str, name: str) -> tuple[Path, bool] | None:
        """Give the file of `kind` ("flows", "selectors", "flows/consumers") and whether it is the user's own."""
        for root, local in ((self.own, True), (self.builtin, False)):
            if root is not None and (root / kind / f"{name}.toml").is_file():
                return root / kind / f"{name}.toml", local
        return None

    def names(self, kind: str) -> list[str]:
        found: set[str] = set()
        for root in (self.builtin, self.own):
            if root is not None and (root / kind).is_dir():
                found |= {path.stem for path in (root / kind).glob("*.toml")}
        return sorted(found)


def builtin() -> Path:
    """Give the folder of the shipped data: inside the wheel, or the checkout for an editable install."""
    packaged = Path(__file__).with_name("data")
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2]


def exchanges(folders: Folders) -> list[str]:
    """Give the names a user can say to `create`."""
    return sorted({flow.exchange for flow in all_flows(folders)})


def all_flows(folders: Folders) -> list[Flow]:
    return [flow_named(folders, name) for name in folders.names("flows")]


def flows_of(folders: Folders, exchange: str) -> tuple[Flow, ...]:
    """Give the flows of all documented user interfaces of one exchange, the present one first.

    Raises UsageError with the nearest names when there is none.
    """
    found = [flow_named(folders, name) for name in folders.names("flows") if _exchange_of(folders, name) == exchange]
    if not found:
        known = exchanges(folders)
        near = difflib.get_close_matches(exchange.lower(), known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
        raise UsageError(f"There is no exchange named {exchange!r}.", fix=hint)
    return tuple(sorted(found, key=lambda flow: (flow.name != exchange, flow.name)))


def _exchange_of(folders: Folders, name: str) -> object:
    """Give the exchange that a flow's file names, without reading all of it: selectors are the longer part."""
    found = folders.find("flows", name)
    return TomlFile(found[0], f"flows/{name}.toml").root.data.get("exchange", name) if found else name


@lru_cache(maxsize=64)
def flow_named(folders: Folders, name: str) -> Flow:
    """Read flows/<name>.toml with its selectors. Raises FlowError when either is not valid."""
    found = folders.find("flows", name)
    if found is None:
        raise UsageError(f"There is no flow named {name!r}.", fix=f"Known: {', '.join(folders.names('flows'))}.")
    path, local = found
    file = TomlFile(path, f"flows/{name}.toml")
    root = file.root
    _check_format(root)
    flow = Flow(
        name=name,
        exchange=root.take_text("exchange", name),
        title=root.take_text("title", None),
        site=root.take_text("site", None),
        status=cast("Any", root.take_text("status", None, one_of=("live", "retired"))),
        verified=root.take_text("verified", None),
        permissions=_permissions(root.table("permissions")),
        defaults={key: root_table.take_flag(key) for root_table in [root.table("preset")] for key in root_table.left()},
        limits=_limits(root.table("limits")),
        credential=_credential(root.table("credential")),
        expiry=tuple(_expiry(one) for one in root.tables("expiry")),
        has_label=root.take_flag("has-label", default=True),
        notes=root.take_texts("notes"),
        steps=tuple(_step(one) for one in root.tables("step")),
        selectors=selectors_named(folders, selectors := root.take_text("selectors", name)),
        path=str(path),
        local=local,
        digest=file.digest,
        left=(*file.left(), *_left(folders, selectors)),
    )
    root.end()
    return replace(flow, selectors=_guarded(flow))


@lru_cache(maxsize=64)
def selectors_named(folders: Folders, name: str) -> Selectors:
    """Read selectors/<name>.toml, with the interruptions that every exchange shares."""
    found = folders.find("selectors", name)
    if found is None:
        raise FlowError(f"selectors/{name}.toml: is missing.")
    root = TomlFile(found[0], f"selectors/{name}.toml").root
    _check_format(root)
    shared: Mapping[str, Screen] = {}
    hosts: tuple[str, ...] = ()
    if name != EVERYWHERE:
        hosts = root.take_texts("hosts", required=True)
        if folders.find("selectors", EVERYWHERE):
            shared = selectors_named(folders, EVERYWHERE).screens
    own = {key: _screen(key, one, shared=name == EVERYWHERE) for key, one in root.table("screen").items()}
    shown = root.table("shown")
    words = root.table("words")
    result = Selectors(
        name=name,
        hosts=hosts,
        screens={**own, **{key: screen for key, screen in shared.items() if key not in own}},
        shown={key: shown.take_texts(key) for key in shown.left()},
        words={language: {key: one.take_texts(key) for key in one.left()} for language, one in words.items()},
    )
    root.end()
    return result


def _left(folders: Folders, name: str) -> list[tuple[str, int, str]]:
    """Give what is still to be filled in of selectors/<name>.toml."""
    found = folders.find("selectors", name)
    return TomlFile(found[0], f"selectors/{name}.toml").left() if found else []


def _check_format(root: Table) -> None:
    found = root.take_int("format", -1, low=-1)
    if found != FORMAT:
        raise root.fail(f"must be {FORMAT}; this autokey reads no other", "format")


def _permissions(table: Table) -> dict[str, model.Offer]:
    offers = ("always", "on-request", "on-request-dangerous")
    result: dict[str, model.Offer] = {}
    for key in table.left():
        if key not in model.PERMISSIONS:
            raise table.fail(f"is not a permission; known: {', '.join(model.PERMISSIONS)}", key)
        result[key] = cast("Any", table.take_text(key, one_of=offers))
    return result


def _limits(table: Table) -> Limits:
    label, ips = table.table("label"), table.table("ips")
    known = ("yes", "no", "unknown")
    result = Limits(
        label=label.take_int("max"),
        label_min=label.take_int("min"),
        keys=table.take_int("keys"),
        ips_min=ips.take_int("min"),
        ips_max=ips.take_int("max"),
        ips_join=ips.take_text("join", ","),
        ipv6=ips.take_text("ipv6", "unknown", one_of=known),
        cidr=ips.take_text("cidr", "unknown", one_of=known),
    )
    for one in (label, ips, table):
        one.end()
    return result


def _credential(table: Table) -> dict[str, Shape]:
    result = {}
    for key, one in table.items():
        if key not in ("api_key", "secret_key", "passphrase"):
            raise table.fail("is not a field of a credential; known: api_key, secret_key, passphrase", key)
        result[key] = Shape(
            charset=cast("Any", one.take_text("charset", "any", one_of=("hex", "upper", "alnum", "any"))),
            length=one.take_int("length"),
            groups=one.take_ints("groups"),
            shown=cast("Any", one.take_text("shown", "once", one_of=("once", "again"))),
            made=one.take_flag("made"),
            minimum=one.take_int("min"),
            maximum=one.take_int("max"),
        )
        one.end()
    return result


def _expiry(table: Table) -> Expiry:
    result = Expiry(
        text=table.take_text("text", None),
        days=table.take_int("days"),
        given=cast("Any", table.take_text("given", "", one_of=_GIVEN)),
        rights=table.take_texts("rights"),
        source=table.take_text("source", None),
    )
    table.end()
    return result


def _step(table: Table) -> Step:
    verbs = [verb for verb in model.VERBS if verb in table.data]
    if len(verbs) != 1:
        raise table.fail(f"must have exactly one verb of {', '.join(model.VERBS)}, has {' and '.join(verbs) or 'none'}")
    target = table.take_texts(verbs[0], required=True)
    sources = [_source(one) for one in table.tables("guide")]
    step = Step(
        id=table.take_text("id", None),
        verb=cast("Any", verbs[0]),
        target=target,
        on=table.take_texts("on"),
        to=table.take_texts("to"),
        text=table.take_text("text", None),
        value=table.take_text("with", "", one_of=("", "label", "ips", "passphrase")),
        press=table.take_text("press"),
        send=table.take_text("send"),
        submit=table.take_text("submit"),
        state=table.take_text("state", "", one_of=("", "on", "off", "ordered")),
        also=table.take_texts("also"),
        effect=cast("Any", table.take_text("effect", "", one_of=("", *model.EFFECTS))),
        when=table.take_text("when"),
        given=cast("Any", table.take_text("given", "", one_of=_GIVEN)),
        expires=table.take_int("expires"),
        sources=tuple(sources),
        line=table.line,
    )
    table.end()
    return step


def _screen(name: str, table: Table, *, shared: bool) -> Screen:
    overlay, heading = table.take_texts("dialog"), table.take_texts("title")
    if overlay and heading:
        raise table.fail("has both `dialog` (an overlay's title) and `title` (of an overlay or a page)", "title")
    title = overlay or heading
    way_out = table.take_text("way-out")
    asks = table.take_text("asks", "", one_of=("", *model.ASKS))
    usual = "dialog" if overlay else "either" if heading else "page"
    kind = table.take_text("kind", usual, one_of=("page", "dialog", "menu", "either"))
    each = table.take_texts("each")
    signs = tuple(_element(f"is[{n}]", one) for n, one in enumerate(table.tables("is")))
    never = tuple(_element(f"never[{n}]", one) for n, one in enumerate(table.tables("never")))
    everywhere = table.take_flag("everywhere")
    elements = {key: _element(key, one) for key, one in table.items()}
    if not signs and not title:
        raise table.fail("needs `is` (its signs) or `dialog` (its title)")
    if way_out and way_out not in elements:
        raise table.fail(f"names {way_out!r}, which is not an element of this screen", "way-out")
    return Screen(
        name=name,
        kind=cast("Any", kind),
        signs=signs,
        never=never,
        title=title,
        each=each,
        elements=elements,
        way_out=way_out,
        asks=asks,
        interruption=shared or bool(way_out or asks),
        everywhere=everywhere,
        secret=any(element.secret and element.by == "labelled" for element in elements.values()),
    )


def _element(name: str, table: Table) -> Element:
    ways = [
        way
        for way in ("role", "label", "placeholder", "text", "labelled", "icon", "testid", "css")
        if way in table.data
    ]
    if len(ways) != 1:
        raise table.fail(
            "must say in exactly one way where it is: role, label, placeholder, text, labelled, icon, testid or css"
        )
    by = ways[0]
    role = ""
    words: tuple[str, ...]
    hints: tuple[str, ...] = ()
    if by == "role":
        role = table.take_text("role", None, one_of=_ROLES)
        words = table.take_texts("name")
        if not words and role != "password":
            raise table.fail("needs `name`: the words of the control", "role")
    elif by == "icon":
        hints = table.take_texts("icon", required=True)
        words = table.take_texts("name")
    else:
        words = table.take_texts(by, required=True)
    permission = table.take_text("permission", "", one_of=("", *model.PERMISSIONS))
    grants = table.take_texts("grants")
    if unknown := [word for word in grants if word not in model.PERMISSIONS]:
        raise table.fail(f"{unknown[0]!r} is not a permission; known: {', '.join(model.PERMISSIONS)}", "grants")
    anywhere = table.take_flag("anywhere")
    element = Element(
        name=name,
        by=cast("Any", by),
        words=words,
        role=role,
        within=table.take_texts("within"),
        after=table.take_texts("after"),
        hints=hints,
        corner=table.take_text("corner", "", one_of=("", "top-right")),
        beside=table.take_texts("beside"),
        row=table.take_flag("row"),
        permission=permission,
        grants=grants,
        anywhere=anywhere,
        secret=table.take_flag("secret"),
        danger=table.take_flag("danger") or bool({permission, *grants} & model.DANGEROUS) or anywhere,
        optional=table.take_flag("optional"),
    )
    table.end()
    return element


def _guarded(flow: Flow) -> Selectors:
    """Mark what must never be matched by likeness alone (design, section 4.4).

    That is: what grants a right, holds a secret, submits or clicks with an effect, or leads out of a screen that
    grants rights or shows a secret.
    """
    clicked: dict[str, set[str]] = {}
    showing = {name for step in flow.steps if step.verb == "capture" for name in step.on}
    known = {
        name: replace(screen, secret=screen.secret or name in showing)
        for name, screen in flow.selectors.screens.items()
    }
    for step in flow.steps:
        for screen_name in step.on:
            screen = known.get(screen_name)
            touched = {step.submit, step.press} | (set(step.target) if step.verb in {"click", "set"} else set())
            if step.effect or (screen is not None and _holds_what_matters(screen)):
                clicked.setdefault(screen_name, set()).update(touched)
    screens = {}
    for name, screen in known.items():
        guarded = {
            key: replace(one, guarded=True)
            for key, one in screen.elements.items()
            if one.permission or one.grants or one.secret or one.danger or key in clicked.get(name, ())
        }
        screens[name] = replace(screen, elements={**screen.elements, **guarded}) if guarded else screen
    return replace(flow.selectors, screens=screens)


def _holds_what_matters(screen: Screen) -> bool:
    return screen.secret or any(element.permission or element.grants for element in screen.elements.values())


def all_consumers(folders: Folders) -> list[Consumer]:
    return [consumer_named(folders, name) for name in folders.names("flows/consumers")]


@lru_cache(maxsize=64)
def consumer_named(folders: Folders, name: str) -> Consumer:
    """Read flows/consumers/<name>.toml. Raises UsageError with the known ones when there is none."""
    found = folders.find("flows/consumers", name)
    if found is None:
        known = folders.names("flows/consumers")
        raise UsageError(f"There is no consumer named {name!r}.", fix=f"Known: {', '.join(known)}.")
    root = TomlFile(found[0], f"flows/consumers/{name}.toml").root
    _check_format(root)
    needed, refused = root.take_texts("needs", required=True), root.take_texts("refuses")
    for word in (*needed, *refused):
        if word not in model.PERMISSIONS:
            raise root.fail(f"{word!r} is not a permission", "needs" if word in needed else "refuses")
    result = Consumer(
        name=name,
        title=root.take_text("title", None),
        needs=needed,
        refuses=refused,
        ips=cast("Any", root.take_text("ips", "", one_of=("", "given", "own", "none"))),
        exchanges=root.take_texts("exchanges", required=True),
        together=root.take_texts("together"),
        rules=tuple(_consumer_rule(one) for one in root.tables("rule")),
        handover=tuple(_handover(one) for one in root.tables("handover")),
    )
    root.end()
    return result


def _consumer_rule(table: Table) -> Rule:
    result = Rule(table.take_text("about", None), table.take_text("text", None), _source(table.table("guide")))
    table.end()
    return result


def _handover(table: Table) -> Step:
    """Read a step in the consumer's own program: a sentence and its source, for a person to do."""
    step = Step(
        id=table.take_text("id", None),
        verb="ask",
        on=(),
        target=("by-hand",),
        text=table.take_text("text", None),
        sources=tuple(_source(one) for one in table.tables("guide")),
        line=table.line,
    )
    table.end()
    return step


def _source(table: Table) -> Source:
    source = Source(table.take_text("file", None), table.take_text("step", None))
    table.end()
    return source
