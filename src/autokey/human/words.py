"""What counts as an answer, and how texts of others are made harmless before a person's terminal sees them.

One set of rules for both ways of answering, so that what is refused in a terminal is refused in JSON, too.
Knows nothing of where an answer comes from.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from autokey.model import ASKS
from autokey.secret import Secret, redact

if TYPE_CHECKING:
    from collections.abc import Collection

DONE: Final = "done"
WORDS: Final = ("stop", "resend", "by-hand", "point")
LONGEST: Final = 1024  # characters; no code, password or link is longer
_LIKELY: Final = 12  # characters of a typed text that is taken for a secret even if it turns out to be none
TOO_MANY: Final = 20  # answers in a row that could not be used: a program is talking, and not to us
_ACTS: Final = frozenset({"sign-in", "captcha", "read-notice", "by-hand"})  # done in the page, then said
TYPED: Final = frozenset(  # never shown: a link, too, does what it is for for whoever has it
    {"email-code", "email-link", "sms-code", "authenticator-code", "trading-password", "value"}
)
VALUE: Final = "value"  # a key or secret that cannot be read from the page
CONFIRM: Final = "confirm-danger"  # a sentence to be typed out before a key that can move money is made
_MAILED: Final = frozenset({"email-code", "email-link", "sms-code"})
_LINK: Final = re.compile(r"https://[^\s/]+\S*|http://(127\.0\.0\.1|localhost|\[::1\])[:/]\S*", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Za-z]{4,12}")
_DIGITS: Final = re.compile(r"[0-9]{6,8}")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, bidi overrides, unassigned


class RefusedAnswerError(Exception):
    """The answer cannot be what was asked for. The text is one sentence that does not quote the answer."""


def answer(kind: str, text: str) -> Secret:
    """Give what was said for `kind` (a word of model.ASKS), or raise RefusedAnswerError with a sentence."""
    if len(text) > LONGEST:
        raise RefusedAnswerError(f"The {kind} is longer than {LONGEST} characters.")
    if kind in _ACTS or kind == "email-link":
        said = text.strip()
        if said.lower() == DONE:
            return Secret(DONE)
        if kind != "email-link":
            raise RefusedAnswerError(f"For {kind} the answer is `{DONE}`, once it is done in the page.")
        if not _LINK.fullmatch(said):
            raise RefusedAnswerError(f"That is no https:// link: give all of it, or `{DONE}` once you opened it.")
        return Secret(said)
    if kind == "trading-password":
        if not text.strip() or not text.isprintable():
            raise RefusedAnswerError("The trading password is empty or has characters that cannot be typed.")
        return Secret(text)
    if kind == VALUE:
        if not text.strip() or not text.isprintable():
            raise RefusedAnswerError("The value is empty or has characters that cannot be typed.")
        return Secret(text.strip(), known=len(text.strip()) >= _LIKELY)
    if kind == CONFIRM:
        if not text.strip() or not text.isprintable():
            raise RefusedAnswerError("Type the words exactly as they are shown.")
        return Secret(text.strip())
    said = "".join(text.split()).replace("-", "")  # codes are often shown as 123 456
    if kind == "authenticator-code":
        if not _DIGITS.fullmatch(said):
            raise RefusedAnswerError("An authenticator code has 6 digits (8 at most).")
    elif not _CODE.fullmatch(said):
        raise RefusedAnswerError(f"The {kind} is 4 to 12 letters or digits.")
    return Secret(said)


def allowed(word: str, needs: Collection[str]) -> bool:
    """Say whether `word` makes sense while `needs` are asked for."""
    if word == "resend":
        return not _MAILED.isdisjoint(needs)
    if word == "by-hand":
        return CONFIRM not in needs
    return word in WORDS and (word != "point" or "which" in needs)


def by_hand(needs: Collection[str]) -> bool:
    """Say whether `done` alone answers: something in the page was asked for, and nothing to be typed."""
    return set(needs) <= _ACTS | {"which", VALUE}


def in_order(needs: Collection[str]) -> list[str]:
    """Give the needs in the order to ask for them: the authenticator code last, as it lives 30 seconds."""
    return sorted(needs, key=lambda need: need == "authenticator-code")


def is_kind(word: str) -> bool:
    """Say whether `word` is something a person can be asked for by name."""
    return word in ASKS or word in {CONFIRM, VALUE}


def plain(text: object, limit: int = 400) -> str:
    """Give `text` as one line without secrets and without anything a terminal could act on, cut at `limit`.

    Texts of a page reach the person's terminal: an escape sequence could move the cursor, set the title or
    paste; a bidi override could turn a sentence round.
    """
    folded = " ".join(redact(str(text)).split())
    shown = redact("".join(char for char in folded if unicodedata.category(char) not in _UNSEEN))
    return shown if len(shown) <= limit else shown[: limit - 3] + "..."
