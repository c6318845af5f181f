"""The pages of the Poloniex Futures look-alike as HTML. Everything that comes from outside is escaped here.

Knows nothing of requests, rules or the state behind the pages.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from autokey.sandbox.world import World

_PERSON: Final = (
    '<svg class="glyph glyph-profile" viewBox="0 0 20 20" width="20" height="20"><circle cx="10" cy="6" r="4" '
    'fill="currentColor"/><path d="M2 19c1-9 15-9 16 0z" fill="currentColor"/></svg>'
)
_BELL: Final = (
    '<svg class="glyph glyph-bell" viewBox="0 0 20 20" width="18" height="18">'
    '<path d="M4 15h12l-2-3V8a4 4 0 0 0-8 0v4zM8 17h4" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>'
)


def frame(screen: str, body: str, account: str) -> str:
    """Give a whole page; `account` is "" for a visitor who is not signed in."""
    if account:
        side = (
            '<a class="nav-link" href="/">Wallet</a><a class="nav-link" href="/">Orders</a>'
            f'<span class="nav-link">{_BELL}</span>'
            f'<div class="dropdown"><a class="nav-link dropdown-toggle" href="#" data-toggle="dropdown">{_PERSON}</a>'
            f'<div class="dropdown-menu" hidden><h6 class="dropdown-header">{escape(account)}</h6>'
            '<a class="dropdown-item" href="/profile">Profile</a><a class="dropdown-item" href="/">Wallet</a>'
            '<a class="dropdown-item" href="/">Fee schedule</a><div class="dropdown-divider"></div>'
            '<a class="dropdown-item" href="/logout">Log Out</a></div></div>'
        )
    else:
        side = '<a class="nav-link" href="/login">Log In</a><a class="nav-link" href="/login">Sign Up</a>'
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Poloniex Futures look-alike</title>
<link rel="stylesheet" href="/static/futures.css">
</head>
<body data-screen="{screen}">
<header class="navbar">
<a class="navbar-brand" href="/">POLONIEX</a>
<nav class="navbar-nav"><a class="nav-link" href="/">Markets</a><a class="nav-link" href="/">Spot</a>\
<a class="nav-link" href="/">Margin</a><a class="nav-link" href="/">Futures</a></nav>
<nav class="navbar-nav ml-auto">{side}</nav>
</header>
<main class="container" id="main">{body}</main>
<footer class="footer">Sandbox, on this machine only</footer>
<script src="/static/futures.js"></script>
</body>
</html>"""


def home() -> str:
    """Give the front page."""
    return '<section class="jumbotron"><h1>Futures, but none are traded here</h1></section>'


def login(said: str) -> str:
    """Give the sign-in page with a message above it."""
    alert = f'<div class="alert alert-danger">{escape(said)}</div>' if said else ""
    return (
        f'<h2>Log In</h2>{alert}<form class="panel slim" method="post" action="/login">'
        + _text("email", "Email", "", "")
        + _text("password", "Password", "", "", kind="password")
        + '<button class="btn btn-primary">Log In</button></form>'
    )


def profile(world: World) -> str:
    """Give the page with the two buttons."""
    account = world.account
    return f"""<h2>Profile</h2>
<section class="panel"><dl class="facts"><dt>Email</dt><dd>{escape(account.masked)}</dd>
<dt>User ID</dt><dd>{escape(account.uid)}</dd></dl></section>
<section class="panel"><h4>API access</h4><p class="text-muted">Spot and futures accounts have keys of their own.</p>
<button class="btn btn-outline" type="button" data-href="/settings/api-keys">API Keys</button>
<button class="btn btn-outline" type="button" data-href="/settings/futures-api-keys">Futures API Keys</button></section>"""


def main_account() -> str:
    """Give the page of the other kind of keys, on which nothing can be done."""
    return '<h2>API Keys</h2><section class="panel"><p>The main account is another look-alike.</p></section>'


def keys(rows: Iterable[tuple[str, str, str, str, str]], form: str, *, shown: bool) -> str:
    """Give the key list: rows of id, name, key, rights and IP limit; above it the form, which is `shown` or not."""
    lines = "".join(
        f"<tr><td>{escape(name)}</td><td><code>{escape(key)}</code></td><td>{escape(rights)}</td><td>{escape(ips)}</td>"
        f'<td><form method="post" action="/settings/futures-api-keys/delete"><input type="hidden" name="id" value="{key_id}">'
        '<button class="btn btn-link">Delete</button></form></td></tr>'
        for key_id, name, key, rights, ips in rows
    )
    heads = "".join(f"<th>{head}</th>" for head in ("API Name", "API Key", "API Restrictions", "IP Limit", ""))
    table = f'<table class="table"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>'
    return f"""<div class="title-row"><h2>Futures API Keys</h2>
<button class="btn btn-primary" type="button" data-open="new-key"{" hidden" if shown else ""}>Create New Key</button></div>
{form}<section class="panel">{table if lines else '<p class="text-muted">No futures API keys yet.</p>'}</section>"""


