"""What on a page belongs to the person: names, labels of keys, what was typed, cookies; for the cleaning to replace.

Nobody can list these beforehand. They are told by where they stand (below "Label", beside "Nickname", after
"Welcome back"), by what the person types, and by what the site keeps in the browser.
Knows nothing of browsers, files, or any exchange.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from autokey.match import normalise
from autokey.model import Shape
from autokey.record import examples
from autokey.secret import Secret, redact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autokey.model import Candidate, Look

_OWNED: Final = frozenset(
    map(
        normalise,
        (
            *("name", "label", "remark", "remarks", "remark name", "note", "notes", "memo", "api name", "api label"),
            *("key name", "key label", "api key name", "alias", "nickname", "nick name", "username", "user name"),
            *("user", "account", "account name", "real name", "full name", "first name", "last name", "owner"),
            *("uid", "user id", "account id", "member id", "customer id", "referral code", "invitation code"),
            *("phone", "mobile", "phone number", "sub-account", "subaccount", "bezeichnung", "benutzername", "notiz"),
            *("备注", "备注名", "备注名称", "名称", "昵称", "用户名", "姓名", "账号", "账户", "用户id"),
            *("nom", "nombre", "usuario", "nome", "имя", "метка", "名前", "ラベル", "이름"),
        ),
    )
)
_GREETING: Final = re.compile(
    r"\b(?:welcome(?: back)?|hi|hello|hey|good (?:morning|afternoon|evening)|signed in as|logged in as)\b[,!]?\s+"
    r"(?!to\b|back\b|again\b)(\w[^,!.]{1,40})",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(r"\s*([^:：]{2,24})[:：]\s*(\S.{0,60})")
_PERSONAL: Final = re.compile(
    r"(nick|user|real|first|last|full|display|account|login|sub)_?-?(name|id|no|number)|nick|e-?mail|phone|mobile|^uid"
    r"|remark|label|memo|secret|token|session|csrf|device_?id|passphrase|password|invit|referral",
    re.IGNORECASE,
)
_FIELDS: Final = frozenset({"text", "password", "select"})
_WITHIN: Final = 10  # pixels by which a column's values may be off its heading
_BESIDE: Final = 420
_HEADER: Final = 100  # pixels at the top in which sites say who is signed in
_ENOUGH: Final = 3  # characters; a shorter value would take innocent words with it
_SHAPE: Final = Shape()


class Private:
    """The values of one walk, each with what kind of thing it is. They are never shown and never written."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._harmless: set[str] = set()  # words that the site itself says before the person typed them
        self._held: list[Secret] = []

    def __len__(self) -> int:
        return len(self._kinds)

    def add(self, value: str, kind: str, *, secret: bool = False) -> None:
        """Take a value in; `secret`: it is looked for in every encoding, and nothing prints it."""
        value = " ".join(value.split())
        if len(value) < _ENOUGH or len(value) > 500 or examples.is_example(value) or value.lower() in self._harmless:
            return
        if value not in self._kinds:
            self._kinds[value] = kind
            self._pattern = None
        if secret:
            self._held.append(Secret(value))

    def typed(self, value: str, *, hidden: bool = False) -> None:
        """Take in what the person typed into a field, whole and, for lists, each entry."""
        parts = [one for one in re.split(r"[\s,;]+", value) if one]
        if parts and all(examples.address_in(one.split("/")[0]) is not None for one in parts):
            return  # the cleaning knows addresses by themselves
        for one in {value, *parts}:
            if len(one) >= (4 if one.isdigit() else _ENOUGH):
                self.add(one, "what was typed into a field", secret=hidden or len(one) >= 6)

    def learn(self, look: Look) -> None:
        """Take in what a look shows of the person."""
        for one in look.candidates:
            for text in {one.own, one.text, one.name}:
                self._of_text(text)
        rows = [one for one in look.candidates if 0 < len(one.text) <= 80 or one.kind in _FIELDS]
        asked = {
            normalise(text)
            for one in look.candidates
            if one.kind in _FIELDS
            for text in (*one.labels, one.name, *one.beside[:1])
        }
        for one in rows:
            said = normalise(one.text)
            heads = one.tag == "th" or one.role == "columnheader"
            if said in _OWNED and one.kind == "words" and (heads or said not in asked):
                for value in _values(one, rows):
                    if normalise(value) not in _OWNED:
                        self.add(value, "a name or label")
        self._of_header(look)

    def site_says(self, look: Look) -> None:
        """Remember the words of a page: somebody who types one of them has not made it private by that."""
        for one in look.candidates:
            if one.kind != "text" and one.text:
                self._harmless.add(one.text.lower())

    def _of_text(self, text: str) -> None:
        for address in examples.EMAIL.findall(text):
            local = address.split("@")[0]
            if "*" not in local and "•" not in local and len(local) > _ENOUGH and address != examples.OWNER:
                self.add(local, "part of an e-mail address")
        if found := _GREETING.search(text):
            self.add(found[1], "a name or label")
        if len(text) < 90 and (found := _TOLD.fullmatch(text)) and normalise(found[1]) in _OWNED:
            self.add(found[2], "a name or label")

    def _of_header(self, look: Look) -> None:
        width = max((one.box[0] + one.box[2] for one in look.candidates), default=0)
        for one in look.candidates:
            x, y, _w, h = one.box
            if one.layer == 0 and y + h <= _HEADER and x > width / 2 and re.fullmatch(r"\w*[_\d.]\w*", one.text):
                self.add(one.text, "a name or label")

    def kept_by_browser(self, cookies: Iterable[str], stored: Iterable[str]) -> None:
        """Take in cookies, and what of the site's storage is called like a person's."""
        for value in cookies:
            if len(value) >= 6 and not (value.isalpha() and len(value) <= 12):
                self.add(value, "a cookie", secret=True)
        for text in stored:
            self._of_stored(text)

    def _of_stored(self, text: str) -> None:
        try:
            data = json.loads(text)
        except ValueError:
            return
        self.answered(data)

    def answered(self, data: Any, depth: int = 0) -> None:
        """Take in the values of JSON that are called like a person's, but not a dictionary of words."""
        if depth > 6:
            return
        if isinstance(data, list):
            for one in data[:200]:
                self.answered(one, depth + 1)
        elif isinstance(data, dict):
            texts = [value for value in data.values() if isinstance(value, str)]
            words = len(texts) > 80 or sum(" " in text and text.replace(" ", "").isalpha() for text in texts) > 4
            for key, value in data.items():
                if isinstance(value, dict | list):
                    self.answered(value, depth + 1)
                elif not words and isinstance(value, str | int) and not isinstance(value, bool):
                    said = str(value)
                    if _PERSONAL.search(str(key)) and not _says_itself(str(key), said):
                        self.add(said, "what the site calls a name, an id or a token")

    # ------------------------------------------------------------ using it

    def replace(self, text: str) -> str:
        """Give a text with every private value replaced by an example of its length, shielded from more cleaning."""
        if not self._kinds or not text.strip():
            return text
        if self._pattern is None:
            known = sorted(self._kinds, key=len, reverse=True)
            self._pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, known))})(?![^\W_])", re.IGNORECASE)
        return self._pattern.sub(lambda found: examples.shield(examples.example("", found[0], _SHAPE)), text)

    def across(self) -> list[str]:
        """Give the values that are long enough to be looked for across pieces of text, longest first."""
        return sorted((value for value in self._kinds if len(value) >= 8), key=len, reverse=True)

    def kept(self, *texts: str) -> str:
        """Say what kind of private thing still stands in finished texts, "" if none does."""
        for text in texts:
            if self.replace(text) != text:
                low = text.lower()
                return next((kind for value, kind in self._kinds.items() if value.lower() in low), "a private value")
            if redact(text) != text:
                return "a secret"
        return ""


