"""The look-alike of KuCoin: its gates and limits over HTTP, and walks by hand in a real Chromium."""

from __future__ import annotations

import json
import re
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from autokey.sandbox import Player, start

FORM = {
    "name": "icg-mm",
    "passphrase": "four-words-1",
    "rights": ["read", "trade"],
    "restricted": True,
    "ips": ["192.0.2.10", "2001:db8::7"],
}
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


class Visitor:
    def __init__(self, running):
        self.url = running.url
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def raw(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with self.opener.open(
            Request(self.url + path, data, {"Content-Type": "application/json"}), timeout=20
        ) as answer:
            return answer.read().decode()

    def get(self, path):
        return json.loads(self.raw(path))

    def post(self, path, **body):
        return json.loads(self.raw(path, body))


def gate(running, visitor=None):
    """What the person answers to everything that the site asks."""
    if "email-code" in running.site.settings.gates and visitor:
        visitor.post("/_api/verification/send")
    return {word: Player(running).answer(word) for word in running.site.settings.gates}


# ---------------------------------------------------------------- over HTTP


@pytest.mark.parametrize("variant", ["", "global"])
def test_a_key_is_made_once_all_gates_are_passed_and_its_secret_is_never_given_again(variant):
    with start("kucoin", variant=variant) as running:
        visitor = Visitor(running)
        checked = visitor.post("/_api/api-keys/check", **FORM)
        assert checked["gates"] == list(running.site.settings.gates)
        made = visitor.post("/_api/api-keys/create", **FORM, gate=gate(running, visitor))
        (key,) = running.state.keys
        assert (made["key"], made["secret"]) == (key.api_key, key.secret)
        assert re.fullmatch(r"[0-9a-f]{24}", key.api_key)
        assert re.fullmatch(UUID4, key.secret)
        assert made["restrictions"] == "General,Spot Trading"
        assert (key.label, key.passphrase) == ("icg-mm", "four-words-1")
        assert (key.permissions, key.ips) == (("read", "trade"), ("192.0.2.10", "2001:db8::7"))
        assert (running.state.create_requests, running.state.created) == (1, 1)
        assert running.state.ever_granted() == {"read", "trade"}
        listed = visitor.raw("/_api/api-keys")
        assert key.api_key in listed
        assert key.secret not in listed
        assert key.passphrase not in listed


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 25}, "name"),
        ({"passphrase": "short1"}, "passphrase"),
        ({"passphrase": "x" * 33}, "passphrase"),
        ({"passphrase": "with a space"}, "passphrase"),
        ({"ips": []}, "ips"),
        ({"ips": ["192.0.2.10", "192.0.2.10"]}, "ips"),
        ({"ips": ["192.0.2.256"]}, "ips"),
        ({"ips": ["192.0.2.0/24"]}, "ips"),
        ({"ips": [f"192.0.2.{n}" for n in range(51)]}, "ips"),
        ({"rights": ["read", "withdraw"], "restricted": False}, "rights"),
        ({"rights": ["read", "transfer"], "restricted": False}, "rights"),
    ],
)
def test_what_the_site_does_not_allow_is_refused_at_the_field_before_and_with_the_codes(wrong, field):
    with start("kucoin") as running:
        visitor = Visitor(running)
        assert list(visitor.post("/_api/api-keys/check", **FORM | wrong)["fields"]) == [field]
        assert list(visitor.post("/_api/api-keys/create", **FORM | wrong, gate=gate(running))["fields"]) == [field]
        assert (running.state.create_requests, running.state.created) == (1, 0)


def test_the_largest_that_the_site_allows_is_taken():
    largest = {"name": "x" * 24, "passphrase": "x" * 32, "ips": [f"192.0.2.{n}" for n in range(50)]}
    with start("kucoin") as running:
        visitor = Visitor(running)
        visitor.post("/_api/api-keys/create", **FORM | largest | {"rights": ["withdraw"]}, gate=gate(running))
        (key,) = running.state.keys
        assert (len(key.label), len(key.passphrase), len(key.ips)) == (24, 32, 50)
        assert key.permissions == ("read", "withdraw")


