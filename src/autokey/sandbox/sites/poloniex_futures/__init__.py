"""Look-alike of Poloniex Futures (offline since 30 November 2024), after the Hash Data guide.

Plain pages from the server, each with an address of its own. Variants: "" asks for the authenticator, `email` for a
mailed code too, `preticked` offers Trade ticked already. Settings beside the faults: `no-2fa`, `old-keys`.
Documented: Profile, Futures API Keys, API Name, API Passphrase, Create, 2FA codes, secret hidden after a refresh, API
Restrictions General, IP Limit No Limit. By kinship with the sister software: lengths of name and passphrase, shape of
key and secret. Not documented, so made up: everything else, above all the boxes in the form and the error texts.
Knows nothing of sockets.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, ClassVar, Final

from autokey.sandbox.codes import Codes
from autokey.sandbox.site import TYPES, USUAL, Request, Response, Site, answer, lost, mark, redirect, refuse
from autokey.sandbox.sites.poloniex_futures import markup
from autokey.sandbox.state import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME_MAX: Final = 24
PASSPHRASE: Final = (7, 32)
CODE_LIFE: Final = 600.0  # seconds
RESEND: Final = 60.0  # seconds
PURPOSE: Final = "futures-api"
KEYS: Final = "/settings/futures-api-keys"
INSIDE: Final = ("/profile", "/settings")
WRONG: Final = {
    ("email-code", "expired"): "This code has expired, send a new one.",
    ("email-code", "wrong"): "Invalid email code.",
    ("authenticator-code", "wrong"): "Invalid 2FA code.",
}
SHOWN: Final = {"read": "General", "trade": "Trade", "transfer": "Transfer"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between accounts. May be replaced on a running site: `site.settings = ...`."""

    gates: tuple[str, ...] = ("authenticator-code",)
    preticked: tuple[str, ...] = ()  # rights that the form offers ticked
    boxes: bool = True  # whether the form offers rights at all


VARIANTS: Final = {
    "": Settings(),
    "email": Settings(gates=("email-code", "authenticator-code")),
    "preticked": Settings(preticked=("trade",)),
    "no-boxes": Settings(boxes=False),
}


