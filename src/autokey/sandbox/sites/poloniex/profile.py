"""The profile page's look (Hash Data guide): one page whose script draws everything and talks to /api.

Knows nothing of the wrench page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from autokey.sandbox.site import TYPES, Request, Response, answer, mark, refuse
from autokey.sandbox.sites.poloniex.rules import GONE, LINK_LIFE, Ask, Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONFIRM: Final = "/confirm/{token}"
SAID: Final = {
    "ok": ("Confirmed", "Thank you, this is confirmed. You can close this page and return to your API keys."),
    "expired": (
        "Link expired",
        "This link has expired: it was good for 15 minutes. Ask for a new email on the API keys page.",
    ),
    "used": ("Link used", "This link was used before."),
    "wrong": ("Link not valid", "This link is not valid. A newer email may have replaced it."),
}


class Profile:
    """Pages and handlers of the variant ""."""

    served: ClassVar[bool] = False
    scripted: ClassVar[tuple[str, ...]] = ()
    pages: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("/", "/login", "/profile", "/apiKeys", "/settings/futures-api-keys"), "profile.html"
    )
    open_paths: ClassVar[frozenset[str]] = frozenset({"/api/session", "/api/login", "/confirm/"})

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], Response]]:
        """Give the handlers of /api and of the mailed links."""
        return {
            ("GET", "/api/session"): self._session,
            ("POST", "/api/login"): self._login,
            ("POST", "/api/logout"): self._logout,
            ("GET", "/api/keys"): self._keys,
            ("POST", "/api/ask"): self._ask,
            ("POST", "/api/resend"): self._resend,
            ("POST", "/api/secret"): self._secret,
            ("POST", "/api/delete"): self._delete,
            ("GET", "/confirm/"): self._confirm,
        }

    def _session(self, request: Request) -> Response:
        return answer(
            signedIn=request.session.signed_in,
            email=self.rules.world.account.masked,
            twoFactor=self.rules.two_factor,
        )

    def _login(self, request: Request) -> Response:
        if not request.text("email") or not request.text("password"):
            return refuse("Enter your email and your password.")
        request.session.signed_in = True
        return answer()

    def _logout(self, request: Request) -> Response:
        request.session.signed_in = False
        return answer()

    def _keys(self, request: Request) -> Response:
        rules = self.rules
        waiting = rules.waiting(request.session)
        return answer(
            enabled=rules.enabled,
            waiting=None if waiting is None else {"what": waiting[0].what, "expired": not waiting[1]},
            keys=[
                {
                    "id": key.id,
                    "apiKey": key.api_key,
                    "created": key.created.replace("T", " ").rstrip("Z"),
                    "trade": "trade" in key.permissions,
                    "withdraw": "withdraw" in key.permissions,
                    "ips": ", ".join(key.ips),
                    "secret": key.secret if rules.first_sight(key, request.session) else "",
                }
                for key in rules.world.state.keys
            ],
        )

    def _ask(self, request: Request) -> Response:
        rules = self.rules
        wanted = Ask("create")
        match request.text("what"):
            case "enable":
                wanted = Ask("enable")
            case "create":
                pass
            case "right" if request.text("right") in {"trade", "withdraw"}:
                wanted = Ask("right", request.text("key"), request.text("right"), request.truth("on"))
            case "ips":
                wanted = Ask("ips", request.text("key"))
                if request.text("ips"):
                    ips = rules.parse_ips(request.text("ips"))
                    if ips is None:
                        return refuse("One of the IP addresses is not valid.", field="ips")
                    wanted = replace(wanted, ips=ips)
            case _:
                return refuse("unknown")
        if request.truth("check"):  # the form is looked at before the code is asked for
            return answer()
        wrong = rules.ask(wanted, request, request.text("code"), CONFIRM)
        return refuse(wrong) if wrong else answer(minutes=LINK_LIFE / 60, email=rules.world.account.masked)

    def _resend(self, request: Request) -> Response:
        wrong = self.rules.resend(request, CONFIRM)
        return refuse(wrong) if wrong else answer()

    def _secret(self, request: Request) -> Response:
        self.rules.world.state.requests["reveal"] += 1
        key = self.rules.world.state.find(request.text("key"))
        if key is None:
            return refuse(GONE)
        wrong = self.rules.check_code(request.text("code"))
        return refuse(wrong) if wrong else answer(secret=key.secret)

    def _delete(self, request: Request) -> Response:
        wrong = self.rules.check_code(request.text("code")) or self.rules.delete(request.text("key"))
        return refuse(wrong) if wrong else answer()

    def _confirm(self, request: Request) -> Response:
        verdict = self.rules.follow(request.path.rpartition("/")[2])
        if verdict == "ok" and self.rules.world.faults.take("lost-answer"):
            return Response(b"<!doctype html>", TYPES[".html"], lost=True)
        title, words = SAID[verdict]
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            '<link rel="stylesheet" href="/static/profile.css"></head><body class="confirmPage">'
            f'<main class="confirmBox_3kd"><h2>{title}</h2><p>{words}</p></main></body></html>'
        )
        return Response(mark(html, self.rules.world).encode(), TYPES[".html"])
