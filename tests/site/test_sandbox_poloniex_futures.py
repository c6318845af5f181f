"""The look-alike of Poloniex Futures: gates and limits over HTTP, and walks by hand in a real Chromium."""

from __future__ import annotations

import json
import re
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from autokey.sandbox import Player, start

KEYS = "/settings/futures-api-keys"
FORM = {"api_name": "How To Guide", "api_passphrase": "four-words-1", "ip_limit": "none"}


class Visitor:
    """A browser without scripts: keeps cookies, follows redirects, sends forms and JSON."""

    def __init__(self, running):
        self.url = running.url
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def _open(self, request):
        with self.opener.open(request, timeout=20) as answer:
            self.at = answer.url.removeprefix(self.url)
            return answer.read().decode()

    def get(self, path):
        return self._open(self.url + path)

    def form(self, path, **fields):
        return self._open(Request(self.url + path, urlencode(fields).encode()))

    def ajax(self, what, **fields):
        raw = json.dumps(fields).encode()
        found = self._open(Request(f"{self.url}/settings/ajax/{what}", raw, {"Content-Type": "application/json"}))
        return json.loads(found)


def codes(running, visitor):
    if "email-code" in running.site.settings.gates:
        assert visitor.ajax("send")["wait"] == 60
    return {gate: Player(running).answer(gate) for gate in running.site.settings.gates}


# ---------------------------------------------------------------- over HTTP


@pytest.mark.parametrize("variant", ["", "email", "preticked", "no-boxes"])
def test_a_key_is_read_only_by_default_and_its_secret_is_hidden_after_a_refresh(variant):
    with start("poloniex-futures", variant=variant) as running:
        visitor = Visitor(running)
        visitor.form(f"{KEYS}/new", **FORM)
        assert visitor.at == f"{KEYS}/verify"
        assert running.state.created == 0
        assert visitor.ajax("confirm", **codes(running, visitor)) == {"to": f"{KEYS}/created"}
        (key,) = running.state.keys
        assert re.fullmatch(r"[0-9a-f]{24}", key.api_key)
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key.secret)
        assert (key.label, key.passphrase) == ("How To Guide", "four-words-1")
        assert (key.permissions, key.ips) == (("read",), ())
        once = visitor.get(f"{KEYS}/created")
        assert key.secret in once
        assert "<dt>API Restrictions</dt><dd>General</dd>" in once
        assert "<dt>IP Limit</dt><dd>No Limit</dd>" in once
        for path in (f"{KEYS}/created", KEYS):
            again = visitor.get(path)
            assert key.api_key in again
            assert key.secret not in again
            assert key.passphrase not in again
        assert (running.state.create_requests, running.state.created) == (1, 1)


def test_a_secret_nobody_looked_at_is_hidden_once_the_list_was_opened():
    with start("poloniex-futures") as running:
        visitor = Visitor(running)
        visitor.form(f"{KEYS}/new", **FORM)
        visitor.ajax("confirm", **codes(running, visitor))
        visitor.get(KEYS)
        assert running.state.keys[0].secret not in visitor.get(f"{KEYS}/created")


def test_what_was_ticked_and_listed_is_what_the_key_can_do():
    with start("poloniex-futures") as running:
        visitor = Visitor(running)
        visitor.form(
            f"{KEYS}/new",
            **FORM | {"right_trade": "1", "ip_limit": "list", "ip_list": "192.0.2.10,2001:db8::7"},
        )
        visitor.ajax("confirm", **codes(running, visitor))
        shown = visitor.get(f"{KEYS}/created")
        assert "<dd>General, Trade</dd>" in shown
        assert "<dd>192.0.2.10,2001:db8::7</dd>" in shown
        assert running.state.ever_granted() == {"read", "trade"}
        assert running.state.keys[0].ips == ("192.0.2.10", "2001:db8::7")


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_name": ""},
        {"api_name": "x" * 25},
        {"api_passphrase": "short1"},
        {"api_passphrase": "x" * 33},
        {"api_passphrase": "with a space"},
        {"ip_limit": "list", "ip_list": ""},
        {"ip_limit": "list", "ip_list": "192.0.2.10, 192.0.2.11"},
        {"ip_limit": "list", "ip_list": "192.0.2.0/24"},
    ],
)
def test_a_wrong_form_comes_back_with_what_is_wrong_and_asks_for_no_code(wrong):
    with start("poloniex-futures") as running:
        visitor = Visitor(running)
        html = visitor.form(f"{KEYS}/new", **FORM | wrong)
        assert len(re.findall(r'class="invalid-feedback">[^<]', html)) == 1
        assert visitor.ajax("confirm", **codes(running, visitor))["error"]
        assert running.state.created == 0


