"""Look-alike of Coinstore's API management, after public pictures of late 2025 and the ICG guide.

Documented: words, order, 5 keys, 5 addresses with commas and no spaces, 60 characters, mail code plus authenticator,
32 hex digits, the QR code's content, secret in the result dialog only. Not documented, so made up: error texts other
than "2FA code error", the code's life and resend wait, sign-in, edit and delete dialogs, refusal of IPv6 and ranges.
Knows nothing of sockets.
"""

from __future__ import annotations

import json
import secrets
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, ClassVar, Final

from autokey.sandbox.codes import Codes
from autokey.sandbox.site import USUAL, Request, Response, Site, answer, lost, qr, refuse
from autokey.sandbox.state import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LABEL_MAX: Final = 60
IPS_MAX: Final = 5
KEYS_MAX: Final = 5
CODE_LIFE: Final = 600.0  # seconds
RESEND: Final = 60.0  # seconds
PURPOSE: Final = "api-key"
WRONG: Final = {
    ("email-code", "expired"): "Email code expired, please get a new one.",
    ("email-code", "wrong"): "Email code error",
    ("authenticator-code", "wrong"): "2FA code error",
}
SHOWN: Final = {"read": "Read", "trade": "Trade", "withdraw": "Withdraw"}


class Coinstore(Site):
    """A single page with hash routes; its script talks to /api."""

    pages: ClassVar[Mapping[str, str]] = {"/": "coinstore.html"}
    open_paths: ClassVar[frozenset[str]] = frozenset({"/api/session", "/api/sign-in"})
    faults: ClassVar[frozenset[str]] = USUAL | {
        "closes-at-press",
        "covered-at-press",
        "full-account",
        "withdraw-preticked",
    }

    def __init__(self, world: Any, variant: str = "") -> None:
        super().__init__(world, variant)
        self._codes = Codes(world, PURPOSE, "Your code for API management", CODE_LIFE, RESEND)
        if world.faults.on("full-account"):
            for number in range(1, KEYS_MAX + 1):
                world.state.keys.append(self._key(f"old-{number}", ("read",), ("192.0.2.1",)))

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], Response]]:
        """Give the handlers of /api."""
        return {
            ("GET", "/api/session"): self._session,
            ("POST", "/api/sign-in"): self._sign_in,
            ("POST", "/api/sign-out"): self._sign_out,
            ("GET", "/api/keys"): self._keys,
            ("POST", "/api/keys/check"): self._check,
            ("POST", "/api/keys/create"): self._create,
            ("POST", "/api/keys/edit"): self._edit,
            ("POST", "/api/keys/delete"): self._delete,
            ("POST", "/api/code"): self._send,
        }

    def _session(self, request: Request) -> Response:
        if not request.session.signed_in:
            return answer(signedIn=False)
        return answer(signedIn=True, email=self.world.account.masked, uid=self.world.account.uid)

    def _sign_in(self, request: Request) -> Response:
        if not request.text("email") or not request.text("password"):
            return refuse("Enter your e-mail address and your password.")
        request.session.signed_in = True
        return answer()

    def _sign_out(self, request: Request) -> Response:
        request.session.signed_in = False
        return answer()

    def _keys(self, request: Request) -> Response:
        del request
        rows = [
            {
                "id": key.id,
                "remark": key.label,
                "ips": ",".join(key.ips),
                "apiKey": key.api_key,
                "permission": _shown(key.permissions),
                "created": key.created.replace("T", " ").rstrip("Z"),
                "status": "Normal",
            }
            for key in self.world.state.keys
        ]
        return answer(keys=rows, full=len(rows) >= KEYS_MAX, maximum=KEYS_MAX)

    def _wrong(self, request: Request) -> str:
        """Say what is wrong with the form, "" if nothing is."""
        remark = request.text("remark")
        if not remark.strip():
            return "Enter a remark name."
        if len(remark) > LABEL_MAX:
            return f"A remark name has at most {LABEL_MAX} characters."
        ips = request.text("ips")
        if not ips:
            return "Enter an IP address."
        addresses = ips.split(",")
        for address in addresses:
            try:
                IPv4Address(address)  # refuses spaces, ranges and IPv6
            except ValueError:
                return "Illegal IP address."
        if len(addresses) > IPS_MAX:
            return f"At most {IPS_MAX} IP addresses."
        return ""

    def _check(self, request: Request) -> Response:
        self.world.state.requests["check"] += 1
        if not request.text("id") and len(self.world.state.keys) >= KEYS_MAX:
            return refuse(f"You have {KEYS_MAX} API keys already.")
        wrong = self._wrong(request)
        return refuse(wrong) if wrong else answer(email=self.world.account.masked)

    def _send(self, request: Request) -> Response:
        del request
        return answer(wait=RESEND) if self._codes.send() else refuse("Wait before you ask for another code.")

    def _gate(self, request: Request) -> str:
        """Check both codes. Gives what is wrong, "" if nothing is."""
        given = {"email-code": request.text("mail"), "authenticator-code": request.text("totp")}
        return WRONG.get(self._codes.refused(given), "")

    def _create(self, request: Request) -> Response:
        world = self.world
        world.state.requests["create"] += 1
        if len(world.state.keys) >= KEYS_MAX:
            return refuse(f"You have {KEYS_MAX} API keys already.")
        wrong = self._wrong(request) or self._gate(request)
        if wrong:
            return refuse(wrong)
        granted = _rights(request)
        if world.faults.on("extra-right"):
            granted = (*granted, next((right for right in SHOWN if right not in granted), "read"))
        key = self._key(request.text("remark"), granted, tuple(request.text("ips").split(",")))
        world.state.add(key, world.clock.now())
        if world.faults.take("lost-answer"):
            return lost()
        return answer(
            id=key.id,
            apiKey=key.api_key,
            secretKey=key.secret,
            ips=",".join(key.ips),
            permission=_shown(key.permissions),
            qr=qr(json.dumps({"APIKey": key.api_key, "secretKey": key.secret}, separators=(",", ":"))),
        )

    def _edit(self, request: Request) -> Response:
        world = self.world
        world.state.requests["edit"] += 1
        key = world.state.find(request.text("id"))
        if key is None:
            return refuse("This API key is not there any more.")
        wrong = self._wrong(request) or self._gate(request)
        if wrong:
            return refuse(wrong)
        world.state.change(
            key,
            world.clock.now(),
            label=request.text("remark"),
            permissions=_rights(request),
            ips=tuple(request.text("ips").split(",")),
        )
        return answer()

    def _delete(self, request: Request) -> Response:
        world = self.world
        world.state.requests["delete"] += 1
        key = world.state.find(request.text("id"))
        if key is None:
            return refuse("This API key is not there any more.")
        world.state.delete(key, world.clock.now())
        return answer()

    def _key(self, label: str, permissions: tuple[str, ...], ips: tuple[str, ...]) -> Key:
        return Key(
            id=secrets.token_hex(6),
            label=label,
            api_key=secrets.token_hex(16),
            secret=secrets.token_hex(16),
            permissions=permissions,
            ips=ips,
            created=self.world.clock.iso(),
        )


def _rights(request: Request) -> tuple[str, ...]:
    return ("read", *(right for right in ("trade", "withdraw") if request.truth(right)))


def _shown(permissions: tuple[str, ...]) -> str:
    return ",".join(SHOWN[right] for right in SHOWN if right in permissions)


SITE = Coinstore