def form(
    draft: Mapping[str, Any],
    wrong: Mapping[str, str],
    offered: Mapping[str, str],
    preticked: Collection[str],
    *,
    shown: bool,
) -> str:
    """Give the form; `offered` maps rights to their words, the first one is fixed. `preticked`: the site's own ticks."""
    ticked = draft.get("rights", ())
    boxes = "".join(
        f'<div class="form-check"><input class="form-check-input" type="checkbox" id="r-{right}" name="right_{right}" '
        f'value="1" data-own="{int(right in preticked)}"{" checked" if number == 0 or right in ticked else ""}'
        f'{" disabled" if number == 0 else ""}><label class="form-check-label" for="r-{right}">{words}</label></div>'
        for number, (right, words) in enumerate(offered.items())
    )
    rights = f'<fieldset class="form-group"><legend>API Restrictions</legend>{boxes}</fieldset>' if boxes else ""
    listed = bool(draft.get("listed"))
    radio = (
        '<div class="form-check"><input class="form-check-input" type="radio" id="ip-{value}" name="ip_limit" '
        'value="{value}"{checked}><label class="form-check-label" for="ip-{value}">{words}</label></div>'
    )
    return f"""<form class="panel" id="new-key" method="post" action="/settings/futures-api-keys/new"{"" if shown else " hidden"}>
{_text("api_name", "API Name", draft.get("name", ""), wrong.get("api_name", ""))}
{_text("api_passphrase", "API Passphrase", draft.get("passphrase", ""), wrong.get("api_passphrase", ""), kind="password")}
{rights}<fieldset class="form-group"><legend>IP Limit</legend>
{radio.format(value="none", checked="" if listed else " checked", words="No Limit")}
{radio.format(value="list", checked=" checked" if listed else "", words="IP White List")}
<div id="ip-box"{"" if listed else " hidden"}>{_text("ip_list", "IP Addresses", draft.get("ips", ""), wrong.get("ip_list", ""))}</div>
</fieldset><button class="btn btn-primary">Create</button></form>"""


def verification(gates: Iterable[str], email: str) -> str:
    """Give the page that asks for codes."""
    send = '<button class="btn btn-outline" type="button" id="send">Send</button>'
    fields = {
        "email-code": _text("email-code", "Email Code", "", "", more=send),
        "authenticator-code": _text("authenticator-code", "2FA Code", "", ""),
    }
    asked = list(gates)
    note = f'<p class="text-muted">A mailed code goes to {escape(email)}.</p>' if "email-code" in asked else ""
    return (
        f'<h2>Two-Factor Authentication</h2><form class="panel slim" id="verify" data-gates="{" ".join(asked)}">'
        f'{note}{"".join(fields[gate] for gate in asked)}<button class="btn btn-primary">Confirm</button></form>'
    )


def created(rows: Iterable[tuple[str, str]], rights: str, ips: str, *, masked: bool) -> str:
    """Give the page that holds the secret: a field of its own, stars when it was looked at before."""
    lines = ""
    for words, value in rows:
        if words == "Secret Key":
            known = value or "********"
            first = f"{value[:4]}{'*' * 28}{value[-4:]}" if masked and value else known
            eye = (
                '<button class="btn btn-eye" type="button" data-show><i class="eye"></i></button>'
                if first != known
                else ""
            )
            held = (
                f'<div class="input-group"><input class="form-control" readonly value="{escape(first)}" '
                f'data-copy="{escape(known)}">{eye}<button class="btn btn-outline" type="button" data-copies>Copy</button></div>'
            )
        else:
            held = escape(value)
        lines += f"<dt>{words}</dt><dd>{held}</dd>"
    return f"""<h2>Futures API Keys</h2>
<div class="alert alert-warning">After a refresh of this page the secret is hidden for good.</div>
<section class="panel"><dl class="facts">{lines}<dt>API Restrictions</dt><dd>{escape(rights)}</dd>
<dt>IP Limit</dt><dd>{escape(ips)}</dd></dl>
<button class="btn btn-primary" type="button" data-href="/settings/futures-api-keys">Done</button></section>"""


def _text(name: str, label: str, value: str, wrong: str, *, kind: str = "text", more: str = "") -> str:
    state = " is-invalid" if wrong else ""
    return (
        f'<div class="form-group"><label for="{name}">{label}</label><div class="input-group"><input '
        f'class="form-control{state}" id="{name}" name="{name}" type="{kind}" value="{escape(value)}" '
        f'autocomplete="{"new-password" if kind == "password" else "off"}">{more}</div>'
        f'<div class="invalid-feedback">{escape(wrong)}</div></div>'
    )