class PoloniexFutures(Site):
    """Pages and forms; only the codes go by script."""

    package: ClassVar[str] = __name__
    variants: ClassVar[tuple[str, ...]] = tuple(VARIANTS)
    faults: ClassVar[frozenset[str]] = USUAL | {"no-2fa", "old-keys"}
    open_paths: ClassVar[frozenset[str]] = frozenset({"/", "/login"})

    def __init__(self, world: Any, variant: str = "") -> None:
        super().__init__(world, variant)
        self.settings = VARIANTS[self.variant]
        if world.faults.on("no-2fa"):
            left = tuple(gate for gate in self.settings.gates if gate != "authenticator-code")
            self.settings = replace(self.settings, gates=left)
        self._codes = Codes(world, PURPOSE, "Your futures API code", CODE_LIFE, RESEND)
        if world.faults.on("old-keys"):
            for label in ("tax report", "Coygo"):
                world.state.keys.append(self._key(label, "older-words", ("read",), ()))

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], Response]]:
        """Give the pages, the forms and what the script asks for."""
        return {
            ("GET", "/"): lambda request: self._html(request, "home", markup.home()),
            ("GET", "/login"): self._login_page,
            ("POST", "/login"): self._login,
            ("GET", "/logout"): self._logout,
            ("GET", "/profile"): lambda request: self._html(request, "profile", markup.profile(world=self.world)),
            ("GET", "/settings/api-keys"): lambda request: self._html(request, "main", markup.main_account()),
            ("GET", KEYS): self._list,
            ("POST", f"{KEYS}/new"): self._check,
            ("GET", f"{KEYS}/verify"): self._verify_page,
            ("GET", f"{KEYS}/created"): self._created,
            ("POST", f"{KEYS}/delete"): self._ask_delete,
            ("POST", "/settings/ajax/send"): self._send,
            ("POST", "/settings/ajax/confirm"): self._confirm,
        }

    def handle(self, request: Request) -> Response:
        """Send a visitor who is not signed in to the sign-in page; scripts are answered as everywhere."""
        ajax = request.path.startswith("/settings/ajax/")
        if request.path.startswith(INSIDE) and not ajax and not request.session.signed_in:
            return redirect("/login?expired=1")
        return super().handle(request)

    def _html(self, request: Request, screen: str, body: str) -> Response:
        account = self.world.account.masked if request.session.signed_in else ""
        return Response(mark(markup.frame(screen, body, account), self.world).encode(), TYPES[".html"])

    # ------------------------------------------------------------ who is there

    def _login_page(self, request: Request) -> Response:
        said = "Your session has expired. Please log in again." if request.query.get("expired") else ""
        return self._html(request, "login", markup.login(said))

    def _login(self, request: Request) -> Response:
        if not request.text("email") or not request.text("password"):
            return self._html(request, "login", markup.login("Enter e-mail address and password."))
        request.session.signed_in = True
        return redirect("/")

    def _logout(self, request: Request) -> Response:
        request.session.signed_in = False
        return redirect("/")

    # ------------------------------------------------------------ keys

    def _list(self, request: Request) -> Response:
        request.session.data.pop("fresh", None)
        draft = request.session.data.get("draft") if request.query.get("form") else None
        return self._form_page(request, draft, {})

    def _form_page(self, request: Request, draft: dict[str, Any] | None, wrong: Mapping[str, str]) -> Response:
        rows = [(key.id, key.label, key.api_key, shown(key), limit(key)) for key in self.world.state.keys]
        offered = SHOWN if self.settings.boxes else {}
        ticked = set(self.settings.preticked)
        form = markup.form(draft or {"rights": ticked}, wrong, offered, ticked, shown=draft is not None)
        return self._html(request, "list", markup.keys(rows, form, shown=draft is not None))

    def _check(self, request: Request) -> Response:
        self.world.state.requests["check"] += 1
        draft = {
            "name": request.text("api_name"),
            "passphrase": request.text("api_passphrase"),
            "rights": {right for right in SHOWN if request.text(f"right_{right}")} if self.settings.boxes else set(),
            "listed": request.text("ip_limit") == "list",
            "ips": request.text("ip_list"),
        }
        wrong = _wrong(draft)
        if wrong:
            return self._form_page(request, draft, wrong)
        request.session.data["draft"] = draft
        request.session.data["doing"] = ("create", "")
        if self.settings.gates:
            return redirect(f"{KEYS}/verify")
        self.world.state.requests["create"] += 1
        return redirect(f"{KEYS}/created") if self._make(request) else lost()

    def _ask_delete(self, request: Request) -> Response:
        key = self.world.state.find(request.text("id"))
        if key is None:
            return redirect(KEYS)
        request.session.data["doing"] = ("delete", key.id)
        if self.settings.gates:
            return redirect(f"{KEYS}/verify")
        self._delete(key)
        return redirect(KEYS)

    def _verify_page(self, request: Request) -> Response:
        if "doing" not in request.session.data:
            return redirect(KEYS)
        return self._html(request, "verification", markup.verification(self.settings.gates, self.world.account.masked))

    def _send(self, request: Request) -> Response:
        del request
        return answer(wait=RESEND) if self._codes.send() else refuse("Too many requests, wait a little.")

    def _gate(self, request: Request) -> tuple[str, str]:
        """Check the codes. Gives the field and what is wrong with it."""
        gate, why = self._codes.refused({gate: request.text(gate) for gate in self.settings.gates})
        return (gate, WRONG[gate, why]) if why else ("", "")

    def _confirm(self, request: Request) -> Response:
        """Do what the codes were asked for."""
        what, key_id = request.session.data.get("doing", ("", ""))
        if not what:
            return refuse("This request is not there any more.", to=KEYS)
        self.world.state.requests[what] += 1
        field, wrong = self._gate(request)
        if wrong:
            return refuse(wrong, field=field)
        if what == "create":
            return answer(to=f"{KEYS}/created") if self._make(request) else lost()
        key = self.world.state.find(key_id)
        if key is not None:
            self._delete(key)
        request.session.data.pop("doing", None)
        return answer(to=KEYS)

    def _make(self, request: Request) -> bool:
        """Create the key of the session's draft; tell whether the answer arrives."""
        world, data = self.world, request.session.data
        draft = data.pop("draft")
        data.pop("doing")
        granted = tuple(right for right in SHOWN if right == "read" or right in draft["rights"])
        if world.faults.on("extra-right"):
            granted = (*granted, *[right for right in SHOWN if right not in granted][:1])
        ips = tuple(draft["ips"].split(",")) if draft["listed"] else ()
        key = self._key(draft["name"], draft["passphrase"], granted, ips)
        world.state.add(key, world.clock.now())
        data["made"] = key.id
        if world.faults.take("lost-answer"):
            return False
        data["fresh"] = key.id
        return True

    def _created(self, request: Request) -> Response:
        """Show the key with its secret, at the first look only."""
        key = self.world.state.find(request.session.data.get("made", ""))
        if key is None:
            return redirect(KEYS)
        fresh = request.session.data.pop("fresh", "") == key.id
        rows = (
            ("API Name", key.label),
            ("API Key", key.api_key),
            ("Secret Key", key.secret if fresh else ""),
        )
        body = markup.created(rows, shown(key), limit(key), masked=self.world.faults.on("masked-secret"))
        return self._html(request, "created", body)

    def _delete(self, key: Key) -> None:
        self.world.state.delete(key, self.world.clock.now())

    def _key(self, name: str, passphrase: str, permissions: tuple[str, ...], ips: tuple[str, ...]) -> Key:
        return Key(
            id=secrets.token_hex(6),
            label=name,
            api_key=secrets.token_hex(12),
            secret=str(uuid.uuid4()),
            permissions=permissions,
            ips=ips,
            created=self.world.clock.iso(),
            passphrase=passphrase,
        )


def shown(key: Key) -> str:
    """Give the rights of a key as the site writes them."""
    return ", ".join(SHOWN[right] for right in SHOWN if right in key.permissions)


def limit(key: Key) -> str:
    """Give the addresses of a key as the site writes them."""
    return ",".join(key.ips) or "No Limit"


def _wrong(draft: Mapping[str, Any]) -> dict[str, str]:
    wrong = {}
    low, high = PASSPHRASE
    if not 1 <= len(draft["name"].strip()) <= NAME_MAX:
        wrong["api_name"] = f"Must have 1 to {NAME_MAX} characters."
    if not low <= len(draft["passphrase"]) <= high or any(letter.isspace() for letter in draft["passphrase"]):
        wrong["api_passphrase"] = f"Must have {low} to {high} characters and no spaces."
    if draft["listed"]:
        try:
            for address in draft["ips"].split(","):
                ip_address(address)  # refuses spaces and ranges
        except ValueError:
            wrong["ip_list"] = "Must be IP addresses with commas between them."
    return wrong


SITE = PoloniexFutures