def _values(label: Candidate, rows: list[Candidate]) -> list[str]:
    """Give the texts that stand below a column's heading, or beside a label."""
    x, y, w, h = label.box
    near = [one for one in rows if one is not label and one.layer == label.layer]
    level = [one for one in near if abs(one.box[1] + one.box[3] / 2 - y - h / 2) <= 6 and one.ref != label.parent]
    plain = [one for one in level if one.kind == "words" and not one.clickable]
    if label.role == "columnheader" or label.tag == "th" or len(plain) >= 2:
        below = [one for one in near if one.box[1] >= y + h - 2 and abs(one.box[0] - x) <= _WITHIN]
        others = [one.box[0] for one in plain]
        return [
            one.text
            for one in below
            if one.kind == "words" and not one.clickable and one.role != "heading" and _in_row(one, near, others)
        ]
    right = [one for one in level if 0 <= one.box[0] - x - w + 2 <= _BESIDE]
    first = min(right, key=lambda one: one.box[0], default=None)
    return [first.text] if first is not None and first.kind == "words" and not first.clickable else []


def _in_row(value: Candidate, near: list[Candidate], columns: list[int]) -> bool:
    """Say whether a text stands in a row of a table: something stands at its height in another column."""
    middle = value.box[1] + value.box[3] / 2
    return any(
        one is not value
        and abs(one.box[1] + one.box[3] / 2 - middle) <= 8
        and any(abs(one.box[0] - column) <= _WITHIN for column in columns)
        for one in near
    )


def _says_itself(key: str, value: str) -> bool:
    """Tell whether a value only repeats its key: an entry of a dictionary, such as userName = "User name"."""

    def bare(text: str) -> str:
        return re.sub(r"[^a-z]", "", text.lower())

    return bool(bare(value)) and (bare(value) in bare(key) or bare(key) in bare(value))