def test_a_wrong_answer_uses_nothing_up_and_a_code_counts_once():
    with start("kucoin", variant="global") as running:
        visitor = Visitor(running)
        good = gate(running, visitor)
        for word in good:
            bad = visitor.post("/_api/api-keys/create", **FORM, gate=good | {word: "000"})
            assert list(bad["fields"]) == [word]
        assert running.state.created == 0
        assert "secret" in visitor.post("/_api/api-keys/create", **FORM, gate=good)
        again = visitor.post("/_api/api-keys/create", **FORM, gate=good)
        assert list(again["fields"]) == ["email-code"]
        assert (running.state.create_requests, running.state.created) == (5, 1)


def test_a_mailed_code_lives_ten_minutes_and_another_comes_after_one():
    with start("kucoin", variant="global") as running:
        visitor = Visitor(running)
        good = gate(running, visitor)
        assert "error" in visitor.post("/_api/verification/send")
        running.clock.move(61)
        assert visitor.post("/_api/verification/send")["wait"] == 60
        newer = Player(running).answer("email-code")
        assert newer != good["email-code"]
        assert "fields" in visitor.post("/_api/api-keys/create", **FORM, gate=good)
        running.clock.move(600)
        late = visitor.post("/_api/api-keys/create", **FORM, gate=good | {"email-code": newer})
        assert "expired" in late["fields"]["email-code"]
        assert running.state.created == 0


def test_a_full_account_refuses_the_twenty_first_key():
    with start("kucoin", faults=["full-account"]) as running:
        visitor = Visitor(running)
        assert len(visitor.get("/_api/api-keys")["items"]) == 20
        assert "20" in visitor.post("/_api/api-keys/check", **FORM)["error"]
        assert "20" in visitor.post("/_api/api-keys/create", **FORM, gate=gate(running))["error"]
        assert running.state.created == 0


def test_a_lost_answer_leaves_a_key_whose_secret_nobody_has():
    with start("kucoin", faults=["lost-answer"]) as running:
        visitor = Visitor(running)
        with pytest.raises((HTTPException, OSError)):
            visitor.post("/_api/api-keys/create", **FORM, gate=gate(running))
        assert [item["name"] for item in visitor.get("/_api/api-keys")["items"]] == ["icg-mm"]
        assert (running.state.create_requests, running.state.created) == (1, 1)


def test_a_site_that_grants_more_than_was_asked_shows_it():
    with start("kucoin", faults=["extra-right"]) as running:
        made = Visitor(running).post("/_api/api-keys/create", **FORM, gate=gate(running))
        assert made["restrictions"] == "General,Spot Trading,Futures Trading"
        assert running.state.ever_granted() == {"read", "trade", "futures"}


def test_edit_and_delete_stand_behind_the_same_gates():
    with start("kucoin") as running:
        visitor = Visitor(running)
        made = visitor.post("/_api/api-keys/create", **FORM, gate=gate(running))
        change = FORM | {"id": made["id"], "rights": ["read"], "ips": ["192.0.2.99"]}
        assert "fields" in visitor.post("/_api/api-keys/update", **change, gate={})
        assert "fields" in visitor.post("/_api/api-keys/delete", id=made["id"], gate={})
        assert running.state.keys[0].permissions == ("read", "trade")
        assert visitor.post("/_api/api-keys/update", **change, gate=gate(running)) == {}
        assert (running.state.keys[0].permissions, running.state.keys[0].ips) == (("read",), ("192.0.2.99",))
        assert visitor.post("/_api/api-keys/delete", id=made["id"], gate=gate(running)) == {}
        assert [change.what for change in running.state.history] == ["created", "edited", "deleted"]


def test_nothing_is_told_to_who_is_not_signed_in():
    with start("kucoin", signed_in=False) as running:
        visitor = Visitor(running)
        with pytest.raises(HTTPError) as refused:
            visitor.get("/_api/api-keys")
        assert refused.value.code == 401
        assert visitor.get("/_api/user-info")["signedIn"] is False
        visitor.post("/_api/login", account="maria@example.com", password="sandbox-password")
        assert visitor.get("/_api/api-keys") == {"items": []}


