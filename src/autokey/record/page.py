"""One screen of a live page, read in an isolated world, cleaned and scanned; nothing is written.

Knows nothing of files, of runs, or any exchange by name.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from autokey import match, screens
from autokey.browser.page import look_of
from autokey.browser.world import DialogOpenError, LostError
from autokey.engine.language import words_of
from autokey.errors import RefusedError
from autokey.model import Located
from autokey.record import aria, clean, examples, html, scan
from autokey.secret import redact

if TYPE_CHECKING:
    from autokey.browser.page import BrowserPage
    from autokey.browser.world import World
    from autokey.model import Flow, Look, Screen
    from autokey.record.private import Private

_TRIES: Final = 4  # looks until the page holds still for the time of one
# What a thing is drawn as is not kept with the page; what our look took it for is (rows: model.Candidate's order).
_TREE: Final = """(api, look) => {
  const rows = new Map(look.rows.map(row => [row[0], row]));
  const seenAs = e => {
    const r = rows.get(api.refOf(e));
    return r ? { kind: r[3], clickable: r[17], checked: r[19] } : null;
  };
  return (RECORD);
}"""
_MARKUP: Final = frozenset({"class", "role", "type", "tabindex"})  # as people wrote it; record.js keeps only words
_SAID: Final = frozenset({"title", "alt", "placeholder", "value", "aria-label", "href"})  # a person may read these


@dataclass(frozen=True, slots=True)
class Page:
    """One cleaned page. `name` is that of its file, `screen` what it shows; several may show one."""

    name: str
    screen: str
    html: str
    aria: str
    language: str = ""
    viewport: tuple[int, int] = (1280, 900)
    elements: frozenset[str] = frozenset()  # those of the screen that were found on it

    @property
    def title(self) -> str:
        """The document's title, as it was written."""
        found = re.search(r"<title>([^<]*)</title>", self.html)
        return unescape(found[1]) if found else ""


@cache
def script() -> str:
    """Give the text of the function that reads the visible page: of the world's script, and of a look that it gave."""
    text = resources.files(__package__).joinpath("record.js").read_text(encoding="utf-8")
    return _TREE.replace("RECORD", text.rstrip().removesuffix(";"))


async def snapshot(
    page: BrowserPage, flow: Flow, screen: str, *, name: str = "", cleaner: clean.Cleaner | None = None
) -> Page | None:
    """Give the screen that shows, cleaned; None while its secret is not there yet or it does not hold still.

    Raises RefusedError when something would be kept that must not be: nothing of it is quoted.
    """
    cleaner = cleaner or clean.Cleaner(flow.credential)
    declared = flow.selectors.screens[screen]
    world = page._tabs.current()  # noqa: SLF001 - the page has no public way to its world
    for _ in range(_TRIES):
        with suppress(LostError, DialogOpenError):
            look = look_of(await world.look())
            seen = screens.recognise(look, flow.selectors.screens, words=words_of(flow))
            if seen.name != screen:
                return None
            secrets = await _secrets(world, flow, declared, look, seen.layer)
            if secrets is None:
                return None
            if cleaner.private is not None:
                cleaner.private.learn(look)
            raw = json.loads(await _tree(world))
            if look_of(await world.look()).stamp == look.stamp:
                made = cleaned(raw, flow, screen, name=name or screen, secrets=secrets, cleaner=cleaner)
                return replace(made, elements=frozenset(located(flow, declared, look, seen.layer)))
    return None


async def _tree(world: World) -> str:
    """Read the page in our isolated world; the page cannot see it."""
    function = f"function () {{ return ({script()})(this, JSON.parse(this.look())); }}"
    answer = await world.send(
        "Runtime.callFunctionOn",
        {"functionDeclaration": function, "objectId": await world.enter(), "returnByValue": True},
    )
    if "exceptionDetails" in answer:
        line = answer["exceptionDetails"].get("lineNumber")
        raise RuntimeError(f"record.js failed at line {line}")
    return str(answer["result"]["value"])


async def _secrets(world: World, flow: Flow, screen: Screen, look: Look, layer: int) -> list[tuple[str, str]] | None:
    """Give every declared secret that shows, by the field it is of; None where one is not there yet.

    A secret in a field is not asked for: fields are emptied.
    """
    found: list[tuple[str, str]] = []
    for element in screen.elements.values():
        if not element.secret or element.by != "labelled":
            continue
        labels = match.matches(element, look, layer=layer, words=words_of(flow))
        for label in labels:  # several where each key has a card of its own
            read = await world.call("read", label.ref)
            if not read or "stale" in read:
                return None
            found += [(element.name, value) for value in (read["shown"], *read["others"])]
        if not labels and not element.optional:
            return None
    return found