def test_a_wrong_code_uses_nothing_up_and_a_request_counts_once():
    with start("poloniex-futures", variant="email") as running:
        visitor = Visitor(running)
        visitor.form(f"{KEYS}/new", **FORM)
        good = codes(running, visitor)
        for gate in good:
            assert visitor.ajax("confirm", **good | {gate: "000"})["field"] == gate
        assert "to" in visitor.ajax("confirm", **good)
        assert "error" in visitor.ajax("confirm", **good)
        assert running.state.created == 1
        assert running.state.create_requests == 3


def test_a_mailed_code_that_comes_too_old_can_be_sent_again_at_once():
    with start("poloniex-futures", variant="email", faults=["mail-expired"]) as running:
        visitor = Visitor(running)
        visitor.form(f"{KEYS}/new", **FORM)
        assert "expired" in visitor.ajax("confirm", **codes(running, visitor))["error"]
        assert "to" in visitor.ajax("confirm", **codes(running, visitor))


def test_a_lost_answer_leaves_a_key_whose_secret_nobody_has():
    with start("poloniex-futures", faults=["lost-answer"]) as running:
        visitor = Visitor(running)
        visitor.form(f"{KEYS}/new", **FORM)
        with pytest.raises((HTTPException, OSError)):
            visitor.ajax("confirm", **codes(running, visitor))
        (key,) = running.state.keys
        assert key.label in visitor.get(KEYS)
        assert key.secret not in visitor.get(f"{KEYS}/created")


def test_an_account_without_authenticator_gets_its_key_at_once():
    with start("poloniex-futures", faults=["no-2fa"]) as running:
        visitor = Visitor(running)
        visitor.form(f"{KEYS}/new", **FORM)
        assert visitor.at == f"{KEYS}/created"
        assert (running.state.create_requests, running.state.created) == (1, 1)


def test_who_is_not_signed_in_sees_no_keys():
    with start("poloniex-futures", signed_in=False, faults=["old-keys"]) as running:
        visitor = Visitor(running)
        for path in ("/profile", KEYS, f"{KEYS}/created"):
            assert "Please log in" in visitor.get(path)
        with pytest.raises(HTTPError) as refused:
            visitor.ajax("send")
        assert refused.value.code == 401
        visitor.form("/login", email="maria@example.com", password="sandbox-password")
        assert "Coygo" in visitor.get(KEYS)


def test_every_page_is_marked_escapes_what_it_shows_and_asks_nobody_else():
    with start("poloniex-futures") as running:
        visitor = Visitor(running)
        visitor.form(f"{KEYS}/new", **FORM | {"api_name": "<b>&\"x'</b>"})
        visitor.ajax("confirm", **codes(running, visitor))
        for path in ("/", "/login", "/profile", "/settings/api-keys", f"{KEYS}/created", KEYS):
            html = visitor.get(path)
            assert 'id="sandbox-mark"' in html
            assert "<title>SANDBOX " in html
            assert "<b>" not in html
            assert not re.search(r'(?:src|href|action)="(?![/#])', html)


# ---------------------------------------------------------------- by hand in a browser


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def to_form(page):
    page.locator(".dropdown-toggle").click()
    page.get_by_text("Profile", exact=True).click()
    press(page, "Futures API Keys")
    press(page, "Create New Key")
    fill(page)


def fill(page):
    page.get_by_label("API Name").fill("How To Guide")
    page.get_by_label("API Passphrase").fill("four-words-1")


def verify(page, running):
    if "email-code" in running.site.settings.gates:
        press(page, "Send")
        page.locator(".counting").wait_for()
        page.get_by_label("Email Code").fill(Player(running).answer("email-code"))
    page.get_by_label("2FA Code").fill(Player(running).answer("authenticator-code"))
    press(page, "Confirm")
    page.get_by_text("API Restrictions", exact=True).wait_for()


def secret(page):
    return page.locator("dd input").input_value()


