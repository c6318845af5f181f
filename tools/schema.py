"""Writes docs/schema/{flow,selectors,consumer}.json: what an editor offers and underlines in a contributed file.

    python tools/schema.py

The keys come from the reader itself: `autokey.catalog` is run once on a table that notes down what it is asked
for. A key that the reader learns is in the schema by itself; only the sentences beside the keys are written here.
"""

# ruff: noqa: T201, INP001 - a script for the terminal that watches the reader at work

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from autokey import catalog, model
from autokey.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "docs" / "schema"
ANY: Final = "*"  # stands for a name that the file's author chooses
WORD: Final = "read"  # a text that the reader accepts wherever it wants one
WAYS: Final = ("role", "label", "placeholder", "text", "labelled", "icon", "testid", "css")
NAMES: Final = {"permissions": model.PERMISSIONS, "credential": ("api_key", "secret_key", "passphrase")}
LISTED: Final = {"ask": model.ASKS, "also": ("qr",), "needs": model.PERMISSIONS, "refuses": model.PERMISSIONS}

SENTENCES: Final = {
    "flow": {
        "format": "Always 1.",
        "exchange": "What the user says to `autokey create`; the file's name unless given.",
        "title": "What a person calls the site.",
        "site": "Where the site begins: https, on a listed host.",
        "status": "live, or retired where the site no longer has these pages.",
        "verified": 'Date of the last headed run on the live site by an account\'s owner, or "never".',
        "selectors": "Name of the selectors file; the flow's own name unless given.",
        "has-label": "false where the site gives keys no name.",
        "notes": "Sentences for the person, printed in the guide.",
        "permissions": "Our word for a right = how the site offers it.",
        "preset": "Rights that the site ticks by itself.",
        "limits": "What the site allows; leave out what is not known.",
        "credential": "The parts of a credential, and what each looks like.",
        "expiry": "Rules by which the site takes keys away.",
        "step": "One act, with exactly one verb.",
        "step.id": "A short name of the step, unique in the flow.",
        "step.open": "An address to go to.",
        "step.click": "The element to click.",
        "step.fill": "The field to fill, `with` a part of the order.",
        "step.set": "The boxes, radios or switches to bring to `state`, and to read again.",
        "step.add": "The field for one value at a time; `press` is clicked after each.",
        "step.ask": "What a person does or brings.",
        "step.expect": 'What is compared with the order: elements, or "row" for the key\'s row in the list.',
        "step.capture": "The fields of the credential to read from the page.",
        "step.on": "The screens on which it is done.",
        "step.to": "The screens it may lead to.",
        "step.text": "The sentence a person reads.",
        "step.with": "Which part of the order is entered.",
        "step.press": "add: the button after each value.",
        "step.send": "ask: the button that has a code or link mailed.",
        "step.submit": "ask: the button that sends the answers.",
        "step.state": "set: on, off, or as the right of each element was ordered.",
        "step.also": "capture: second sources that must agree.",
        "step.effect": "What it does that cannot be taken back.",
        "step.when": "Only where this screen shows.",
        "step.given": "Only for an order with, or without, IP addresses.",
        "step.expires": "ask: seconds that a mailed code or link lives.",
        "step.guide": "Where the step is documented.",
    },
    "selectors": {
        "format": "Always 1.",
        "hosts": "The only hosts that may be acted on: plain names, nothing else.",
        "shown": "Our word for a right = the site's words in lists and results; `no-ips` for a key without IP list.",
        "words": "Language = word of the selectors -> words in that language.",
        "screen": "A state of the site that can be told from all others.",
        "screen.*.is": "The signs: all must be there.",
        "screen.*.never": "None of these may be there.",
        "screen.*.title": "The heading it stands under, in an overlay or on the page.",
        "screen.*.dialog": "The title of the overlay it is.",
        "screen.*.kind": "page, dialog, menu, or either (an overlay on some sites, a page on others).",
        "screen.*.each": "The label that begins each of several alike blocks, such as a card for each key.",
        "screen.*.everywhere": "On every page of the site; counts only where nothing else is recognised.",
        "screen.*.way-out": "An interruption: the harmless element that closes it.",
        "screen.*.asks": "An interruption that needs a person: what is asked.",
        "element.role": "The element's role; `name` says its words.",
        "element.name": "The words of the element.",
        "element.label": "The words of a field's label: tied to it, above, beside or floating in it.",
        "element.placeholder": "The grey words in an empty field.",
        "element.text": "Words that simply stand there.",
        "element.labelled": "The words beside which a value is shown.",
        "element.icon": "Words to expect in the attributes of a thing without words.",
        "element.testid": "The page's data-testid. A last resort.",
        "element.css": "A CSS selector. A last resort.",
        "element.within": "Words of the heading, group or row it stands in.",
        "element.after": "icon: the words it stands right of.",
        "element.corner": "icon: the corner of the page it stands in.",
        "element.beside": "A field without words: the words of the button next to it.",
        "element.row": "It stands in the row of the new key, one of several alike.",
        "element.permission": "The right that it grants.",
        "element.grants": "One of several choices (radio, option): all the rights that this one stands for.",
        "element.anywhere": "The choice that makes a key usable from any address.",
        "element.secret": "What it shows or takes must not be seen.",
        "element.danger": "Acting on it can do harm.",
        "element.optional": "It may be missing.",
    },
    "consumer": {
        "format": "Always 1.",
        "title": "What a person calls the program.",
        "needs": "Rights the key must have.",
        "refuses": "Rights the key must not have.",
        "ips": "given: a list must be given; own: this machine's; none: no list.",
        "exchanges": "Exchanges for which a guide describes it.",
        "together": "Exchanges of which it needs a key each.",
        "rule": "One thing it wants, in a sentence, with its source.",
        "handover": "What a person does in the program afterwards.",
    },
}


