"""Look-alike of KuCoin's API management: today's pages (2025-26) and those of the Coinigy guide (2019-20).

Documented: words, order, 20 keys, 50 addresses added one by one, passphrase of 7 to 32 characters without spaces, six
digit trading password, mail code of 10 minutes with 60 s between two, key of 24 hex digits, secret a UUID, shown once,
no withdrawal and no flexible transfer without an IP restriction. Not documented, so made up: error texts, sign-in,
the edit and delete dialogs, which IP choice is preselected (a setting), refusal of ranges.
Knows nothing of sockets.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, ClassVar, Final

from autokey.sandbox.codes import Codes
from autokey.sandbox.site import USUAL, Request, Response, Site, answer, lost, page, refuse
from autokey.sandbox.state import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME_MAX: Final = 24
PASSPHRASE: Final = (7, 32)
IPS_MAX: Final = 50
KEYS_MAX: Final = 20
CODE_LIFE: Final = 600.0  # seconds
RESEND: Final = 60.0  # seconds
PURPOSE: Final = "api"
CURRENT_IP: Final = "203.0.113.57"
WRONG: Final = {
    ("email-code", "expired"): "The e-mail code has expired, send a new one.",
    ("email-code", "wrong"): "Incorrect e-mail code.",
    ("authenticator-code", "wrong"): "Incorrect Google verification code.",
}
NEED_IPS: Final = frozenset({"withdraw", "transfer"})
# In the order of the page. "earn" is no right that autokey knows: whoever grants it is seen in the history.
SHOWN: Final = {
    "read": "General",
    "trade": "Spot Trading",
    "margin": "Margin Trading",
    "earn": "Earn",
    "futures": "Futures Trading",
    "withdraw": "Withdrawal",
    "transfer": "Allow Flexible Transfers",
}
SHOWN_2020: Final = {"read": "General", "trade": "Trade", "withdraw": "Withdrawal"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between accounts and regions. May be replaced on a running site: `site.settings = ...`."""

    gates: tuple[str, ...] = ("trading-password", "authenticator-code")  # asked for, in this order
    verification: str = "dialog"  # or "page"
    restricted: bool = True  # which IP choice is preselected
    trade_preticked: bool = False  # 2020: the form behind Update comes with trading switched on
    save_asks: bool = True  # saving changed rights asks for the gates again
    region: str = "EU"  # what stands behind the logo


_TODAY: Final = Settings()
_OLD: Final = Settings(gates=("trading-password", "email-code"), verification="page", save_asks=False, region="")
VARIANTS: Final = {
    "": _TODAY,
    "global": replace(
        _TODAY,
        gates=("trading-password", "email-code", "authenticator-code"),
        verification="page",
        restricted=False,
        region="",
    ),
    "2020": _OLD,
    "2020-preticked": replace(_OLD, trade_preticked=True),
    "2020-save-asks": replace(_OLD, save_asks=True),
}