def located(flow: Flow, screen: Screen, look: Look, layer: int) -> list[str]:
    """Give the names of the screen's elements that a look shows exactly."""
    inside = None if screen.kind == "menu" else layer
    words = words_of(flow)
    results = {
        name: match.find(element, look, layer=inside, words=words, others=screen.declared)
        for name, element in screen.elements.items()
    }
    return [name for name, one in results.items() if isinstance(one, Located) and one.how == "exact"]


def cleaned(
    raw: dict[str, Any],
    flow: Flow,
    screen: str,
    *,
    name: str,
    secrets: list[tuple[str, str]],
    cleaner: clean.Cleaner,
) -> Page:
    """Clean a raw page. Raises RefusedError, which names the kind of thing that would have been kept."""
    body = raw["body"]
    private = cleaner.private
    _empty_fields(body, {value for _, value in secrets})
    places = html.texts(body)
    for field_name, value in sorted(secrets, key=lambda one: -len(one[1])):
        shape = flow.credential.get(field_name) or next(iter(flow.credential.values()), examples.ANY)
        made = examples.shield(examples.example(field_name, value, shape))
        clean.replace_across(places, value, made)
        for _tag, attributes, _style, _children in html.walk(body):
            for key, text in attributes.items():
                attributes[key] = text.replace(value, made)
    retext(body, cleaner)
    about = f"Recorded by autokey: {flow.name}, screen {screen}. Cleaned; values are fixed examples."
    title = examples.unshield(cleaner.text(raw["title"]))[:120]
    text = html.page(body, lang=raw["lang"][:20], title=title, about=about)
    page = Page(name, screen, text, aria.snapshot(text), raw["lang"][:20], (raw["width"], raw["height"]))
    refuse(page, flow, private, [value for _, value in secrets])
    return page


def retext(body: list[Any], cleaner: clean.Cleaner) -> None:
    """Replace whatever is personal in every text and attribute of a tree."""
    places = html.texts(body)
    for where, index in places:  # whole addresses before the names in them
        where[index] = examples.EMAIL.sub(examples.shield(examples.OWNER), str(where[index]))
    for value in cleaner.private.across() if cleaner.private is not None else ():
        clean.replace_across(places, value, examples.shield(examples.example("", value, examples.ANY)))
    for where, index in places:
        where[index] = examples.unshield(cleaner.text(where[index]))
    for _tag, attributes, _style, _children in html.walk(body):
        for key, text in attributes.items():
            if key not in _MARKUP:
                attributes[key] = examples.unshield(cleaner.text(text, said=key in _SAID))


def refuse(page: Page, flow: Flow, private: Private | None, secrets: list[str]) -> None:
    """Raise RefusedError when a finished page still holds what must not be kept; it is named, not quoted."""
    wrong = scan.problems(page.html, flow.credential) + scan.problems(page.aria, flow.credential)
    kept = any(
        len(value) > 3 and not examples.is_example(value) and (value in page.html or value in page.aria)
        for value in secrets
    )
    # Codes, passphrases, keys: whatever this run has held as a secret, in any form.
    kept = kept or any(redact(text) != text for text in (page.html, page.aria))
    personal = private.kept(page.aria, *_spoken(page.html)) if private is not None else ""
    if wrong or kept or personal:
        why = wrong[0] if wrong else "still holds a secret" if kept else f"still holds {personal}"
        raise RefusedError(
            f"The screen {page.screen or page.name} was not recorded: its cleaned page {why}.",
            fix="Nothing was written. Leave this screen out, or report what it shows.",
            screen=page.screen,
        )


def _spoken(text: str) -> list[str]:
    """Give every text and attribute of a written page that is not markup of the site's own."""
    found = [str(where[index]) for where, index in html.texts(html.body_of(text))]
    for _tag, attributes, _style, _children in html.walk(html.body_of(text)):
        found += [value for key, value in attributes.items() if key not in _MARKUP]
    return found


def _empty_fields(body: list[Any], secrets: set[str]) -> None:
    """Empty every field but those that show a declared secret, for which an example will stand."""
    for tag, attributes, _style, children in html.walk(body):
        if tag in {"input", "textarea"} and attributes.get("type") not in scan.BUTTONS:
            value = attributes.pop("value", "").strip()
            if value in secrets and tag == "input":
                attributes["value"] = value
            elif value in secrets:
                children.append(value)