def _texts(one: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one}]}


TEXTS: Final = {"$ref": "#/definitions/texts"}
ELEMENT: Final = {"$ref": "#/definitions/element"}


class Probe(Table):
    """A table that has whatever it is asked for and notes it down as a JSON schema."""

    def __init__(self, path: str = "", has: Collection[str] = ()) -> None:
        self.data = dict.fromkeys(has, WORD)
        self.where = path
        self.line = 1
        self.properties: dict[str, Any] = {}
        self.needed: list[str] = []
        self.others: Callable[[], dict[str, Any]] | None = None
        self.variants: dict[str, list[Probe]] = {}

    def take_text(self, key: str, default: str | None = "", *, one_of: Collection[str] = ()) -> str:
        found = list(one_of)
        self._note(key, {"enum": found} if found else {"type": "string"}, needed=default is None)
        if default is not None:
            return default
        return found[0] if found else WORD

    def take_texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        self._note(key, _texts({"enum": list(LISTED[key])}) if key in LISTED else TEXTS, needed=required)
        return (WORD,) if required else ()

    def take_int(self, key: str, default: int = 0, *, low: int = 0, high: int = 1_000_000) -> int:
        if key == "format":
            self._note(key, {"const": catalog.FORMAT}, needed=True)
            return catalog.FORMAT
        self._note(key, {"type": "integer", "minimum": low, "maximum": high})
        return default

    def take_ints(self, key: str) -> tuple[int, ...]:
        self._note(key, {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 999}})
        return ()

    def take_flag(self, key: str, *, default: bool = False) -> bool:
        self._note(key, {"type": "boolean"})
        return default

    def table(self, key: str) -> Probe:
        child = self._child(key, {})
        self._note(key, child)
        return child

    def tables(self, key: str) -> Iterator[Probe]:
        """Give one table for each way in which it can be written, as the reader asks by what is there."""
        ways = {"step": model.VERBS, "is": WAYS, "never": WAYS}.get(key, ("",))
        self.variants[key] = [Probe(f"{self.where}.{key}".lstrip("."), (way,) if way else ()) for way in ways]
        self._note(key, self.variants[key])
        yield from self.variants[key]

    def items(self) -> Iterator[tuple[str, Probe]]:
        """Give a table for each name that the reader knows, or for any name; an element in each of its ways."""
        if self.where.startswith("screen."):
            self.variants[ANY] = [Probe(f"{self.where}.{ANY}", (way,)) for way in WAYS]
            self._note(ANY, self.variants[ANY])
            for number, child in enumerate(self.variants[ANY]):
                yield f"{ANY}{number}", child
            return
        for key in self.left():
            yield key, self.table(key)

    def left(self) -> list[str]:
        return list(NAMES.get(self.where, (ANY,)))

    def end(self) -> None:
        """Take everything."""

    def fail(self, what: str, key: str = "") -> Any:
        return AssertionError(f"the reader refuses what the schema is made from: {self.where}.{key}: {what}")

    def _child(self, key: str, value: dict[str, Any]) -> Probe:
        return Probe(f"{self.where}.{key}".lstrip("."), value)

    def _note(self, key: str, schema: Any, *, needed: bool = False) -> None:
        self.properties[key] = schema
        if needed:
            self.needed.append(key)