@pytest.mark.parametrize("variant", ["2020", "2020-save-asks"])
def test_in_2020_a_key_is_born_with_general_only_and_rights_come_by_saving(variant):
    with start("kucoin", variant=variant) as running:
        visitor = Visitor(running)
        old = {
            "name": "coinigy",
            "passphrase": "four-words-1",
            "rights": ["read", "trade", "withdraw"],
            "ips": [],
        }
        made = visitor.post("/_api/api-keys/create", **old, gate=gate(running, visitor))
        assert running.state.keys[0].permissions == ("read",)
        saved = visitor.post("/_api/api-keys/update", id=made["id"], name="coinigy", rights=["trade"], gate={})
        if variant == "2020-save-asks":
            assert list(saved["fields"]) == ["trading-password"]
            running.clock.move(61)
            again = gate(running, visitor)
            visitor.post("/_api/api-keys/update", id=made["id"], name="coinigy", rights=["trade"], gate=again)
        assert running.state.keys[0].permissions == ("read", "trade")
        assert running.state.ever_granted() == {"read", "trade"}


def test_every_page_is_marked_and_asks_nobody_else():
    for variant in ("", "2020"):
        with start("kucoin", variant=variant) as running:
            visitor = Visitor(running)
            for path in ("/", "/ucenter/signin", "/account/api", "/account/api/create"):
                html = visitor.raw(path)
                assert 'id="sandbox-mark"' in html
                assert "<title>SANDBOX " in html
                for name in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
                    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", visitor.raw(name))
                assert not re.search(r'(?:src|href)="(?!/)', html)


# ---------------------------------------------------------------- by hand in a browser


LABELS = {
    "trading-password": "Trading Password",
    "email-code": "Email Verification Code",
    "authenticator-code": "Google",
}


def words(page, text):
    return page.get_by_text(text, exact=True)


def box(page, title):
    return page.get_by_role("dialog").filter(has=words(page, title))


def to_form(page):
    page.hover(".lrtcss-avatar-box")
    words(page, "API Management").click()
    page.get_by_role("button", name="Create API").click()
    page.get_by_role("heading", name="Create API").wait_for()


def field(page, label):
    return page.locator(".KuxForm-item").filter(has_text=label).locator("input")


def fill_form(page, ips=("192.0.2.10", "192.0.2.11")):
    field(page, "API Name").fill("icg-mm")
    field(page, "API Passphrase").fill("four-words-1")
    if ips:
        page.get_by_role("radio", name="Restrict to Trusted IPs Only").check()
        for ip in ips:
            field(page, "IP Address").fill(ip)
            page.get_by_role("button", name="Add").click()
    else:
        page.get_by_role("radio", name="Unrestricted").check()


def pass_gates(page, running):
    if "email-code" in running.site.settings.gates:
        words(page, "Send").click()
        page.locator(".counting").wait_for()
    for word in running.site.settings.gates:
        field(page, LABELS[word]).fill(Player(running).answer(word))
    page.get_by_role("button", name="Confirm").last.click()


@pytest.mark.parametrize("variant", ["", "global"])
def test_a_person_makes_a_key_edits_it_and_deletes_it(visit, variant):
    with start("kucoin", variant=variant) as running:
        page = visit(running)
        to_form(page)
        general = page.get_by_role("checkbox", name="General")
        assert general.is_checked()
        assert general.is_disabled()
        assert page.get_by_role("radio", name="Restrict to").is_checked() == running.site.settings.restricted
        fill_form(page)
        page.get_by_role("checkbox", name="Spot Trading").check()
        assert page.locator(".ip-chip").all_inner_texts() == ["192.0.2.10", "192.0.2.11"]
        page.get_by_role("button", name="Next").click()
        words(page, "Security Verification").wait_for()
        pass_gates(page, running)
        result = box(page, "API Created!")
        result.wait_for()
        (key,) = running.state.keys
        shown = result.inner_text()
        for text in (key.api_key, key.secret, "General,Spot Trading", "192.0.2.10,192.0.2.11", "icg-mm"):
            assert text in shown
        result.get_by_role("button", name="Confirm").click()
        words(page, "icg-mm").wait_for()
        assert key.secret not in page.content()
        assert running.state.create_requests == 1

        running.clock.move(61)
        page.locator(".edit_svg__icon").click()
        page.get_by_role("heading", name="Edit API").wait_for()
        page.get_by_role("checkbox", name="Spot Trading").uncheck()
        page.get_by_role("button", name="Next").click()
        pass_gates(page, running)
        words(page, "General").wait_for()
        assert running.state.keys[0].permissions == ("read",)

        running.clock.move(61)
        page.locator(".delete_svg__icon").click()
        page.get_by_role("button", name="Delete").click()
        pass_gates(page, running)
        words(page, "No records").wait_for()
        assert running.state.keys == []


