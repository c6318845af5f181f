"""What words on a page mean for a first flow: rights, codes, fields, and how an element is named after its words.

Only proposals are made of them, which a person reads; nothing is acted on.
Knows nothing of steps, of files, of browsers, or any exchange by name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from autokey.match.index import family
from autokey.model import PERMISSIONS
from autokey.scaffold import declare
from autokey.scaffold.outline import acts, label_of

if TYPE_CHECKING:
    from autokey.model import Candidate
    from autokey.scaffold.walk import Act

FILLED: Final = frozenset({"field", "password", "select", "box", "radio"})
RIGHTS: Final = (
    ("withdraw", r"withdraw|提现|提币|提取|auszahl|retir|вывод|出金"),
    ("transfer", r"transfer|划转|überweis|перевод|振替"),
    ("futures", r"futures|contract|derivative|perpetual|合约"),
    ("margin", r"margin|leverage|杠杆"),
    ("trade", r"trad|spot|order|交易|handel|торг|取引"),
    ("read", r"read|view|query|general|info|读取|只读|查询|lesen|чтение|読"),
)
CODES: Final = (
    ("authenticator-code", r"authenticator|google|2fa|totp|two.?factor|谷歌"),
    ("email-code", r"e-?mail|邮箱|mail|code will be sent to|code sent to"),
    ("sms-code", r"sms|phone|mobile|text message|短信|手机"),
    ("trading-password", r"trading password|fund password|trade password|交易密码|资金密码"),
)
LABEL: Final = re.compile(
    r"name|label|remark|note|memo|alias|description|备注|名称|bezeichnung|nombre|nom\b", re.IGNORECASE
)
IPS: Final = re.compile(r"\bip\b|ips\b|whitelist|allow.?list|address|地址", re.IGNORECASE)
API_KEY: Final = (
    r"(?<!secret )(?:api|access|public)[ _-]?key(?! secret)|key id|^key\W*$|访问密钥|公钥|api ?密钥|^api key"
)
PASS: Final = re.compile(r"pass ?phrase", re.IGNORECASE)
ANYWHERE: Final = re.compile(
    r"unrestricted|no (ip )?restriction|any ?where|any ip|all ips|not recommended|不限", re.IGNORECASE
)
SEND: Final = re.compile(r"send|get|resend|obtain|发送|获取", re.IGNORECASE)
CLOSING: Final = re.compile(r"close|got it|i know|later|not now|skip|dismiss|^[×✕✖x]$", re.IGNORECASE)
ADD: Final = re.compile(r"add\b|\+|添加|hinzufügen|agregar|ajouter", re.IGNORECASE)
RIGHTS_LABEL: Final = re.compile(r"permission|api restrictions|rights|access|scope|权限|berechtig", re.IGNORECASE)


def pressed(used: list[tuple[Act, Candidate]]) -> list[Candidate]:
    """Give what was pressed, in order. Words that nothing on the page says can be clicked count, too."""
    clicked = [one for act, one in used if act.did in {"click", "hover"} and family(one) not in FILLED]
    return [one for one in clicked if acts(one) or one is clicked[-1] or SEND.search(one.text)]


def slug(one: Candidate) -> str:
    """Name an element after its words, or what its attributes call it."""
    known = [word for word in one.hints if word in ("user", "profile", "account", "avatar", "person", "menu")]
    text = said(one) or " ".join(known[:1]) or one.name or "icon"
    made = "_".join(re.findall(r"[a-z]+", text.lower())[:3])
    return made or "button"


def said(one: Candidate) -> str:
    """Give the words by which a person knows a control or a field."""
    text = one.text or one.name if acts(one) else label_of(one)
    return declare.phrase(text).removesuffix(" ...").replace('"', "'")


def right_of(text: str) -> str:
    low = text.lower()
    return next((right for right, pattern in RIGHTS if right in PERMISSIONS and re.search(pattern, low)), "")


def added(used: list[tuple[Act, Candidate]], place: int) -> Candidate | None:
    """Give the button that took over what was typed, one at a time; None where the field itself holds it."""
    for act, one in used[place + 1 :]:
        if act.did == "typed":
            return None
        if acts(one):
            return one if ADD.match(one.text or one.name) else None
    return None