@pytest.mark.parametrize(("variant", "faults"), [("", ()), ("email", ()), ("email", ("slow", "announcement"))])
def test_a_person_makes_a_key_sees_its_secret_once_and_deletes_it(visit, variant, faults):
    with start("poloniex-futures", variant=variant, faults=faults) as running:
        page = visit(running)
        page.locator(".dropdown-toggle").click()
        page.get_by_text("Profile", exact=True).click()
        press(page, "Futures API Keys")
        if faults:
            page.get_by_text("Got it").click()
        press(page, "Create New Key")
        assert page.get_by_role("checkbox", name="General").is_disabled()
        assert not page.get_by_role("checkbox", name="Trade").is_checked()
        assert page.get_by_role("radio", name="No Limit").is_checked()
        fill(page)
        press(page, "Create")
        verify(page, running)
        (key,) = running.state.keys
        assert secret(page) == key.secret
        page.reload()
        page.get_by_text("API Restrictions", exact=True).wait_for()
        assert secret(page) == "********"
        assert key.secret not in page.content()
        press(page, "Done")
        assert running.state.ever_granted() == {"read"}
        assert running.state.create_requests == 1
        running.clock.move(61)
        press(page, "Delete")
        if "email-code" in running.site.settings.gates:
            press(page, "Send")
            page.locator(".counting").wait_for()
            page.get_by_label("Email Code").fill(Player(running).answer("email-code"))
        page.get_by_label("2FA Code").fill(Player(running).answer("authenticator-code"))
        press(page, "Confirm")
        page.get_by_text("No futures API keys yet").wait_for()
        assert running.state.keys == []


def test_a_form_with_trade_ticked_by_the_site_must_be_unticked(visit):
    with start("poloniex-futures", variant="preticked") as running:
        page = visit(running)
        to_form(page)
        trade = page.get_by_role("checkbox", name="Trade")
        assert trade.is_checked()
        trade.uncheck()
        press(page, "Create")
        verify(page, running)
        assert running.state.ever_granted() == {"read"}


def test_a_form_drawn_anew_has_the_sites_ticks_again_once(visit):
    with start("poloniex-futures", variant="preticked", faults=["rerender"]) as running:
        page = visit(running)
        to_form(page)
        trade = page.get_by_role("checkbox", name="Trade")
        trade.click()
        page.locator("[name=right_trade]:checked").wait_for()
        assert page.get_by_label("API Name").input_value() == "How To Guide"
        trade.uncheck()
        press(page, "Create")
        verify(page, running)
        assert running.state.ever_granted() == {"read"}


def test_a_verification_that_closes_again_has_created_nothing_and_keeps_the_form(visit):
    with start("poloniex-futures", faults=["closes-once"]) as running:
        page = visit(running)
        to_form(page)
        press(page, "Create")
        page.get_by_label("2FA Code").wait_for()
        page.get_by_label("API Name").wait_for()
        assert page.get_by_label("API Name").input_value() == "How To Guide"
        assert running.state.create_requests == 0
        press(page, "Create")
        verify(page, running)
        assert running.state.created == 1


def test_a_masked_secret_shows_at_the_eye(visit):
    with start("poloniex-futures", faults=["masked-secret"]) as running:
        page = visit(running)
        to_form(page)
        press(page, "Create")
        verify(page, running)
        assert "****" in secret(page)
        page.locator(".btn-eye").click()
        assert secret(page) == running.state.keys[0].secret


def test_a_session_that_ends_on_the_form_leads_to_the_sign_in_page(visit):
    with start("poloniex-futures", faults=["session-expiry"]) as running:
        page = visit(running)
        to_form(page)
        press(page, "Create")
        page.get_by_text("Please log in again").wait_for()
        Player(running).answer("sign-in")
        page.locator(".dropdown-toggle").wait_for()
        to_form(page)
        press(page, "Create")
        verify(page, running)
        assert running.state.created == 1


def test_an_answer_that_gets_lost_is_told_in_the_page(visit):
    with start("poloniex-futures", faults=["lost-answer"]) as running:
        page = visit(running)
        to_form(page)
        press(page, "Create")
        page.get_by_label("2FA Code").fill(Player(running).answer("authenticator-code"))
        press(page, "Confirm")
        page.get_by_text("Network error").wait_for()
        assert (running.state.create_requests, running.state.created) == (1, 1)