def test_the_menu_opens_by_a_click_too_and_goes_when_the_pointer_does(visit):
    with start("kucoin") as running:
        page = visit(running)
        page.locator(".lrtcss-avatar-box").dispatch_event("click")
        assert words(page, "API Management").is_visible()
        page.hover(".lrtcss-avatar-box")
        page.locator(".lrtcss-avatar-box").click()
        assert words(page, "API Management").is_visible()
        page.mouse.move(300, 500)
        words(page, "Log Out").wait_for(state="detached")


def test_an_address_that_was_typed_but_not_added_is_not_part_of_the_key(visit):
    with start("kucoin") as running:
        page = visit(running)
        to_form(page)
        fill_form(page, ips=["192.0.2.10"])
        field(page, "IP Address").fill("192.0.2.11")
        page.get_by_role("button", name="Next").click()
        pass_gates(page, running)
        box(page, "API Created!").wait_for()
        assert running.state.keys[0].ips == ("192.0.2.10",)


@pytest.mark.parametrize("ip", ["192.0.2.300", "192.0.2.10,192.0.2.11", " 192.0.2.10", "192.0.2.0/24", "somewhere"])
def test_add_takes_one_address_at_a_time(visit, ip):
    with start("kucoin") as running:
        page = visit(running)
        to_form(page)
        field(page, "IP Address").fill(ip)
        page.get_by_role("button", name="Add").click()
        page.get_by_text("one valid IPv4 or IPv6 address").wait_for()
        assert page.locator(".ip-chip").count() == 0


