"""What a person showed us about a site: how elements and screens look now, beside what the selectors declare.

    apply(selectors, overlay)  the selectors with the answers in them
    read / write               its file, one for each selector file, in the user's own folder
    patch(text, overlay, ...)  the same answers as a change of the shared selector file

An answer holds words and a fingerprint, never a field's value or a secret. Elements that create, grant, reveal,
close or hold a secret are found again only by their exact words.
Knows nothing of folders, browsers, steps or any exchange.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

from autokey.model import Fingerprint
from autokey.table import TomlFile

if TYPE_CHECKING:
    from pathlib import Path

    from autokey.model import Element, Screen, ScreenKind, Selectors
    from autokey.table import Table

FORMAT: Final = 1
WORDED: Final = frozenset({"role", "label", "placeholder", "text", "labelled"})  # told by words that may be added to
_ENOUGH: Final = 2  # signs that a screen must keep to be told again
_HEAD: Final = (
    "# What was shown to autokey on this machine: how the site's elements look now.\n"
    "# `autokey selectors diff {name}` prints it as a change of the shared selector file; delete it to forget.\n"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One element as a person pointed at it."""

    screen: str
    name: str
    words: tuple[str, ...] = ()
    language: str = ""
    looks: Fingerprint = field(default_factory=Fingerprint)


@dataclass(frozen=True, slots=True)
class Shown:
    """One screen as a person told it: its new title, the signs that are gone, its kind if that is another one."""

    name: str
    title: str = ""
    lost: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """All answers for one selector file."""

    elements: tuple[Seen, ...] = ()
    screens: tuple[Shown, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.elements or self.screens)


def sign_key(sign: Element) -> str:
    """Name a sign in the overlay's file."""
    return f"{sign.role or sign.by} {(sign.words or sign.hints or ('',))[0]}"


# ---------------------------------------------------------------- using


def apply(selectors: Selectors, overlay: Overlay) -> Selectors:
    """Give the selectors with the answers in them. What names no screen or element of theirs is left out."""
    screens = dict(selectors.screens)
    for name, screen in selectors.screens.items():
        taught = with_elements(screen, overlay)
        shown = next((one for one in overlay.screens if one.name == name), None)
        screens[name] = _with_signs(taught, overlay, shown) if shown is not None else taught
    return replace(selectors, screens=screens)


def with_elements(screen: Screen, overlay: Overlay) -> Screen:
    """Give a screen with the answers about its elements in it."""
    elements, signs, each = dict(screen.elements), list(screen.signs), screen.each
    for answer in overlay.elements:
        element = elements.get(answer.name)
        if answer.screen != screen.name or element is None:
            continue
        words = tuple(dict.fromkeys((*element.words, *answer.words))) if element.by in WORDED else element.words
        looks = None if element.guarded else answer.looks
        elements[answer.name] = replace(element, words=words, fingerprint=looks or element.fingerprint)
        each = (*each, *answer.words) if set(each) & set(element.words) else each
        same = (element.by, element.role, frozenset(element.words))
        for place, sign in enumerate(signs):
            if (sign.by, sign.role, frozenset(sign.words)) == same:
                signs[place] = replace(sign, words=words)
    return replace(screen, elements=elements, signs=tuple(signs), each=tuple(dict.fromkeys(each)))


def _with_signs(screen: Screen, overlay: Overlay, shown: Shown) -> Screen:
    """Give the screen without the signs that are gone, if what is left still tells it."""
    kept = tuple(sign for sign in screen.signs if sign_key(sign) not in shown.lost)
    pointed = [one for one in overlay.elements if one.screen == screen.name and one.words]
    gained = tuple(
        replace(screen.elements[one.name], words=one.words, fingerprint=None, optional=False)
        for one in pointed
        if one.name in screen.elements
    )
    known = {(sign.by, sign.role, word) for sign in kept for word in sign.words}
    gained = tuple(one for one in gained if not any((one.by, one.role, word) in known for word in one.words))
    title = tuple(dict.fromkeys((*screen.title, shown.title))) if shown.title else screen.title
    lacking = _ENOUGH - len([one for one in kept if not one.optional]) - bool(title)
    gained = tuple(sorted(gained, key=lambda one: one.by == "role"))  # a button says something else once it was pressed
    signs = (*kept, *gained[: max(0, lacking)]) if shown.lost else kept
    if len([one for one in signs if not one.optional]) + bool(title) < _ENOUGH:
        return screen
    return replace(screen, signs=signs, title=title, kind=cast("ScreenKind", shown.kind or screen.kind))


