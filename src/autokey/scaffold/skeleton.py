"""A commented flow and selectors for an exchange of which no walk was recorded: to be filled in by hand.

Knows nothing of pages, of files, or any exchange by name.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_GUIDE: Final = 'guide = {{ file = "TODO", step = "TODO" }}  # TODO: where is the step {id} documented?'
_FLOW: Final = """# A first flow: what is marked is yours to fill in. `autokey check {name}` lists it.
# CONTRIBUTING.md explains every key.
format   = 1
title    = "{title}"  # TODO: the exchange's name as it is written on its site
site     = "{url}"
status   = "live"
verified = "never"            # or the date on which you ran it on the live site with your own account

# TODO: which rights does the site offer, and how? (always, on-request, on-request-dangerous)
[permissions]
read     = "always"
trade    = "on-request"
withdraw = "on-request-dangerous"

# TODO: what does the documentation say of limits? (leave out what it does not say)
[limits]
ips   = {{ min = 0, max = 1, join = ",", ipv6 = "unknown", cidr = "unknown" }}

# TODO: what do key and secret look like? (charset: hex, upper, alnum, any; length 0: not known)
[credential]
api_key    = {{ charset = "any", length = 0, shown = "again" }}
secret_key = {{ charset = "any", length = 0, shown = "once" }}

[[step]]
id    = "open"
open  = "{url}"
text  = "Open the site."
{guide}

[[step]]
id    = "sign-in"
ask   = "sign-in"
to    = "home"
text  = "Sign in."
{guide}

[[step]]
id    = "api"
on    = "home"
click = "api"
to    = "list"
text  = "Go to the API keys."
{guide}

[[step]]
id    = "new"
on    = "list"
click = "new"
to    = "form"
text  = "Begin a new key."
{guide}

[[step]]
id    = "label"
on    = "form"
fill  = "label"
with  = "label"
text  = "Enter the label."
{guide}

[[step]]
id    = "ips"
given = "ips"
on    = "form"
fill  = "ips"
with  = "ips"
text  = "Enter the allowed IP addresses."
{guide}

[[step]]
id    = "rights"
on    = "form"
set   = ["trade", "withdraw"]
state = "ordered"
text  = "Set exactly the ordered rights."
{guide}

[[step]]
id    = "continue"
on    = "form"
click = "continue"
to    = "verification"
text  = "Send the form."
{guide}

[[step]]
id     = "verify"
on     = "verification"
ask    = ["email-code", "authenticator-code"]  # TODO: which codes does the site ask for?
submit = "confirm"
to     = "created"
effect = "creates-key"  # TODO: is this the one act that makes the key? Nothing is tried again from here on
text   = "Enter the codes and confirm."
{guide}

[[step]]
id      = "capture"
on      = "created"
capture = ["api_key", "secret_key"]
text    = "Store key and secret."
{guide}

[[step]]
id     = "close"
on     = "created"
click  = "close"
to     = "list"
effect = "closes"
text   = "Close, now that the secret is stored."
{guide}

[[step]]
id     = "listed"
on     = "list"
expect = "row"
text   = "Find the key in the list, as it was ordered."
{guide}
"""
_SELECTORS: Final = """# Where things are, by the words a person sees. What is marked stands for words of the site.
format = 1
hosts  = ["{host}"]

# TODO: how does the site write each right in its key list?
[shown]
read     = "Read"
trade    = "Trade"
withdraw = "Withdraw"

[screen.home]
is  = [{{ text = "TODO one" }}, {{ text = "TODO two" }}]  # TODO: two things that only this page has
api = {{ role = "link", name = "TODO" }}  # TODO: the words that lead to the API keys

[screen.list]
is  = [{{ role = "button", name = "TODO new" }}, {{ text = "TODO heading" }}]  # TODO: signs of the list of keys
new = {{ role = "button", name = "TODO new" }}  # TODO: the button that begins a new key

[screen.form]
is       = [{{ label = "TODO label" }}, {{ role = "button", name = "TODO continue" }}]  # TODO: signs of the form
label    = {{ label = "TODO label" }}  # TODO: the field of the key's name
ips      = {{ label = "TODO ips" }}  # TODO: the field of the IP addresses
trade    = {{ role = "checkbox", name = "TODO trade", permission = "trade" }}  # TODO: the box of this right
withdraw = {{ role = "checkbox", name = "TODO withdraw", permission = "withdraw" }}  # TODO: the box of this right
continue = {{ role = "button", name = "TODO continue" }}  # TODO: the button that sends the form

[screen.verification]
dialog = "TODO"  # TODO: the title of the dialog that asks for codes (or `title`, if it is a page)
is     = [{{ label = "TODO app" }}]  # TODO: signs of it
email-code         = {{ label = "TODO mail" }}  # TODO: the field of the e-mail code
authenticator-code = {{ label = "TODO app" }}  # TODO: the field of the authenticator code
confirm = {{ role = "button", name = "TODO" }}  # TODO: the button that sends the codes

[screen.created]
dialog     = "TODO created"  # TODO: the title of the dialog that shows the key
is         = [{{ text = "TODO secret" }}]  # TODO: signs of it
api_key    = {{ labelled = "TODO key", secret = true }}  # TODO: the words beside the key
secret_key = {{ labelled = "TODO secret", secret = true }}  # TODO: the words beside the secret
close      = {{ role = "button", name = "TODO close" }}  # TODO: the button that closes it
"""


def texts(name: str, url: str) -> tuple[str, str]:
    """Give the text of flows/NAME.toml and of selectors/NAME.toml."""
    title = "".join(part.capitalize() for part in name.split("-"))
    parts = _FLOW.format(name=name, title=title, url=url, guide="(guide)").split("[[step]]")
    steps = [part.replace("(guide)", _GUIDE.format(id=part.split('"')[1])) for part in parts[1:]]
    return "[[step]]".join([parts[0], *steps]), _SELECTORS.format(host=urlsplit(url).netloc)
