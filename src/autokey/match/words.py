"""How words are compared: folded, stripped of decoration, never by substring; synonyms and opposites.

Also how something on a page is named to a person without quoting what could be a credential.
Knows nothing of pages beyond one candidate, of scores or of screens.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autokey.model import Candidate

# Zero-width and bidirectional marks; icon fonts draw with the private-use area.
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\ue000-\uf8ff]")
_SPACE: Final = re.compile(r"\s+")
_EDGE: Final = " *+:：|•·●○◦‣▪■□▸▹►▶▾▿▼▽▴▲△◂◀‹›«»<>←→↑↓⇒➔➜➝➞↗↘✓✔✕✖×﹢⌄⌃"
_STOPS: Final = ".…!。！"  # at the end only: "Confirm." says what "Confirm" says
_REMARK: Final = re.compile(r"\s*[(\[]\s*(?:required|optional|必填|选填|可选|必須|任意)\s*[)\]]$")
_CJK: Final = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_AIR: Final = re.compile(f"(?<=[{_CJK}]) | (?=[{_CJK}])")  # set by taste beside other scripts: "API 管理", "API管理"
_TOKEN: Final = re.compile(r"[^\W_]+", re.UNICODE)
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HASH: Final = re.compile(r"\d{3,}|(?:[a-z]+\d+){2,}|\d+[a-z]+\d+")
_GROUPS: Final = re.compile(r"(?:\b[A-Za-z0-9]{4,8}[ -]){3,}[A-Za-z0-9]{4,8}\b")

PREFIX: Final = "..."
_LONG_WORD: Final = 12
_LONG_PHRASE: Final = 6  # letters of a phrase in which one may be wrong


def normalise(text: str) -> str:
    """Give `text` as it is compared: NFKC, case folded, spaces folded, decoration at the ends dropped."""
    if not text:
        return ""
    folded = text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    folded = _SPACE.sub(" ", folded).strip().casefold()
    if not folded.isascii():
        folded = _AIR.sub("", folded)
    bare = folded
    while True:
        cut = bare.strip(_EDGE).rstrip(_STOPS)
        while cut and unicodedata.category(cut[-1]) == "So":  # a warning sign, a flame
            cut = cut[:-1]
        while cut and unicodedata.category(cut[0]) == "So":
            cut = cut[1:]
        cut = _REMARK.sub("", cut) if cut.endswith((")", "]")) else cut
        if cut == bare:
            break
        bare = cut
    return bare or folded


def tokens(text: str) -> tuple[str, ...]:
    """Give the words of a normalised text, in order."""
    return tuple(_TOKEN.findall(text))


def hint_words(*attributes: str) -> tuple[str, ...]:
    """Split ids, class names and addresses into words; numbers and hashes are dropped, order is kept."""
    seen: dict[str, None] = {}
    for attribute in attributes:
        for part in _TOKEN.findall(_HUMP.sub(" ", attribute)):
            word = part.casefold()
            if len(word) > 1 and not _HASH.search(word) and not word.isdigit():
                seen[word] = None
    return tuple(seen)


class Phrases:
    """Declared words in the form they are looked for: exact phrases, and prefixes where they end in `...`."""

    __slots__ = ("declared", "exact", "prefixes")

    def __init__(self, words: Iterable[str], more: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.declared = tuple(words)
        every = list(self.declared)
        if more:
            folded = {normalise(key): extra for key, extra in more.items()}
            for word in self.declared:
                every += folded.get(normalise(word), ())
        exact: dict[str, None] = {}
        prefixes: dict[str, None] = {}
        for word in every:
            folded_word = unicodedata.normalize("NFKC", word).rstrip()
            if folded_word.endswith(PREFIX) and normalise(folded_word.rstrip(". ")):
                prefixes[normalise(folded_word.rstrip(". "))] = None
            elif normalise(word):
                exact[normalise(word)] = None
        self.exact = frozenset(exact)
        self.prefixes = tuple(prefixes)

    def __bool__(self) -> bool:
        return bool(self.exact or self.prefixes)

    def __contains__(self, folded: str) -> bool:
        """Tell whether a normalised text is one of these: exactly, or beyond a whole-word prefix."""
        if not folded:
            return False
        if folded in self.exact:
            return True
        return folded.startswith(self.prefixes) and any(
            folded.startswith(prefix)
            and not (prefix[-1].isascii() and prefix[-1].isalnum() and folded[len(prefix) :][:1].isalnum())
            for prefix in self.prefixes
        )

    def among(self, standing: Mapping[str, list[int]]) -> set[int]:
        """Give the places of the normalised texts that are one of these; `standing`: text -> its places."""
        texts = standing if self.prefixes else [text for text in self.exact if text in standing]
        return {place for text in texts if text in self for place in standing[text]}

    def all(self) -> tuple[str, ...]:
        """Give every phrase without its dots, for scoring."""
        return (*self.exact, *self.prefixes)


def phrases_of(words: tuple[str, ...], more: Mapping[str, tuple[str, ...]] | None = None) -> Phrases:
    """Give the phrases of declared words, made once for each `more`: they are the files', never a page's."""
    key = words, id(more)
    known = _MADE.get(key)
    if known is None or known[0] is not more:
        while len(_MADE) >= _MOST:
            del _MADE[next(iter(_MADE))]
        known = _MADE[key] = more, Phrases(words, more)
    return known[1]


_MOST: Final = 2048
_MADE: Final[dict[tuple[tuple[str, ...], int], tuple[Mapping[str, tuple[str, ...]] | None, Phrases]]] = {}


# ---------------------------------------------------------------- meaning

# Same meaning in this field, one group a line. Evidence for a score only, never for an exact match.
_SYNONYMS: Final = (
    ("create", "generate", "new", "add"),
    ("api", "apikey"),
    ("key", "keys"),
    ("2fa", "authenticator", "totp", "otp"),
    ("label", "name", "remark", "remarks", "note", "nickname", "title"),
    ("confirm", "submit", "ok", "continue"),
    ("withdraw", "withdrawal", "withdrawals"),
    ("trade", "trading"),
    ("deposit", "deposits"),
    ("email", "mail"),
    ("verify", "verification"),
    ("delete", "remove", "revoke"),
    ("manage", "management"),
    ("enable", "enabled"),
    ("disable", "disabled"),
    ("login", "signin"),
    ("restriction", "restrictions", "permission", "permissions", "authority"),
    ("spot", "exchange"),
    ("search", "find"),
    ("send", "get"),
    ("bind", "whitelist", "trusted", "restrict"),
    ("address", "addresses"),
)
_MEANING: Final = {word: group[0] for group in _SYNONYMS for word in group}

# Doing one for the other is the worst mistake there is. "Send" and "Resend" are no opposites.
_OPPOSITES: Final = (
    ({"confirm", "ok", "submit", "continue", "yes", "agree"}, {"cancel", "close", "back", "no", "dismiss"}),
    ({"deposit", "receive", "deposits"}, {"withdraw", "withdrawal", "withdrawals", "send"}),
    ({"enable", "enabled", "activate", "on"}, {"disable", "disabled", "deactivate", "off"}),
    ({"create", "generate", "new", "add"}, {"delete", "remove", "revoke", "destroy"}),
    ({"accept", "allow", "approve", "agree"}, {"reject", "decline", "deny", "refuse"}),
    ({"save", "keep"}, {"discard", "delete", "cancel"}),
    ({"buy", "long"}, {"sell", "short"}),
    ({"read", "view"}, {"withdraw", "withdrawal", "withdrawals", "transfer", "trade", "trading"}),
    ({"trade", "trading"}, {"withdraw", "withdrawal", "withdrawals", "transfer"}),
    ({"login", "signin"}, {"logout", "signout", "signup", "register"}),
    ({"show", "reveal", "unhide"}, {"hide"}),
    ({"lock", "freeze"}, {"unlock", "unfreeze"}),
    ({"bind", "link"}, {"unbind", "unlink"}),
    ({"next", "forward"}, {"previous", "back"}),
    ({"spot"}, {"futures", "margin"}),
    ({"restrict", "restricted"}, {"unrestrict", "unrestricted"}),
    ({"min", "minimum"}, {"max", "maximum"}),
    ({"test", "testnet", "demo"}, {"live", "mainnet", "real"}),
    ({"email", "mail"}, {"sms", "phone", "authenticator", "2fa"}),
)


SMALL_WORDS: Final = frozenset({"a", "an", "the", "your", "my", "our", "of", "to", "in", "and", "for"})
_FILLERS: Final = frozenset({"now", "here", "please", "new"})
# Where one of these stands, the order of the others says what is meant ("transfer from spot to margin").
_ORDERING: Final = frozenset(
    {"of", "to", "in", "for", "from", "with", "without", "no", "not", "only", "or", "and", "by", "than", "except"}
)
_FEW: Final = 4  # words that may stand in another order


def same_but_form(one: str, other: str, *, loose: bool = False) -> bool:
    """Tell whether two normalised phrases say the same words in another form: plural, "-ing", an article, their order.

    "Enable Trade" and "Enable trading", "Create API Key" and "Create your API keys", "API Key Create"; never "Enable"
    and "Enabled", which may be two states of a thing. Words of other scripts are compared as they are. `loose`: "now"
    and the like may come or go; only for what can do no harm, as more may be meant ("Withdraw", "Withdraw now").
    """
    left, right = (tuple(word for word in roots(each) if not (loose and word in _FILLERS)) for each in (one, other))
    if left == right:
        return bool(left)
    if len(left) > _FEW or sorted(left) != sorted(right):
        return False
    return not _ORDERING & {*tokens(one), *tokens(other)}


def roots(phrase: str) -> tuple[str, ...]:
    """Give the words of a normalised phrase without their endings, and without articles and the like."""
    return tuple(_root(word) for word in tokens(phrase) if word not in SMALL_WORDS)


def _root(word: str) -> str:
    if not word.isascii():
        return word
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def misspelt(one: str, other: str) -> bool:
    """Tell whether two phrases of some length differ by one letter more, less or other, never by a digit."""
    if len(one) < _LONG_PHRASE or abs(len(one) - len(other)) > 1:
        return False
    head = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[head:], other[head:]
    if any(char.isdigit() for char in left[:1] + right[:1]):
        return False
    if len(left) == len(right):
        return left[1:] == right[1:]
    return left[1:] == right if len(left) > len(right) else left == right[1:]


def meanings(words: Iterable[str]) -> frozenset[str]:
    """Give words with every synonym replaced by the first of its group."""
    return frozenset(_MEANING.get(word, word) for word in words)


def opposite(one: Iterable[str], other: Iterable[str]) -> bool:
    """Tell whether two sets of words say opposite things: one has a word, the other only its opposite."""
    left, right = frozenset(one), frozenset(other)
    for yes, no in _OPPOSITES:
        if left & yes and right & no and not (left & no or right & yes):
            return True
        if left & no and right & yes and not (left & yes or right & no):
            return True
    return False


# ---------------------------------------------------------------- naming things safely


def safe(text: str, most: int = 60) -> str:
    """Give `text` fit to be printed: whatever could be a credential is replaced by dots, then cut to `most`.

    A run without a space of 16 characters and more with a digit, of 24 and more without, or a row of short
    groups with digits counts as one. A text that the page collector has cut loses its last, broken run.
    """
    folded = _SPACE.sub(" ", _UNSEEN.sub("", text)).strip()
    parts = folded.split(" ")
    if len(folded) >= 299 and len(parts) > 1:
        parts.pop()
    kept = ["…" if _credential(part) else part for part in parts]
    clean = _GROUPS.sub(lambda row: "…" if any(c.isdigit() for c in row.group()) else row.group(), " ".join(kept))
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def _credential(run: str) -> bool:
    return len(run) >= 24 or (len(run) >= 16 and any(c.isdigit() for c in run))


_PRIVATE: Final = re.compile(
    r"@|[*•●∙＊]{2}|(?:\d\D*){5}|\d+[.,]\d\d|^(?=\S*\d\S*\d)(?=\S*[A-Za-z]\S*[A-Za-z])\S{8,}$", re.ASCII
)
_GREETING: Final = re.compile(r"\s*(?:hi|hello|hey|welcome|dear|good (?:morning|afternoon|evening))\b", re.IGNORECASE)


def quotable(text: str, most: int = 60) -> str:
    """Give `text` fit to be put into a question: as `safe`, and without what may be somebody's own.

    Addresses, numbers of five digits and more, amounts, masked and mixed runs become dots; a greeting is left out.
    """
    if _GREETING.match(text) and len(text.split()) > 1:
        return ""
    said = safe(text, max(most, 300))
    said = " ".join("…" if _PRIVATE.search(part) else part for part in said.split(" "))
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def describe(candidate: Candidate, *, words_only: bool = False) -> str:
    """Name a candidate to a person in a few words: what it is and what it says. Never a field's value.

    `words_only`: it may stand for a value, so a run of twelve characters is left out even if it looks like a word.
    """
    kind = {
        "box": "box",
        "radio": "radio button",
        "text": "field",
        "password": "field",
        "select": "list",
    }.get(candidate.kind, candidate.role or ("clickable" if candidate.clickable else "text"))
    if candidate.kind in {"text", "password", "select"}:
        said = (*candidate.labels, *candidate.beside[:1], candidate.placeholder)
    else:
        said = (candidate.name, candidate.text, *candidate.labels, *candidate.beside[:1], candidate.title)
    words = next((quotable(text) for text in said if text.strip()), "")
    if words_only:
        words = " ".join("…" if len(part) >= _LONG_WORD else part for part in words.split(" "))
    return f'{kind} "{words}"' if words else f"{kind} without words"