# ---------------------------------------------------------------- its file


def read(path: Path) -> Overlay:
    """Read an overlay; an empty one if there is no file. Raises FlowError when it is not valid."""
    if not path.is_file():
        return Overlay()
    root = TomlFile(path, f"overlays/{path.name}").root
    if root.take_int("format", -1, low=-1) != FORMAT:
        raise root.fail(f"must be {FORMAT}; this autokey reads no other", "format")
    elements = tuple(_seen(one) for one in root.tables("element"))
    screens = []
    for table in root.tables("screen"):
        kind = table.take_text("kind", "", one_of=("", "either"))
        screens.append(Shown(table.take_text("name", None), table.take_text("title"), table.take_texts("lost"), kind))
        table.end()
    root.end()
    return Overlay(elements, tuple(screens))


_TEXTS: Final = ("role", "name", "kind", "tag", "label", "placeholder", "section", "href", "path")


def _seen(table: Table) -> Seen:
    looks = table.table("looks")
    box = looks.take("box")
    if box is not None and not (isinstance(box, list) and len(box) == 4 and all(isinstance(n, int) for n in box)):
        raise looks.fail("must be four whole numbers", "box")
    mark = Fingerprint(
        **cast("Any", {key: looks.take_text(key) for key in _TEXTS}),
        id_words=looks.take_texts("id_words"),
        near=looks.take_texts("near"),
        box=cast("Any", tuple(box)) if box else None,
    )
    looks.end()
    found = Seen(
        table.take_text("screen", None),
        table.take_text("name", None),
        table.take_texts("words"),
        table.take_text("language"),
        mark,
    )
    table.end()
    return found


def write(overlay: Overlay, name: str) -> str:
    """Give the text of an overlay's file."""
    lines = [_HEAD.format(name=name) + f"format = {FORMAT}"]
    for shown in overlay.screens:
        lines += ["", "[[screen]]", f"name = {_quoted(shown.name)}"]
        lines += [f"title = {_quoted(shown.title)}"] if shown.title else []
        lines += [f"kind = {_quoted(shown.kind)}"] if shown.kind else []
        lines += [f"lost = {_list(shown.lost)}"] if shown.lost else []
    for seen in overlay.elements:
        lines += ["", "[[element]]", f"screen = {_quoted(seen.screen)}", f"name = {_quoted(seen.name)}"]
        lines += [f"words = {_list(seen.words)}"] if seen.words else []
        lines += [f"language = {_quoted(seen.language)}"] if seen.language else []
        looks = {key: getattr(seen.looks, key) for key in _TEXTS if getattr(seen.looks, key)}
        parts = [f"{key} = {_quoted(value)}" for key, value in looks.items()]
        parts += [
            f"{key} = {_list(value)}" for key in ("id_words", "near") if (value := _said(getattr(seen.looks, key)))
        ]
        parts += [f"box = {list(seen.looks.box)}"] if seen.looks.box else []
        lines += [f"looks = {{ {', '.join(parts)} }}"] if parts else []
    return "\n".join(lines) + "\n"


