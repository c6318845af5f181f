"""The wrench page's look (Coygo guide): pages made on the server, tables and forms, one page per step.

Knows nothing of the profile page.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, ClassVar, Final

from autokey.sandbox.site import TYPES, Request, Response, answer, mark, redirect
from autokey.sandbox.sites.poloniex.rules import GONE, Ask, Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autokey.sandbox.state import Key

KEYS: Final = "/apiKeys"
CONFIRM: Final = "/emailConfirmation?token={token}"
CURRENT_IP: Final = "198.51.100.23"
SAID: Final = {
    "ok": ("Success", "Your request has been confirmed."),
    "expired": (
        "Link Expired",
        "This link was good for 15 minutes, and they are over. Please have a new email sent.",
    ),
    "used": ("Link Already Used", "This request was confirmed before."),
    "wrong": (
        "Invalid Link",
        "This link does not belong to any request. Please use the one in the newest email.",
    ),
}
DRAFT: Final = "draft"
WRONG: Final = "wrong"


class Legacy:
    """Pages and handlers of the variant "legacy"."""

    served: ClassVar[bool] = True
    scripted: ClassVar[tuple[str, ...]] = ("/apiKeys/show",)  # asked for by the page's script, which wants no page back
    pages: ClassVar[Mapping[str, str]] = {}
    open_paths: ClassVar[frozenset[str]] = frozenset({"/", "/login", "/emailConfirmation"})

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], Response]]:
        """Give the handlers of all pages and forms."""
        return {
            ("GET", "/"): self._home,
            ("GET", "/login"): self._login_page,
            ("POST", "/login"): self._login,
            ("GET", "/logout"): self._logout,
            ("GET", "/profile"): self._account,
            ("GET", KEYS): self._keys,
            ("POST", "/apiKeys/enable"): lambda request: self._start(Ask("enable"), request),
            ("POST", "/apiKeys/create"): lambda request: self._start(Ask("create"), request),
            ("POST", "/apiKeys/option"): self._option,
            ("POST", "/apiKeys/ips"): self._ips,
            ("GET", "/apiKeys/verify"): self._verify_page,
            ("POST", "/apiKeys/verify"): self._verify,
            ("POST", "/apiKeys/resend"): self._resend,
            ("POST", "/apiKeys/show"): self._show,
            ("GET", "/apiKeys/delete"): self._delete_page,
            ("POST", "/apiKeys/delete"): self._delete,
            ("GET", "/emailConfirmation"): self._confirm,
        }

    # ------------------------------------------------------------ frame

    def _page(self, request: Request, screen: str, title: str, content: str) -> Response:
        if request.session.signed_in:
            right = (
                '<ul class="tools"><li>DEPOSITS</li><li>ORDERS</li>'
                '<li class="menu"><a href="#" class="toolIcon wrench"></a><ul class="sub">'
                '<li><a href="/profile">My Profile</a></li><li><a href="/profile#2fa">Two-Factor Authentication</a></li>'
                f'<li><a href="{KEYS}">API Keys</a></li><li><a href="/profile#history">Login History</a></li></ul></li>'
                '<li><a href="/logout" class="toolIcon exit"></a></li></ul>'
            )
        else:
            right = '<ul class="tools"><li><a href="/login">Sign in</a></li></ul>'
        html = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - Poloniex look-alike</title>'
            f'<link rel="stylesheet" href="/static/legacy.css"></head><body data-screen="{screen}">'
            '<div id="header"><a href="/" class="logo">POLONIEX</a>'
            '<ul class="nav"><li>EXCHANGE</li><li>MARGIN TRADING</li><li>LENDING</li></ul>'
            f'{right}</div><div id="main">{content}</div>'
            '<div id="footer">Exchange | Margin Trading | Lending | Support | Fees</div>'
            '<script src="/static/legacy.js"></script></body></html>'
        )
        return Response(mark(html, self.rules.world).encode(), TYPES[".html"])

    def _home(self, request: Request) -> Response:
        rows = "".join(
            f"<tr><td>{coin}</td><td>0.0{number}</td></tr>"
            for number, coin in enumerate(("DASH", "ETH", "LTC", "XMR"), 1)
        )
        table = f"<table class='markets'><tr><th>Coin</th><th>Price</th></tr>{rows}</table>"
        return self._page(request, "home", "Exchange", f"<h1>Markets</h1>{table}")

    def _account(self, request: Request) -> Response:
        state = "enabled" if self.rules.two_factor else "disabled"
        words = f"<p>{escape(self.rules.world.account.email)}</p><p>Two-Factor Authentication is {state}.</p>"
        return self._page(request, "profile", "My Profile", f"<h1>My Profile</h1>{words}")

    # ------------------------------------------------------------ sign-in

    def _login_page(self, request: Request, wrong: str = "") -> Response:
        form = (
            f'<h1>Sign in</h1><form method="post" action="/login" class="box"><div class="err">{escape(wrong)}</div>'
            '<div>Email<br><input type="text" name="email" autocomplete="off"></div>'
            '<div>Password<br><input type="password" name="password" autocomplete="off"></div>'
            '<input type="submit" class="button" value="Sign in"></form>'
        )
        return self._page(request, "login", "Sign in", form)

    def _login(self, request: Request) -> Response:
        if not request.text("email") or not request.text("password"):
            return self._login_page(request, "Please enter your email and password.")
        request.session.signed_in = True
        return redirect("/")

    def _logout(self, request: Request) -> Response:
        request.session.signed_in = False
        return redirect("/")

    # ------------------------------------------------------------ the list

    def _keys(self, request: Request) -> Response:
        rules = self.rules
        parts = ["<h1>API Keys</h1>", self._notice(request)]
        if rules.enabled:
            word = "Create New Key" if rules.world.faults.on("create-new-key") else "Create API Key"
            parts.append(_press("/apiKeys/create", word))
            if not rules.world.state.keys:
                parts.append("<p>There are no keys yet.</p>")
        else:
            parts.append(
                "<p>Programs cannot use your account: the API is disabled.</p>"
                + _press("/apiKeys/enable", "Enable API")
            )
        parts.extend(self._card(key) for key in rules.world.state.keys)
        return self._page(request, "keys", "API Keys", "".join(parts))

    def _notice(self, request: Request) -> str:
        wrong = request.session.data.pop(WRONG, "")
        shown = f'<div class="notice bad">{escape(wrong)}</div>' if wrong else ""
        waiting = self.rules.waiting(request.session)
        if waiting is None:
            return shown
        words = (
            f"An email with a confirmation link was sent to {escape(self.rules.world.account.masked)}. "
            "Follow the link within 15 minutes, then reload this page."
            if waiting[1]
            else "The link that was sent to you has expired."
        )
        return (
            f'{shown}<div class="notice"><b>Check your email</b><br>{words} {_press("/apiKeys/resend", "Resend")}</div>'
        )

    def _card(self, key: Key) -> str:
        created = key.created.replace("T", " ").rstrip("Z")
        return (
            f'<table class="apiKey" cellspacing="0" data-id="{key.id}">'
            f'<tr><th>API Key</th><td><span class="code">{key.api_key}</span>'
            f'<form method="get" action="/apiKeys/delete" class="del"><input type="hidden" name="id" value="{key.id}">'
            '<input type="submit" class="button small" value="Delete"></form></td></tr>'
            '<tr><th>Secret</th><td class="secret"><a href="#" class="show">Show</a></td></tr>'
            f"<tr><th>Created</th><td>{created}</td></tr><tr><th>Last Accessed</th><td>Never</td></tr>"
            f"<tr><th>Options</th><td>{_option(key, 'trade', 'Enable Trading')}"
            f"{_option(key, 'withdraw', 'Enable Withdrawals', ' <span class=warn>⚠</span>')}</td></tr>"
            f"<tr><th>IP Access Restriction</th><td>{self._restriction(key)}</td></tr></table>"
        )

    def _restriction(self, key: Key) -> str:
        if not self.rules.two_factor:
            return 'This setting needs Two-Factor Authentication. Turn it on for your account first. <span class="red">We advise it.</span>'
        free, shut = ("", " checked") if key.ips else (" checked", "")
        ips = escape(", ".join(key.ips))
        return (
            f'<div><input type="radio" name="restrict{key.id}" id="r0{key.id}" value="0"{free}>'
            f'<label for="r0{key.id}">Unrestricted (Less Secure)</label></div>'
            f'<div><input type="radio" name="restrict{key.id}" id="r1{key.id}" value="1"{shut}>'
            f'<label for="r1{key.id}">Restrict access to trusted IPs only (Recommended)</label></div>'
            f'<div class="trusted{"" if key.ips else " hidden"}"><b>Trusted IPs</b> <span class="ips">{ips or "none"}</span><br>'
            '<input type="button" class="button small edit" value="Edit">'
            f'<form method="post" action="/apiKeys/ips" class="hidden"><input type="hidden" name="id" value="{key.id}">'
            f'<textarea name="ips" rows="2" cols="50" spellcheck="false">{ips}</textarea><br>'
            '<input type="submit" class="button small" value="Save"></form>'
            f'<div class="current">Your current IP is {CURRENT_IP}</div></div>'
        )

    # ------------------------------------------------------------ asking and confirming

    def _back(self, request: Request, wrong: str = "") -> Response:
        if wrong:
            request.session.data[WRONG] = wrong
        return redirect(KEYS)

    def _start(self, wanted: Ask, request: Request) -> Response:
        request.session.data[DRAFT] = wanted
        if wanted.gated and self.rules.two_factor:
            return redirect("/apiKeys/verify")
        return self._back(request, self.rules.ask(wanted, request, "", CONFIRM))

    def _option(self, request: Request) -> Response:
        right = request.text("right")
        if right not in {"trade", "withdraw"}:
            return self._back(request, "unknown")
        return self._start(Ask("right", request.text("id"), right, request.text("on") == "1"), request)

    def _ips(self, request: Request) -> Response:
        if not self.rules.two_factor:
            return self._back(request, "Two-Factor Authentication is needed for that.")
        text = request.text("ips")
        ips = self.rules.parse_ips(text) if text.strip() else ()
        if ips is None:
            return self._back(request, "Invalid IP address.")
        return self._start(Ask("ips", request.text("id"), ips=ips), request)

    def _verify_page(self, request: Request, wrong: str = "") -> Response:
        if DRAFT not in request.session.data:
            return redirect(KEYS)
        form = (
            '<h1>Two-Factor Authentication</h1><form method="post" action="/apiKeys/verify" class="box">'
            f'<div class="err">{escape(wrong)}</div><table><tr><td>Enter your 2FA code:</td>'
            '<td><input type="text" name="code" maxlength="6" autocomplete="off"></td></tr></table>'
            f'<input type="submit" class="button" value="Submit"> <a href="{KEYS}">Cancel</a></form>'
        )
        return self._page(request, "verify", "Two-Factor Authentication", form)

    def _verify(self, request: Request) -> Response:
        wanted = request.session.data.get(DRAFT)
        if wanted is None:
            return redirect(KEYS)
        wrong = self.rules.ask(wanted, request, request.text("code"), CONFIRM)
        if wrong and wrong != GONE:
            return self._verify_page(request, wrong)
        del request.session.data[DRAFT]
        return self._back(request, wrong)

    def _resend(self, request: Request) -> Response:
        return self._back(request, self.rules.resend(request, CONFIRM))

    def _confirm(self, request: Request) -> Response:
        verdict = self.rules.follow(request.query.get("token", ""))
        if verdict == "ok" and self.rules.world.faults.take("lost-answer"):
            return Response(b"<!DOCTYPE html>", TYPES[".html"], lost=True)
        title, words = SAID[verdict]
        return self._page(request, "confirmed", title, f'<h1>{title}</h1><div class="notice">{words}</div>')

    # ------------------------------------------------------------ showing and deleting

    def _show(self, request: Request) -> Response:
        self.rules.world.state.requests["reveal"] += 1
        key = self.rules.world.state.find(request.text("id"))
        return answer(error=GONE) if key is None else answer(secret=key.secret)

    def _delete_page(self, request: Request) -> Response:
        key = self.rules.world.state.find(request.query.get("id", ""))
        if key is None:
            return self._back(request, GONE)
        form = (
            f'<h1>Delete API Key</h1><p>Really delete <span class="code">{key.api_key}</span>?</p>'
            f'<form method="post" action="/apiKeys/delete"><input type="hidden" name="id" value="{key.id}">'
            f'<input type="submit" class="button" value="Yes, delete it"> <a href="{KEYS}">Cancel</a></form>'
        )
        return self._page(request, "delete", "Delete API Key", form)

    def _delete(self, request: Request) -> Response:
        return self._back(request, self.rules.delete(request.text("id")))


def _press(action: str, words: str) -> str:
    return f'<form method="post" action="{action}" class="press"><input type="submit" class="button" value="{words}"></form>'


def _option(key: Key, right: str, words: str, after: str = "") -> str:
    ticked = " checked" if right in key.permissions else ""
    return (
        f'<form method="post" action="/apiKeys/option" class="option"><input type="hidden" name="id" value="{key.id}">'
        f'<input type="hidden" name="right" value="{right}"><input type="checkbox" name="on" value="1"{ticked}> {words}{after}</form>'
    )
