"""The two look-alikes of Poloniex: their rules over plain HTTP, then each by hand in a real Chromium."""

from __future__ import annotations

import json
import os
import re
from http.client import IncompleteRead
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from autokey.sandbox import Player, start

KEY = re.compile(r"[A-Z0-9]{8}(-[A-Z0-9]{8}){3}")
SECRET = re.compile(r"[0-9a-f]{128}")


class Visitor:
    """A browser without a page: keeps cookies, speaks JSON and forms, follows mailed links."""

    def __init__(self, running):
        self.url = running.url
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def _send(self, path, data=None, kind="application/json"):
        asked = Request(self.url + path, data=data, headers={"Content-Type": kind})
        with self.opener.open(asked, timeout=20) as answer:
            return answer.read().decode()

    def get(self, path):
        return json.loads(self._send(path))

    def post(self, path, **body):
        return json.loads(self._send(path, json.dumps(body).encode()))

    def page(self, path):
        return self._send(path)

    def form(self, path, **fields):
        return self._send(path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def follow(self, running, link=None):
        link = link or Player(running).answer("email-link")
        assert link.startswith(running.url)
        return self._send(link.removeprefix(running.url))


def code(running):
    return Player(running).answer("authenticator-code")


def make(running, visitor):
    """Make a key on the profile page; give it."""
    assert "error" not in visitor.post("/api/ask", what="create", code=code(running))
    visitor.follow(running)
    return running.state.keys[-1]


# ---------------------------------------------------------------- profile page, over HTTP


def test_a_key_comes_into_being_when_its_link_is_followed_and_can_trade_by_itself():
    with start("poloniex") as running:
        visitor = Visitor(running)
        said = visitor.post("/api/ask", what="create", code=code(running))
        assert said == {"minutes": 15, "email": "ma****@example.com"}
        assert (running.state.create_requests, running.state.created) == (1, 0)
        assert visitor.get("/api/keys")["waiting"] == {"what": "create", "expired": False}
        assert "this is confirmed" in visitor.follow(running)
        (key,) = running.state.keys
        assert KEY.fullmatch(key.api_key)
        assert SECRET.fullmatch(key.secret)
        assert (key.permissions, key.ips, key.label) == (("read", "trade"), (), "")
        listed = visitor.get("/api/keys")
        assert listed["waiting"] is None
        assert listed["keys"][0]["secret"] == key.secret


def test_the_secret_shows_by_itself_once_and_only_where_it_was_asked_for():
    with start("poloniex") as running:
        here, elsewhere = Visitor(running), Visitor(running)
        key = make(running, here)
        assert elsewhere.get("/api/keys")["keys"][0]["secret"] == ""
        assert here.get("/api/keys")["keys"][0]["secret"] == key.secret
        assert here.get("/api/keys")["keys"][0]["secret"] == ""
        assert elsewhere.post("/api/secret", key=key.id, code="000000x")["error"] == "Incorrect Code"
        assert elsewhere.post("/api/secret", key=key.id, code=code(running))["secret"] == key.secret
        assert running.state.requests["reveal"] == 2


def test_a_wrong_or_used_authenticator_code_mails_nothing():
    with start("poloniex") as running:
        visitor = Visitor(running)
        assert visitor.post("/api/ask", what="create", code="x")["error"] == "Incorrect Code"
        assert running.inbox.mails == []
        good = code(running)
        assert "error" not in visitor.post("/api/ask", what="create", code=good)
        assert visitor.post("/api/ask", what="create", code=good)["error"] == "Incorrect Code"
        assert (running.state.create_requests, len(running.inbox.mails), running.state.created) == (3, 1, 0)


@pytest.mark.parametrize("variant", ["", "legacy"])
def test_a_link_dies_after_fifteen_minutes_and_a_resent_one_makes_one_key(variant):
    with start("poloniex", variant=variant, faults=["api-enabled"]) as running:
        visitor = Visitor(running)
        if variant:
            visitor.form("/apiKeys/create")
            visitor.form("/apiKeys/verify", code=code(running))
        else:
            visitor.post("/api/ask", what="create", code=code(running))
        old = running.inbox.mails[-1].link
        running.clock.move(899)
        assert running.inbox.lives(running.inbox.mails[-1])
        running.clock.move(1)
        assert "15 minutes" in visitor.follow(running, old)
        assert running.state.created == 0
        if variant:
            assert "has expired" in visitor.page("/apiKeys")
            visitor.form("/apiKeys/resend")
        else:
            assert visitor.get("/api/keys")["waiting"] == {"what": "create", "expired": True}
            assert visitor.post("/api/resend") == {}
        new = running.inbox.mails[-1].link
        assert new != old
        visitor.follow(running, old)
        assert running.state.created == 0
        visitor.follow(running, new)
        visitor.follow(running, new)
        assert (running.state.create_requests, running.state.created) == (1, 1)


@pytest.mark.parametrize("variant", ["", "legacy"])
def test_a_resent_link_makes_the_older_one_void_while_both_are_young(variant):
    with start("poloniex", variant=variant, faults=["api-enabled", "no-2fa"]) as running:
        visitor = Visitor(running)
        if variant:
            visitor.form("/apiKeys/create")
            visitor.form("/apiKeys/resend")
        else:
            visitor.post("/api/ask", what="create", code="")
            visitor.post("/api/resend")
        first, second = (mail.link for mail in running.inbox.mails)
        visitor.follow(running, first)
        assert running.state.created == 0
        visitor.follow(running, second)
        assert running.state.created == 1


def test_a_link_followed_by_somebody_who_is_not_signed_in_counts():
    with start("poloniex") as running:
        visitor, elsewhere = Visitor(running), Visitor(running)
        elsewhere.post("/api/logout")
        assert visitor.post("/api/ask", what="create", code=code(running))
        assert "this is confirmed" in elsewhere.follow(running)
        assert visitor.get("/api/keys")["keys"][0]["secret"] == running.state.keys[0].secret


def test_an_option_changes_only_when_its_link_is_followed_and_history_tells_every_right():
    with start("poloniex") as running:
        visitor = Visitor(running)
        key = make(running, visitor)
        visitor.post("/api/ask", what="right", key=key.id, right="trade", on=False, code=code(running))
        assert key.permissions == ("read", "trade")
        visitor.follow(running)
        assert key.permissions == ("read",)
        visitor.post("/api/ask", what="ips", key=key.id, ips="192.0.2.10, 192.0.2.11", code=code(running))
        assert key.ips == ()
        visitor.follow(running)
        assert key.ips == ("192.0.2.10", "192.0.2.11")
        assert [(change.what, change.permissions, change.ips) for change in running.state.history] == [
            ("created", ("read", "trade"), ()),
            ("edited", ("read",), ()),
            ("edited", ("read",), ("192.0.2.10", "192.0.2.11")),
        ]
        assert "withdraw" not in running.state.ever_granted()
        assert running.state.requests["right"] == running.state.requests["ips"] == 1


def test_two_changes_under_way_at_once_do_not_undo_each_other():
    with start("poloniex", faults=["no-2fa"]) as running:
        visitor = Visitor(running)
        key = make(running, visitor)
        visitor.post("/api/ask", what="right", key=key.id, right="withdraw", on=True)
        visitor.post("/api/ask", what="right", key=key.id, right="trade", on=False)
        for mail in reversed(running.inbox.mails[-2:]):
            visitor.follow(running, mail.link)
        assert key.permissions == ("read", "withdraw")
        assert running.state.ever_granted() == {"read", "trade", "withdraw"}


@pytest.mark.parametrize("ips", ["192.0.2.10,", "192.0.2", "192.0.2.0/24", "2001:db8::1", " ", "192.0.2.10;192.0.2.11"])
def test_a_wrong_address_is_refused_before_a_code_is_used_up(ips):
    with start("poloniex") as running:
        visitor = Visitor(running)
        key = make(running, visitor)
        good = code(running)
        assert "IP" in visitor.post("/api/ask", what="ips", key=key.id, ips=ips, code=good)["error"]
        assert "error" not in visitor.post("/api/ask", what="ips", key=key.id, ips="192.0.2.10", code=good)


def test_a_deleted_key_takes_no_change_and_its_old_link_does_nothing():
    with start("poloniex") as running:
        visitor = Visitor(running)
        key = make(running, visitor)
        visitor.post("/api/ask", what="right", key=key.id, right="withdraw", on=True, code=code(running))
        assert "error" in visitor.post("/api/delete", key=key.id, code="")
        assert visitor.post("/api/delete", key=key.id, code=code(running)) == {}
        assert "not valid" in visitor.follow(running)
        assert running.state.keys == []
        assert "withdraw" not in running.state.ever_granted()
        assert running.state.history[-1].what == "deleted"


def test_without_an_authenticator_only_the_link_is_asked_for():
    with start("poloniex", faults=["no-2fa"]) as running:
        visitor = Visitor(running)
        key = make(running, visitor)
        assert visitor.post("/api/secret", key=key.id)["secret"] == key.secret


@pytest.mark.parametrize(("variant", "faults"), [("", ["enable-api-first"]), ("legacy", [])])
def test_no_key_is_made_before_api_access_was_enabled_through_its_link(variant, faults):
    with start("poloniex", variant=variant, faults=faults) as running:
        visitor = Visitor(running)
        if variant:
            visitor.form("/apiKeys/create")
            assert "not enabled" in visitor.form("/apiKeys/verify", code=code(running))
            visitor.form("/apiKeys/enable")
            assert "Create" not in visitor.page("/apiKeys")
        else:
            assert "not enabled" in visitor.post("/api/ask", what="create", code=code(running))["error"]
            visitor.post("/api/ask", what="enable")
            assert visitor.get("/api/keys")["enabled"] is False
        visitor.follow(running)
        if variant:
            assert 'value="Create API Key"' in visitor.page("/apiKeys")
        else:
            assert visitor.get("/api/keys")["enabled"] is True
        assert (running.state.requests["enable"], running.state.created) == (1, 0)


@pytest.mark.parametrize("variant", ["", "legacy"])
def test_faults_lose_an_answer_age_a_mail_and_grant_too_much(variant):
    faults = ["lost-answer", "mail-expired", "extra-right", "no-2fa", "api-enabled"]
    with start("poloniex", variant=variant, faults=faults) as running:
        visitor = Visitor(running)
        ask = (
            (lambda: visitor.form("/apiKeys/create")) if variant else (lambda: visitor.post("/api/ask", what="create"))
        )
        ask()
        assert "15 minutes" in visitor.follow(running)  # too old when it came
        ask()
        with pytest.raises(IncompleteRead):
            visitor.follow(running)
        assert running.state.created == 1
        assert running.state.keys[0].permissions == ("read", "trade", "withdraw")


def test_older_keys_are_listed_without_secrets_and_are_no_part_of_the_history():
    with start("poloniex", faults=["old-keys"]) as running:
        listed = Visitor(running).get("/api/keys")["keys"]
        assert [key["secret"] for key in listed] == ["", ""]
        assert len({key["apiKey"] for key in listed}) == 2
        assert running.state.history == []


def test_a_mailed_link_names_the_host_that_the_browser_sees():
    with start("poloniex") as running:
        good = json.dumps({"what": "create", "code": code(running)}).encode()
        asked = Request(
            running.url + "/api/ask",
            data=good,
            headers={"Host": "poloniex.com", "Content-Type": "application/json"},
        )
        build_opener(ProxyHandler({})).open(asked, timeout=20).close()
        assert running.inbox.mails[0].link.startswith("https://poloniex.com/confirm/")


# ---------------------------------------------------------------- wrench page, over HTTP


def test_every_wrench_page_is_marked_and_names_no_host():
    with start("poloniex", variant="legacy", faults=["old-keys", "api-enabled"]) as running:
        visitor = Visitor(running)
        key = running.state.keys[0]
        pages = [
            visitor.page(path)
            for path in (
                "/",
                "/login",
                "/profile",
                "/apiKeys",
                f"/apiKeys/delete?id={key.id}",
                "/emailConfirmation?token=x",
            )
        ]
        pages.append(visitor.form("/apiKeys/create"))
        pages.append(visitor.form("/apiKeys/verify", code="x"))
        for body in pages:
            assert 'id="sandbox-mark"' in body
            assert "<title>SANDBOX " in body
            assert "://" not in body
        assert "Incorrect Code" in pages[-1]


def test_a_signed_out_visitor_of_the_wrench_page_is_sent_to_sign_in():
    with start("poloniex", variant="legacy", signed_in=False) as running:
        visitor = Visitor(running)
        assert "<h1>Sign in</h1>" in visitor.page("/apiKeys")
        assert "<h1>Sign in</h1>" in visitor.form("/apiKeys/create")
        assert "Markets" in visitor.form("/login", email="a@example.com", password="x")
        assert "<h1>API Keys</h1>" in visitor.page("/apiKeys")
        assert running.state.create_requests == 0


def test_without_an_authenticator_the_wrench_page_restricts_no_ip():
    with start("poloniex", variant="legacy", faults=["no-2fa", "api-enabled"]) as running:
        visitor = Visitor(running)
        visitor.form("/apiKeys/create")
        visitor.follow(running)
        (key,) = running.state.keys
        body = visitor.page("/apiKeys")
        assert "needs Two-Factor Authentication" in body
        assert "Trusted IPs" not in body
        assert "needed" in visitor.form("/apiKeys/ips", id=key.id, ips="192.0.2.10")
        assert len(running.inbox.mails) == 1


def test_the_wrench_page_shows_no_secret_until_it_is_asked_for_and_then_again_and_again():
    with start("poloniex", variant="legacy", faults=["no-2fa", "api-enabled"]) as running:
        visitor = Visitor(running)
        visitor.form("/apiKeys/create")
        visitor.follow(running)
        (key,) = running.state.keys
        assert key.secret not in visitor.page("/apiKeys")
        for _ in range(2):
            assert visitor.post("/apiKeys/show", id=key.id) == {"secret": key.secret}


# ---------------------------------------------------------------- by hand, in a browser


@pytest.fixture
def shot(request):
    """shot(page, name): a picture into the folder that AUTOKEY_SHOTS names, for a person to look at."""
    folder = os.environ.get("AUTOKEY_SHOTS")

    def take(page, name):
        if folder:
            page.screenshot(path=f"{folder}/{request.node.name}-{name}.png", full_page=True)

    return take


def words(page, text):
    return page.get_by_text(text, exact=True)


def verify(page, running):
    page.get_by_label("2FA Code").fill(code(running))
    page.get_by_role("dialog").get_by_role("button", name="Confirm").click()


def test_by_hand_a_read_only_key_is_made_on_the_profile_page(visit, shot):
    with start("poloniex") as running:
        page = visit(running)
        shot(page, "home")
        page.locator(".navIcon_7qs:has(.icon-user)").click()
        shot(page, "menu")
        words(page, "Profile").click()
        words(page, "Futures API Keys").wait_for()
        shot(page, "profile")
        page.get_by_role("button", name="API Keys", exact=True).click()
        words(page, "You have no API keys.").wait_for()
        shot(page, "empty")
        page.get_by_role("button", name="Create New Key").click()
        shot(page, "code")
        page.get_by_label("2FA Code").fill("12345x")
        page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
        words(page, "Incorrect Code").wait_for()
        shot(page, "wrong-code")
        verify(page, running)
        words(page, "Check your email").wait_for()
        shot(page, "mail")
        # another browser follows the link, and nobody touches this page
        elsewhere = visit(running, Player(running).answer("email-link").removeprefix(running.url))
        words(elsewhere, "Confirmed").wait_for()
        shot(elsewhere, "link")
        words(page, "Check your email").wait_for(state="detached")
        (key,) = running.state.keys
        words(page, key.api_key).wait_for()
        words(page, key.secret).wait_for()
        trade = page.get_by_label("Enable Trading")
        assert trade.is_checked()
        assert not page.get_by_label("Enable Withdrawals").is_checked()
        shot(page, "card")

        words(page, "Enable Trading").click()
        shot(page, "change")
        page.get_by_role("button", name="Cancel").click()
        assert trade.is_checked()
        words(page, "Enable Trading").click()
        verify(page, running)
        words(page, "Check your email").wait_for()
        assert trade.is_checked()
        shot(page, "change-mail")
        elsewhere.goto(Player(running).answer("email-link"))
        words(page, "Check your email").wait_for(state="detached")
        assert not trade.is_checked()

        words(page, "Restrict access to trusted IPs only (Recommended)").click()
        page.get_by_role("button", name="Edit").click()
        page.get_by_role("textbox", name="Trusted IPs").fill("192.0.2")
        page.get_by_role("button", name="Save").click()
        words(page, "One of the IP addresses is not valid.").wait_for()
        page.get_by_role("textbox", name="Trusted IPs").fill("192.0.2.10, 192.0.2.11")
        shot(page, "ips")
        page.get_by_role("button", name="Save").click()
        verify(page, running)
        words(page, "Check your email").wait_for()
        elsewhere.goto(Player(running).answer("email-link"))
        words(page, "192.0.2.10, 192.0.2.11").wait_for()
        shot(page, "done")
        assert (key.permissions, key.ips) == (("read",), ("192.0.2.10", "192.0.2.11"))
        assert (running.state.create_requests, running.state.created) == (2, 1)  # the wrong code counts, too
        assert "withdraw" not in running.state.ever_granted()


def test_by_hand_a_secret_hides_after_reload_and_shows_again_and_a_key_is_deleted(visit, shot):
    with start("poloniex", faults=["no-2fa", "old-keys"]) as running:
        page = visit(running, "/apiKeys")
        page.get_by_role("button", name="Create New Key").click()
        words(page, "Check your email").wait_for()
        page.context.new_page().goto(Player(running).answer("email-link"))
        key = running.state.keys[-1]
        words(page, key.secret).wait_for()
        page.reload()
        card = page.locator("section", has_text=key.api_key)
        card.get_by_role("button", name="Show").click()
        shot(page, "show")
        page.get_by_role("button", name="Confirm").click()
        words(card, key.secret).wait_for()
        assert page.locator("section").count() == 3
        shot(page, "several")
        card.get_by_role("button", name="Delete").click()
        shot(page, "delete")
        page.get_by_role("button", name="Confirm").click()
        card.wait_for(state="detached")
        assert key not in running.state.keys


def test_by_hand_an_expired_link_says_so_and_resend_helps(visit, shot):
    with start("poloniex", faults=["enable-api-first"]) as running:
        page = visit(running, "/apiKeys")
        assert page.get_by_role("button", name="Create New Key").count() == 0
        shot(page, "off")
        page.get_by_role("button", name="Enable API").click()
        words(page, "Check your email").wait_for()
        running.clock.move(900)
        words(page, "The link has expired.").wait_for()
        elsewhere = visit(running, running.inbox.mails[0].link.removeprefix(running.url))
        words(elsewhere, "Link expired").wait_for()
        shot(elsewhere, "expired")
        page.get_by_role("button", name="Resend").click()
        words(page, "A new email is on its way.").wait_for()
        shot(page, "resent")
        elsewhere.goto(Player(running).answer("email-link"))
        page.get_by_role("button", name="Create New Key").wait_for()
        assert (len(running.inbox.mails), running.state.requests["resend"]) == (2, 1)


def legacy_verify(page, running):
    page.locator("input[name=code]").fill(code(running))
    page.get_by_role("button", name="Submit").click()
    words(page, "Check your email").wait_for()


def test_by_hand_a_restricted_key_is_made_on_the_wrench_page(visit, shot):
    with start("poloniex", variant="legacy") as running:
        page, elsewhere = visit(running), visit(running, "/login")
        shot(elsewhere, "login")
        shot(page, "home")
        page.locator("a.wrench").click()
        shot(page, "menu")
        page.get_by_role("link", name="API Keys").click()
        page.wait_for_url("**/apiKeys")
        shot(page, "off")
        assert page.get_by_role("button", name="Create API Key").count() == 0
        page.get_by_role("button", name="Enable API").click()
        words(page, "Check your email").wait_for()
        elsewhere.goto(Player(running).answer("email-link"))
        words(elsewhere, "Success").wait_for()
        shot(elsewhere, "link")
        page.reload()
        shot(page, "enabled")
        page.get_by_role("button", name="Create API Key").click()
        page.wait_for_url("**/verify")
        shot(page, "code")
        page.locator("input[name=code]").fill("x")
        page.get_by_role("button", name="Submit").click()
        words(page, "Incorrect Code").wait_for()
        legacy_verify(page, running)
        shot(page, "mail")
        elsewhere.goto(Player(running).answer("email-link"))
        page.reload()
        (key,) = running.state.keys
        words(page, key.api_key).wait_for()
        assert words(page, "Check your email").count() == 0
        trade, withdraw = page.get_by_role("checkbox").all()
        assert (trade.is_checked(), withdraw.is_checked()) == (True, False)
        shot(page, "card")
        page.get_by_role("link", name="Show").click()
        words(page, key.secret).wait_for()
        shot(page, "shown")

        trade.click()
        page.wait_for_url("**/verify")
        legacy_verify(page, running)
        assert page.get_by_role("checkbox").first.is_checked()
        elsewhere.goto(Player(running).answer("email-link"))
        page.reload()
        assert not page.get_by_role("checkbox").first.is_checked()

        page.get_by_label("Restrict access to trusted IPs only (Recommended)").check()
        words(page, "Your current IP is 198.51.100.23").wait_for()
        page.get_by_role("button", name="Edit").click()
        page.locator("textarea").fill("192.0.2.10, 192.0.2.11")
        shot(page, "ips")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/verify")
        legacy_verify(page, running)
        shot(page, "ips-mail")
        elsewhere.goto(Player(running).answer("email-link"))
        page.reload()
        words(page, "192.0.2.10, 192.0.2.11").first.wait_for()
        shot(page, "done")
        assert (key.permissions, key.ips) == (("read",), ("192.0.2.10", "192.0.2.11"))
        assert (running.state.create_requests, running.state.created) == (2, 1)  # the wrong code counts, too
        assert "withdraw" not in running.state.ever_granted()

        page.get_by_label("Unrestricted (Less Secure)").click()  # it leads elsewhere at once
        page.wait_for_url("**/verify")
        assert key.ips  # nothing happens without code and link
        page.get_by_role("link", name="Cancel").click()
        page.get_by_role("button", name="Delete").click()
        shot(page, "delete")
        page.get_by_role("button", name="Yes, delete it").click()
        words(page, "There are no keys yet.").wait_for()
        assert running.state.keys == []


def test_by_hand_the_wrench_page_tells_of_an_expired_link_and_sends_another(visit, shot):
    faults = ["no-2fa", "api-enabled", "create-new-key", "old-keys"]
    with start("poloniex", variant="legacy", faults=faults) as running:
        page = visit(running, "/apiKeys")
        page.get_by_role("button", name="Create New Key").click()
        words(page, "Check your email").wait_for()
        running.clock.move(900)
        elsewhere = visit(running, running.inbox.mails[0].link.removeprefix(running.url))
        words(elsewhere, "Link Expired").wait_for()
        shot(elsewhere, "expired")
        page.get_by_role("button", name="Resend").click()
        elsewhere.goto(Player(running).answer("email-link"))
        page.reload()
        words(page, running.state.keys[-1].api_key).wait_for()
        assert page.locator("table.apiKey").count() == 3
        shot(page, "several")


@pytest.mark.parametrize("variant", ["", "legacy"])
def test_interruptions_lie_over_the_key_list_and_an_ended_session_asks_to_sign_in(visit, shot, variant):
    faults = ["announcement", "cookie-banner:keys", "session-expiry", "slow", "api-enabled", "old-keys"]
    with start("poloniex", variant=variant, faults=faults) as running:
        page = visit(running, "/apiKeys")
        words(page, "Reject All").click()
        words(page, "Got it").wait_for()
        shot(page, "announcement")
        if variant:
            words(page, "Got it").click()
            page.get_by_role("button", name="Create API Key").click()
            page.wait_for_url("**/login")
            Player(running).answer("sign-in")
            words(page, "Markets").wait_for()
        else:
            words(page, "Session expired").wait_for()
            shot(page, "expired")
            Player(running).answer("sign-in")
            words(page, "Session expired").wait_for(state="detached")
            page.get_by_role("button", name="Create New Key").wait_for()
        assert running.state.create_requests == 0


def test_by_hand_a_secret_of_the_wrench_page_stays_hidden_when_the_session_has_ended(visit):
    with start("poloniex", variant="legacy", faults=["session-expiry", "api-enabled", "old-keys"]) as running:
        page = visit(running, "/apiKeys")
        page.wait_for_load_state("networkidle")
        page.get_by_role("link", name="Show").first.click()
        words(page, "Session expired").wait_for()
        assert running.state.keys[0].secret not in page.content()
        assert running.state.requests["reveal"] == 0


def test_by_hand_a_signed_out_person_signs_in_on_the_profile_look(visit, shot):
    with start("poloniex", signed_in=False) as running:
        page = visit(running, "/apiKeys")
        page.get_by_label("Email").fill(running.world.account.email)
        shot(page, "login")
        page.get_by_label("Password").fill(running.world.account.password)
        page.locator("form").get_by_role("button", name="Log in").click()
        words(page, "Trade digital assets").wait_for()
        page.locator(".navIcon_7qs:has(.icon-user)").click()
        words(page, "Profile").click()
        page.get_by_role("button", name="Futures API Keys").click()
        words(page, "Keys of the futures account are not part of this look-alike.").wait_for()
        shot(page, "futures")