class _File:
    """Stands in for a TOML file."""

    digest = ""

    def __init__(self, root: Probe) -> None:
        self.root = root

    def left(self) -> list[tuple[str, int, str]]:
        return []


class _Found:
    """Stands in for the folders: whatever is asked for is there."""

    def find(self, kind: str, name: str) -> tuple[Path, bool]:
        return Path(kind) / f"{name}.toml", False


def _watch(read: Callable[..., Any]) -> Probe:
    """Let a reader read a probe."""
    root = Probe()
    nothing = model.Selectors("", (), {})
    with (
        patch.object(catalog, "TomlFile", lambda *_: _File(root)),
        patch.object(catalog, "selectors_named", lambda *_: nothing),
    ):
        read.__wrapped__(_Found(), "any")  # type: ignore[attr-defined]
    return root


def _schema(node: Any, path: str, said: dict[str, str]) -> dict[str, Any]:
    """Make the JSON schema of what was noted at `path`."""
    if isinstance(node, list):
        one = (
            ELEMENT if _is_element(node) else _ways(node, path, said) if len(node) > 1 else _schema(node[0], path, said)
        )
        return one if path.endswith(ANY) else _texts(one)
    if not isinstance(node, Probe):
        return dict(node)
    properties: dict[str, Any] = {}
    for key, below in node.properties.items():
        place = f"{path}.{key}".lstrip(".")
        made = _schema(below, place, said)
        # beside a $ref draft 7 ignores every other key
        properties[key] = {"description": said[place], "allOf": [made]} if place in said else made
    others = properties.pop(ANY, False)
    required = {"required": sorted(node.needed)} if node.needed else {}
    return {"type": "object", "properties": properties, **required, "additionalProperties": others}


def _is_element(nodes: list[Probe]) -> bool:
    return [next(iter(node.data), "") for node in nodes] == list(WAYS)


def _ways(nodes: list[Probe], path: str, said: dict[str, str]) -> dict[str, Any]:
    """Make the schema of a table that is written in one of several ways, alike ways together."""
    made = [(next(iter(node.data)), _schema(node, path, said)) for node in nodes]
    every = {key for _, one in made for key in one["properties"]}
    shared = set.intersection(*(set(one["properties"]) for _, one in made))
    if every - shared == {way for way, _ in made}:  # the ways differ in their verb alone
        properties = {key: value for _, one in made for key, value in one["properties"].items()}
        required = sorted(set.intersection(*(set(one["required"]) for _, one in made)))
        choice = [{"required": [way]} for way, _ in made]
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "oneOf": choice,
            "additionalProperties": False,
        }
    return {"oneOf": [one for _, one in made]}


def schemas() -> dict[str, dict[str, Any]]:
    """Give the schema of each kind of file, by name."""
    readers = {"flow": catalog.flow_named, "selectors": catalog.selectors_named, "consumer": catalog.consumer_named}
    result = {}
    for name, read in readers.items():
        root = _watch(read)
        found = _schema(root, "", SENTENCES[name])
        found["definitions"] = {"texts": _texts({"type": "string", "minLength": 1})}
        if name == "selectors":  # selectors/everywhere.toml is read by the same reader, and names no host
            found["required"] = [key for key in found["required"] if key != "hosts"]
            elements = root.properties["screen"].properties[ANY].properties[ANY]
            found["definitions"]["element"] = _ways(elements, "element", SENTENCES[name])
        head = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": f"autokey {name}",
            "description": "Made by tools/schema.py from the reader; what the keys mean together is checked by "
            "`autokey check`.",
        }
        result[name] = head | found
    return result


def written(schema: dict[str, Any]) -> str:
    """Give a schema as the text of its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        path = OUT / f"{name}.json"
        path.write_text(written(schema))
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
