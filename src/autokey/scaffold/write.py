"""The text of a first flow and of its selectors: as the built-in ones are written, with a TODO where one is needed.

Knows nothing of how the parts were found, of files, or any exchange by name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from autokey.scaffold.walk import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autokey.model import Element, Shape
    from autokey.scaffold.declare import Shown
    from autokey.scaffold.propose import Draft, Step

_CREDENTIAL: Final = (
    'api_key    = { charset = "any", length = 0, shown = "again" }\n'
    'secret_key = { charset = "any", length = 0, shown = "once" }'
)


def flow(draft: Draft, *, name: str) -> str:
    """Give the text of flows/NAME.toml."""
    walk = draft.walk
    title = "".join(part.capitalize() for part in name.split("-"))
    lines = [
        f"# A first flow, made by `autokey new` of a walk: read all of it. `autokey check {name}` lists what is left.",
        "format   = 1",
        f"title    = {_q(title)}  # TODO: the exchange's name as it is written on its site",
        f"site     = {_q(walk.url)}",
        'status   = "live"',
        'verified = "never"            # or the date on which you ran it on the live site with your own account',
        *([] if draft.has_label else ["has-label = false             # nothing was typed that looks like a name"]),
        "",
        "# TODO: is every right here, and offered like that? (always, on-request, on-request-dangerous: moves money)",
        "[permissions]                 # our word = how the site offers it",
        *(f"{right:<8} = {_q(offer)}" for right, offer in (draft.rights or {"read": "always"}).items()),
    ]
    if draft.preset:
        lines += ["", "[preset]                      # what the site ticks by itself"]
        lines += [f"{right} = true" for right in draft.preset]
    lines += ["", "# TODO: what does the documentation say of limits? (leave out what it does not say)", "[limits]"]
    if draft.has_ips:
        lines += ['ips   = { join = ",", ipv6 = "unknown", cidr = "unknown" }']
    lines += ["", "# TODO: are these shapes documented? They are those of one key only", "[credential]"]
    lines += [f"{field:<10} = {_shape(shape)}" for field, shape in draft.credential.items()] or [_CREDENTIAL]
    for step in draft.steps:
        lines += ["", *_step(step)]
    return "\n".join(lines) + "\n"


def _shape(shape: Shape) -> str:
    if shape.made:
        return f'{{ charset = "{shape.charset}", made = true, min = {shape.minimum}, max = {shape.maximum} }}'
    return shape_text(shape)


def _step(step: Step) -> list[str]:
    rows: list[tuple[str, str]] = [("id", _q(step.id))]
    given = str(step.more.get("given", ""))
    rows += [("given", _q(given))] if given else []
    rows += [("on", _q(step.on))] if step.on else []
    rows.append((step.verb, _value(step.target)))
    order = ("with", "press", "state", "send", "submit")
    rows += [(key, _value(step.more[key])) for key in order if step.more.get(key)]
    rows += [("to", _q(step.to))] if step.to else []
    rows += [("effect", _q(str(step.more["effect"])))] if step.more.get("effect") else []
    rows.append(("text", _q(step.text)))
    width = max(5, *(len(key) for key, _ in rows))
    made = ["[[step]]"]
    for key, value in rows:
        note = ""
        if key == step.verb and step.todo:
            note = f"  # TODO: {step.todo}"
        elif key == "effect" and value == '"creates-key"':
            note = "  # TODO: is this the one act that makes the key? Nothing is tried again from here on"
        made.append(f"{key:<{width}} = {value}{note}")
    where = f"# TODO: where is the step {step.id} documented? (address or file, and the step in it)"
    return [*made, f"{'guide':<{width}} = {{ file = {_q('TODO')}, step = {_q('TODO')} }}  {where}"]


def selectors(draft: Draft) -> str:
    """Give the text of selectors/NAME.toml."""
    lines = [
        "# Where things are, by the words a person sees; made by `autokey new` from a walk.",
        "format = 1",
        f"hosts  = [{', '.join(_q(host) for host in draft.walk.hosts)}]",
        "",
        "# TODO: how does the site write each right, and a key without IP addresses, in its key list?",
        "[shown]",
    ]
    lines += [f"{right} = {_q(draft.shown.get(right) or right.capitalize())}" for right in draft.rights or ("read",)]
    for shown in draft.screens:
        lines += ["", *_screen(shown)]
    return "\n".join(lines) + "\n"


def _screen(shown: Shown) -> list[str]:
    kind = shown.outline.kind
    rows: list[tuple[str, str]] = []
    lines = [f"[screen.{shown.page}]"]
    if kind == "dialog" and shown.title:
        rows.append(("dialog", _q(shown.title[0])))
    elif kind in {"menu", "dialog"}:
        rows.append(("kind", _q("menu" if kind == "menu" else "either")))
    if shown.everywhere:
        rows.append(("everywhere", "true"))
    if shown.signs:
        rows.append(("is", f"[{', '.join(element(one) for one in shown.signs)}]"))
    if shown.never:
        rows.append(("never", f"[{', '.join(element(one) for one in shown.never)}]"))
    if shown.way_out:
        rows.append(("way-out", _q(shown.way_out)))
    rows += [(key, element(one)) for key, one in shown.elements.items()]
    width = max((len(key) for key, _ in rows), default=0)
    return lines + [f"{key:<{width}} = {value}" for key, value in rows]


def element(one: Element) -> str:
    """Give an element as an inline table."""
    parts: list[str] = []
    if one.by == "role":
        parts += [f"role = {_q(one.role)}", f"name = {_words(one.words)}"]
    elif one.by == "icon":
        parts.append(f"icon = {_words(one.hints)}")
        parts += [f"after = {_words(one.after)}"] if one.after else []
        parts += [f"corner = {_q(one.corner)}"] if one.corner else []
    else:
        parts.append(f"{one.by} = {_words(one.words)}")
    parts += [f"within = {_words(one.within)}"] if one.within else []
    parts += [f"permission = {_q(one.permission)}"] if one.permission else []
    parts += ["anywhere = true"] if one.anywhere else []
    parts += ["secret = true"] if one.secret else []
    return f"{{ {', '.join(parts)} }}"


def _words(words: Iterable[str]) -> str:
    found = list(words)
    return _q(found[0]) if len(found) == 1 else f"[{', '.join(map(_q, found))}]"


def _value(value: str | bool | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_q, value))}]"
    return "true" if value is True else _q(str(value))


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
