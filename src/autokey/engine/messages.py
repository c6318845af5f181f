"""What a page says back: new messages, and whether they refuse what was typed or tell of a lost connection.

Knows nothing of gates, of steps or of what is done about a message.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from autokey import match
from autokey.ports import Said

if TYPE_CHECKING:
    from autokey.model import Look

BAD: Final = re.compile(
    r"wrong|incorrect|invalid|error|expired|fail|try again|mismatch|denied|too many|too often|frequent|not match"
    r"|does ?n.t|cannot|must|illegal|required|错误|過期|过期|失效|失败|无效|不正确|频繁",
    re.IGNORECASE,
)
# Only words about what was typed prove that nothing was created; a lost connection proves nothing.
_ABOUT_ANSWER: Final = re.compile(
    r"\bcodes?\b|2fa|otp|captcha|password|passcode|authenticat|verif|expired|incorrect|invalid|\bwrong\b|mismatch"
    r"|not match|验证码|驗證碼|密码|密碼",
    re.IGNORECASE,
)
LOST: Final = re.compile(
    r"network|connection|connect to|server|unavailable|went wrong|unknown|unexpected|internal|system|offline|busy"
    r"|request time|network time|gateway|网络|網絡|超时|超時|系统|系統|繁忙",
    re.IGNORECASE,
)
LATE: Final = re.compile(r"expired|no longer valid|time.?out|过期|過期|失效", re.IGNORECASE)
DEAD: Final = re.compile(
    r"expired|no longer valid|not valid|invalid|already used|has been used|wrong|incorrect|过期|過期|失效|无效",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d+")


def texts(look: Look) -> Counter[str]:
    """Give the words that stand on the page, digits folded, and how often."""
    said = (one for one in look.candidates if one.own and one.kind not in {"text", "password"})
    return Counter(_DIGITS.sub("#", one.own) for one in said)


def new_message(before: Counter[str], now: Counter[str]) -> str:
    """Give the words that stand on the page now and did not before, those that tell of a failure first.

    Of a message with a title ("Request failed") the sentence counts that says what was wrong, unless any of it tells
    of a lost connection. Digits are folded: a countdown is no message. What stood there already is no answer.
    """
    fresh = [text for text in (now - before) if len(match.normalise(text)) > 3]
    bad = [text for text in fresh if BAD.search(text)]
    why = [text for text in bad if is_refusal(text)]
    return ((why if not any(map(LOST.search, fresh)) else []) or bad or fresh or [""])[0]


def still(before: Counter[str], now: Counter[str]) -> str:
    """Give a refusal that stood on the page before and stands there unchanged, "" if there is none."""
    return next((text for text in before & now if BAD.search(text) and is_refusal(text)), "")


def anew(before: Look, now: Look, text: str) -> bool:
    """Say whether the same words were said once more: they stand in a new place, or a field was emptied for it."""

    def places(look: Look) -> set[int]:
        return {one.ref for one in look.candidates if one.own and _DIGITS.sub("#", one.own) == text}

    held = {one.ref for one in before.candidates if one.kind in {"text", "password"} and one.length}
    emptied = any(one.ref in held and not one.length for one in now.candidates)
    return emptied or bool(places(now) - places(before))


def is_refusal(text: str) -> bool:
    """Say whether the site's words refuse a code or password: then no key was made, and it can be sent again.

    Words of a lost connection or an error of the site do not tell whether the key was made.
    """
    return bool(_ABOUT_ANSWER.search(text)) and not LOST.search(text)


def is_late(text: str) -> bool:
    """Say whether the site's words tell that a code or link is too old."""
    return bool(LATE.search(text))


def message(before: Look | None, now: Look) -> Said:
    """Give a new message (`new_message`) as the page writes it, with its digits, cut; "" if there is none."""
    return written(now, new_message(texts(before), texts(now)) if before is not None else "")


def written(now: Look, folded: str) -> Said:
    """Give a text of `texts` as the page writes it, with its digits, cut; "" for "" and for what is gone."""
    return short(next((one.own for one in now.candidates if folded and _DIGITS.sub("#", one.own) == folded), ""))


def short(text: str) -> Said:
    return Said(" ".join(text.split())[:160])