def test_withdrawal_without_an_ip_list_is_refused_in_the_form(visit):
    with start("kucoin", faults=["withdraw-preticked"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page, ips=())
        withdrawal = page.get_by_role("checkbox", name="Withdrawal (Not Recommended)")
        assert withdrawal.is_checked()
        page.get_by_role("button", name="Next").click()
        page.get_by_text("IP restriction is required").wait_for()
        withdrawal.uncheck()
        page.get_by_role("button", name="Next").click()
        pass_gates(page, running)
        assert "Unrestricted" in box(page, "API Created!").inner_text()
        assert running.state.ever_granted() == {"read"}


def test_a_form_drawn_anew_forgets_the_ticks_once(visit):
    with start("kucoin", faults=["rerender"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        words(page, "Spot Trading").click()
        page.locator(".KuxCheckbox-checked").nth(1).wait_for(state="detached")
        assert not page.get_by_role("checkbox", name="Spot Trading").is_checked()
        assert field(page, "API Name").input_value() == "icg-mm"
        page.get_by_role("checkbox", name="Spot Trading").check()
        page.get_by_role("button", name="Next").click()
        pass_gates(page, running)
        box(page, "API Created!").wait_for()
        assert running.state.keys[0].permissions == ("read", "trade")


def test_a_verification_that_closes_again_has_created_nothing(visit):
    with start("kucoin", faults=["closes-once"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        page.get_by_role("button", name="Next").click()
        box(page, "Security Verification").wait_for()
        box(page, "Security Verification").wait_for(state="detached")
        assert running.state.create_requests == 0
        page.get_by_role("button", name="Next").click()
        pass_gates(page, running)
        box(page, "API Created!").wait_for()
        assert running.state.created == 1


def test_a_masked_secret_shows_at_the_eye(visit):
    with start("kucoin", faults=["masked-secret"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        page.get_by_role("button", name="Next").click()
        pass_gates(page, running)
        result = box(page, "API Created!")
        result.wait_for()
        secret = running.state.keys[0].secret
        assert secret not in result.inner_text()
        result.locator(".eye_close_svg__icon").click()
        assert secret in result.inner_text()


def test_who_is_signed_out_signs_in_and_comes_back(visit):
    with start("kucoin", signed_in=False) as running:
        page = visit(running)
        words(page, "Log In").click()
        field(page, "Email / Phone").fill("maria@example.com")
        field(page, "Password").fill("sandbox-password")
        page.get_by_role("button", name="Log In").click()
        page.locator(".lrtcss-avatar-box").wait_for()


@pytest.mark.parametrize("variant", ["", "global"])
def test_a_session_that_ends_on_the_form_leaves_what_was_entered(visit, variant):
    with start("kucoin", variant=variant, faults=["session-expiry"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        page.get_by_role("button", name="Next").click()
        words(page, "Session expired").wait_for()
        Player(running).answer("sign-in")
        words(page, "Session expired").wait_for(state="detached")
        assert page.locator(".ip-chip").count() == 2
        page.get_by_role("button", name="Next").click()
        words(page, "Security Verification").wait_for()
        pass_gates(page, running)
        box(page, "API Created!").wait_for()
        assert (running.state.create_requests, running.state.created) == (1, 1)


@pytest.mark.parametrize("variant", ["", "global"])
def test_a_captcha_stands_before_the_codes_until_the_person_clicks_it(visit, variant):
    with start("kucoin", variant=variant, faults=["captcha"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        page.get_by_role("button", name="Next").click()
        if variant:
            words(page, "Send").click()
        words(page, "Verify you are human").wait_for()
        assert running.inbox.mails == []
        words(page, "I am a person").click()
        if variant:
            page.locator(".counting").wait_for()
            assert len(running.inbox.mails) == 1
        else:
            words(page, "Security Verification").wait_for()


@pytest.mark.parametrize("variant", ["", "2020"])
def test_a_slow_page_with_an_announcement_and_a_banner_ends_with_one_key(visit, variant):
    with start("kucoin", variant=variant, faults=["slow", "announcement", "cookie-banner"]) as running:
        page = visit(running)
        words(page, "Reject All").click()
        if variant:
            page.locator(".user-icon").click()
        else:
            page.hover(".lrtcss-avatar-box")
        # Not under a pointer: the menu is open only while the pointer is over nodes that a slow page replaces.
        words(page, "API Management").dispatch_event("click")
        words(page, "Got it").click()
        page.get_by_role("button", name="Create API").click()
        if variant:
            old_form(page, running)
            press_update_and_save(page)
            words(page, "IP limit:").wait_for()
        else:
            fill_form(page)
            page.get_by_role("button", name="Next").click()
            words(page, "Security Verification").wait_for()
            pass_gates(page, running)
            box(page, "API Created!").wait_for()
        assert (running.state.create_requests, running.state.created) == (1, 1)
        assert running.state.ever_granted() == {"read"}


def press_update_and_save(page):
    page.get_by_role("button", name="Update").click()
    page.get_by_role("button", name="Save").click()


def old_to_secret(page, running):
    page.locator(".user-icon").click()
    words(page, "API Management").click()
    page.get_by_role("button", name="Create API").click()
    old_form(page, running)


def old_form(page, running):
    page.locator("[name=name]").fill("coinigy")
    page.locator("[name=passphrase]").fill("four-words-1")
    page.get_by_role("button", name="Confirm").click()
    old_gates(page, running)
    page.get_by_role("button", name="Update").wait_for()


def old_gates(page, running):
    words(page, "Send").click()
    page.locator(".counting").wait_for()
    for word in running.site.settings.gates:
        page.locator(f"[name={word}]").fill(Player(running).answer(word))
    page.get_by_role("button", name="Confirm").click()


@pytest.mark.parametrize("variant", ["2020", "2020-preticked", "2020-save-asks"])
def test_in_2020_a_person_makes_a_key_and_then_sets_its_rights(visit, variant):
    with start("kucoin", variant=variant) as running:
        page = visit(running)
        old_to_secret(page, running)
        (key,) = running.state.keys
        assert key.permissions == ("read",)
        shown = page.inner_text("#content")
        assert key.api_key in shown
        assert key.secret in shown
        page.get_by_role("button", name="Update").click()
        trade, withdraw = page.get_by_role("switch").all()
        assert trade.get_attribute("aria-checked") == str(variant == "2020-preticked").lower()
        assert withdraw.get_attribute("aria-checked") == "false"
        trade.click()
        running.clock.move(61)
        page.get_by_role("button", name="Save").click()
        if variant == "2020-save-asks":
            old_gates(page, running)
        words(page, "IP limit:").wait_for()
        assert key.permissions == (("read",) if variant == "2020-preticked" else ("read", "trade"))
        assert key.secret not in page.content()
        assert running.state.create_requests == 1


def test_in_2020_the_secret_is_gone_after_a_reload(visit):
    with start("kucoin", variant="2020") as running:
        page = visit(running)
        old_to_secret(page, running)
        page.reload()
        page.get_by_role("button", name="Confirm").wait_for()
        assert running.state.keys[0].secret not in page.content()
