"""Which language a page is in, and the words that a flow knows for it.

Told by the letters that stand on the page, as its `lang` is often left as the template had it.
Knows nothing of how a language is switched, of steps or of finding.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autokey.engine.context import Context
    from autokey.model import Flow, Look, Selectors

_SCRIPTS: Final = (  # kana and hangul before Han, which Japanese and some Korean pages have, too
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_LATIN: Final = re.compile("[A-Za-z]")
_SHARE: Final = 0.3  # of the letters; product names and units stay Latin in every language
_MARKED: Final = 0.02  # is enough where the page itself says so
NAMES: Final = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def words_of(flow: Flow) -> Mapping[str, tuple[str, ...]]:
    """Give for each declared phrase what it is called in the other languages the selectors know."""
    known = _MERGED.get(flow.name)
    if known is not None and known[0] is flow.selectors:
        return known[1]
    merged: dict[str, tuple[str, ...]] = {}
    for words in flow.selectors.words.values():
        for phrase, others in words.items():
            merged[phrase] = merged.get(phrase, ()) + others
    _MERGED[flow.name] = flow.selectors, merged
    return merged


_MERGED: Final[dict[str, tuple[Selectors, Mapping[str, tuple[str, ...]]]]] = {}  # by flow: the last one's


def of_flow(flow: Flow) -> frozenset[str]:
    """Give the languages of other letters than Latin ones in which the flow's own selectors are written."""
    named = {name for step in flow.steps for name in (*step.on, *step.to)}
    screens = [screen for name, screen in flow.selectors.screens.items() if name in named]
    said = "".join(word for screen in screens for one in screen.declared for word in (*one.words, *screen.title))
    return frozenset(code for code, letters in _SCRIPTS if letters.search(said))


def of_page(look: Look) -> str:
    """Give the language of a page as a two-letter code; "" when it cannot be told."""
    said = "".join(one.own for one in look.candidates if one.kind not in {"text", "password"})[:8000]
    latin = len(_LATIN.findall(said))
    marked = look.lang.split("-")[0].lower()
    for code, letters in _SCRIPTS:
        count = len(letters.findall(said))
        needed = _MARKED if code == marked else _SHARE / (3 if code in {"ja", "ko"} else 1)
        if count and count / (count + latin) >= needed:
            return code
    if not latin:
        return ""
    return marked if marked in NAMES and marked not in {code for code, _ in _SCRIPTS} else "en" if not marked else ""


def tell(ctx: Context, look: Look) -> None:
    """Say once what language the page is in, and whether its words are known; nothing for English."""
    found = of_page(look)
    if not found or found == ctx.language:
        return
    first = not ctx.language
    ctx.language = found
    if found == "en" and first:
        return
    if found in of_flow(ctx.flow):
        return
    name = NAMES.get(found, found)
    if found == "en":
        ctx.human.tell("note", text="The page is in English now.")
    elif found in ctx.flow.selectors.words:
        ctx.note(f"The page is in {name}; the flow's {name} words are used.")
    else:
        ctx.note(f"The page is in {name}, for which this flow has no words: switch the site to English, or point.")