class KuCoin(Site):
    """Pages with paths that their script follows by pushState; it talks to /_api."""

    pages: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("/", "/ucenter/signin", "/account/api", "/account/api/create", "/account/api/edit"), "kucoin.html"
    )
    open_paths: ClassVar[frozenset[str]] = frozenset({"/_api/user-info", "/_api/login"})
    faults: ClassVar[frozenset[str]] = USUAL | {"full-account", "withdraw-preticked"}
    variants: ClassVar[tuple[str, ...]] = tuple(VARIANTS)

    def __init__(self, world: Any, variant: str = "") -> None:
        super().__init__(world, variant)
        self.settings = VARIANTS[self.variant]
        self.old = self.variant.startswith("2020")
        self._codes = Codes(world, PURPOSE, "Your verification code", CODE_LIFE, RESEND)
        if world.faults.on("full-account"):
            for number in range(1, KEYS_MAX + 1):
                world.state.keys.append(self._key(f"old-{number}", "older-words", ("read",), ()))

    def page(self, request: Request, name: str) -> Response:
        """Give today's page or that of 2020."""
        del request
        return page(self.package, "kucoin_2020.html" if self.old else name, self.world)

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], Response]]:
        """Give the handlers of /_api."""
        return {
            ("GET", "/_api/user-info"): self._user,
            ("POST", "/_api/login"): self._login,
            ("POST", "/_api/logout"): self._logout,
            ("GET", "/_api/api-keys"): self._list,
            ("POST", "/_api/api-keys/check"): self._check,
            ("POST", "/_api/api-keys/create"): self._create,
            ("POST", "/_api/api-keys/update"): self._update,
            ("POST", "/_api/api-keys/delete"): self._delete,
            ("POST", "/_api/verification/send"): self._send,
        }

    # ------------------------------------------------------------ who is there

    def _user(self, request: Request) -> Response:
        if not request.session.signed_in:
            return answer(signedIn=False, region=self.settings.region)
        account = self.world.account
        return answer(
            signedIn=True,
            email=account.masked,
            uid=account.uid,
            ip=CURRENT_IP,
            region=self.settings.region,
            restricted=self.settings.restricted,
            tradePreticked=self.settings.trade_preticked,
            verification=self.settings.verification,
        )

    def _login(self, request: Request) -> Response:
        if not request.text("account") or not request.text("password"):
            return refuse("Enter your e-mail address and your password.")
        request.session.signed_in = True
        return answer()

    def _logout(self, request: Request) -> Response:
        request.session.signed_in = False
        return answer()

    # ------------------------------------------------------------ keys

    def _list(self, request: Request) -> Response:
        del request
        return answer(items=[self._card(key) for key in self.world.state.keys])

    def _card(self, key: Key) -> dict[str, Any]:
        return {
            "id": key.id,
            "name": key.label,
            "version": "V2",
            "key": key.api_key,
            "rights": list(key.permissions),
            "restrictions": self._shown(key.permissions),
            "ips": list(key.ips),
            "created": key.created,
        }

    def _shown(self, permissions: tuple[str, ...]) -> str:
        words = SHOWN_2020 if self.old else SHOWN
        return ",".join(words[right] for right in words if right in permissions)

    def _wrong(self, request: Request, *, new: bool) -> dict[str, str]:
        """Say what is wrong with which field of the form; empty if nothing is."""
        wrong = {}
        name = request.text("name")
        if not 1 <= len(name.strip()) <= NAME_MAX:
            wrong["name"] = f"Enter a name of 1 to {NAME_MAX} characters."
        if new:
            words = request.text("passphrase")
            low, high = PASSPHRASE
            if not low <= len(words) <= high or any(letter.isspace() for letter in words):
                wrong["passphrase"] = f"Enter {low}-{high} characters without spaces."
        ips = _ips(request)
        if ips is None or len(ips) > IPS_MAX or len(set(ips)) < len(ips):
            wrong["ips"] = "Invalid IP list."
        elif request.truth("restricted") and not ips:
            wrong["ips"] = "Add at least one IP address."
        if not request.truth("restricted") and not self.old and NEED_IPS & set(_rights(request)):
            wrong["rights"] = "IP restriction is required for withdrawals and flexible transfers."
        return wrong

    def _check(self, request: Request) -> Response:
        world = self.world
        world.state.requests["check"] += 1
        action = request.text("action") or "create"
        if action == "create" and len(world.state.keys) >= KEYS_MAX:
            return refuse(f"You cannot have more than {KEYS_MAX} API keys.")
        if action != "delete":
            wrong = self._wrong(request, new=action == "create")
            if wrong:
                return refuse(next(iter(wrong.values())), fields=wrong)
        return answer(gates=self._gates(action), email=world.account.masked)

    def _gates(self, action: str) -> list[str]:
        return [] if action == "update" and not self.settings.save_asks else list(self.settings.gates)

    def _send(self, request: Request) -> Response:
        del request
        return answer(wait=RESEND) if self._codes.send() else refuse("Too frequent, please wait.")

    def _gate(self, request: Request, action: str) -> dict[str, str]:
        """Check what is asked for. Says what is wrong with which."""
        given = request.body.get("gate")
        given = given if isinstance(given, dict) else {}
        asked = {gate: str(given.get(gate, "")).strip() for gate in self._gates(action)}
        password = self.world.account.trading_password
        if asked.get("trading-password", password) != password:
            return {"trading-password": "Incorrect trading password."}
        gate, why = self._codes.refused(asked)
        return {gate: WRONG[gate, why]} if why else {}

    def _create(self, request: Request) -> Response:
        world = self.world
        world.state.requests["create"] += 1
        if len(world.state.keys) >= KEYS_MAX:
            return refuse(f"You cannot have more than {KEYS_MAX} API keys.")
        wrong = self._wrong(request, new=True) or self._gate(request, "create")
        if wrong:
            return refuse(next(iter(wrong.values())), fields=wrong)
        granted = ("read",) if self.old else _rights(request)
        if world.faults.on("extra-right"):
            granted = (
                *granted,
                next(right for right in ("trade", "futures", "margin") if right not in granted),
            )
        key = self._key(request.text("name"), request.text("passphrase"), granted, _ips(request) or ())
        world.state.add(key, world.clock.now())
        if world.faults.take("lost-answer"):
            return lost()
        return answer(**self._card(key), secret=key.secret)

    def _update(self, request: Request) -> Response:
        world = self.world
        world.state.requests["edit"] += 1
        key = world.state.find(request.text("id"))
        if key is None:
            return refuse("This API key is not there any more.")
        wrong = self._wrong(request, new=False) or self._gate(request, "update")
        if wrong:
            return refuse(next(iter(wrong.values())), fields=wrong)
        world.state.change(
            key,
            world.clock.now(),
            label=request.text("name"),
            permissions=_rights(request),
            ips=_ips(request) or (),
        )
        return answer()

    def _delete(self, request: Request) -> Response:
        world = self.world
        world.state.requests["delete"] += 1
        key = world.state.find(request.text("id"))
        if key is None:
            return refuse("This API key is not there any more.")
        wrong = self._gate(request, "delete")
        if wrong:
            return refuse(next(iter(wrong.values())), fields=wrong)
        world.state.delete(key, world.clock.now())
        return answer()

    def _key(self, name: str, passphrase: str, permissions: tuple[str, ...], ips: tuple[str, ...]) -> Key:
        return Key(
            id=secrets.token_hex(6),
            label=name,
            # A Mongo id: the seconds, then noise.
            api_key=f"{int(self.world.clock.now()):08x}{secrets.token_hex(8)}",
            secret=str(uuid.uuid4()),
            permissions=permissions,
            ips=ips,
            created=self.world.clock.iso(),
            passphrase=passphrase,
        )


def _rights(request: Request) -> tuple[str, ...]:
    given = request.body.get("rights")
    chosen = set(map(str, given)) if isinstance(given, list) else set()
    return ("read", *(right for right in SHOWN if right in chosen and right != "read"))


def _ips(request: Request) -> tuple[str, ...] | None:
    """Give the addresses in order, () for an unrestricted key; None when one of them is none."""
    given = request.body.get("ips", [])
    if not isinstance(given, list):
        return None
    if not request.truth("restricted"):
        return ()
    try:
        return tuple(str(address) for address in given if ip_address(str(address)))
    except ValueError:
        return None


SITE = KuCoin