def _said(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def _quoted(text: str) -> str:
    """Write a text of a page as a TOML string: what the strict reader refuses is left out."""
    return json.dumps(_UNSEEN.sub("", text), ensure_ascii=False)


def _list(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"


# ---------------------------------------------------------------- the same for everybody


def patch(text: str, overlay: Overlay, selectors: Selectors) -> tuple[str, tuple[str, ...]]:
    """Give the answers as a unified diff of the selector file `text`, and what could not be placed, as sentences.

    `selectors` are those of the file, without the answers.
    """
    lines = text.splitlines()
    left: list[str] = []
    for seen in overlay.elements:
        screen = selectors.screens.get(seen.screen)
        element = screen.elements.get(seen.name) if screen else None
        if element is None or not seen.words:
            why = "has no words; it is found by its fingerprint on this machine" if element else "is not declared"
            left.append(f"{seen.screen}.{seen.name} {why}.")
            continue
        new = tuple(word for word in seen.words if word not in element.words)
        foreign = seen.language and seen.language != "en" and not all(word.isascii() for word in new)
        if new and foreign and element.words:
            _translated(lines, seen.language, element.words[0], new)
        elif new and not _extended(lines, seen.screen, seen.name, element, new):
            left.append(f"{seen.screen}.{seen.name}: add {_list(new)} by hand.")
    for shown in overlay.screens:
        if shown.title and not _titled(lines, shown):
            left.append(f"{shown.name}: add the title {_quoted(shown.title)} by hand.")
        lost = [one for one in shown.lost if one not in _mended(selectors.screens.get(shown.name), overlay)]
        if lost:
            left.append(f"{shown.name}: these signs are gone: {'; '.join(lost)}.")
    name = f"selectors/{selectors.name}.toml"
    changed = difflib.unified_diff(text.splitlines(), lines, f"a/{name}", f"b/{name}", lineterm="")
    return "".join(f"{line}\n" for line in changed), tuple(left)


def _mended(screen: Screen | None, overlay: Overlay) -> set[str]:
    """Give the signs of a screen that the answers about its elements have other words for."""
    if screen is None:
        return set()
    taught = with_elements(screen, overlay)
    return {sign_key(old) for old, new in zip(screen.signs, taught.signs, strict=True) if old.words != new.words}


_STRING: Final = r'"(?:[^"\\]|\\.)*"'


def _section(lines: list[str], header: str) -> range:
    """Give the numbers of the lines below a header, up to the next one; empty if it is not there."""
    start = next((n for n, line in enumerate(lines) if line.strip().split("#")[0].strip() == header), None)
    if start is None:
        return range(0)
    end = next((n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    return range(start + 1, end)


def _extended(lines: list[str], screen: str, name: str, element: Element, new: tuple[str, ...]) -> bool:
    """Add words where the element is declared, and in a sign of the same screen that says the same."""
    key = "name" if element.by == "role" else element.by
    value = re.compile(rf"(\b{key}\s*=\s*)({_STRING}|\[[^\[\]]*\])")
    done = False
    for number in _section(lines, f"[screen.{screen}]"):
        line = lines[number]
        own = re.match(rf'\s*"?{re.escape(name)}"?\s*=\s*\{{', line)
        if own and value.search(line):
            lines[number] = value.sub(lambda found: found[1] + _more(found[2], new), line, count=1)
            done = True
        elif not own and re.match(r"\s*(is|\{)", line):
            lines[number] = value.sub(lambda found: _sign(found, element, new), line)
    return done


def _sign(found: re.Match[str], element: Element, new: tuple[str, ...]) -> str:
    return found[1] + _more(found[2], new) if _words(found[2]) == element.words else found[0]


def _words(value: str) -> tuple[str, ...]:
    return tuple(json.loads(word) for word in re.findall(_STRING, value))


def _more(value: str, new: tuple[str, ...]) -> str:
    return _list(tuple(dict.fromkeys((*_words(value), *new))))


def _titled(lines: list[str], shown: Shown) -> bool:
    value = re.compile(rf"^(\s*(?:dialog|title)\s*=\s*)({_STRING}|\[[^\[\]]*\])")
    for number in _section(lines, f"[screen.{shown.name}]"):
        if value.search(lines[number]):
            lines[number] = value.sub(lambda found: found[1] + _more(found[2], (shown.title,)), lines[number])
            return True
    return False


def _translated(lines: list[str], language: str, phrase: str, new: tuple[str, ...]) -> None:
    """Add a translation to the table of its language, which is made where it is missing."""
    inside = _section(lines, f"[words.{language}]")
    key = _quoted(phrase)
    for number in inside:
        left, equals, right = lines[number].partition("=")
        if equals and left.strip() in {key, phrase}:
            lines[number] = f"{left}={equals and ' '}{_more(right.strip(), new)}"
            return
    if not inside:
        lines += ["", f"[words.{language}]"]
        lines.append(f"{key} = {_list(new)}")
    else:
        last = max((n for n in inside if lines[n].strip()), default=inside.start - 1)
        lines.insert(last + 1, f"{key} = {_list(new)}")
