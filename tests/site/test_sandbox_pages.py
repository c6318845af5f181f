"""The look-alike in a real Chromium: one walk by hand through every screen, and each fault as a person meets it."""

from __future__ import annotations

import json
import re

from PIL import Image
from zxingcpp import read_barcodes

from autokey.sandbox import Player, start


def words(page, text):
    return page.get_by_text(text, exact=True)


def dialog(page, title):
    return page.locator(".kit-shade").filter(has=words(page, title))


def to_form(page):
    page.locator(".hd .ico").first.click()
    words(page, "API Management").click()
    page.get_by_role("button", name="Create API Key").click()
    words(page, "Remark Name").wait_for()


def fill_form(page, remark="icg-mm", ips="192.0.2.10,192.0.2.11"):
    page.locator(".fm .ibox input").nth(0).fill(remark)
    page.locator(".fm .ibox input").nth(1).fill(ips)


def confirm_form(page):
    page.locator(".fm").get_by_role("button", name="Confirm").click()


def answer(page, running):
    box = dialog(page, "Verification")
    words(box, "Send").click()
    enter(box, running)


def enter(box, running):
    me = Player(running)
    box.locator("input").nth(0).fill(me.answer("email-code"))
    box.locator("input").nth(1).fill(me.answer("authenticator-code"))
    box.get_by_role("button", name="Confirm").click()


def test_a_person_makes_a_key_sees_its_secret_once_and_deletes_it(visit, tmp_path):
    with start("coinstore") as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        assert words(page, "6/60").is_visible()
        assert words(page, "2/5").is_visible()
        boxes = page.locator(".ck input")
        assert [boxes.nth(n).is_checked() for n in range(3)] == [True, True, False]
        assert boxes.nth(0).is_disabled()
        words(page, "Read").click()
        assert boxes.nth(0).is_checked()

        confirm_form(page)
        box = dialog(page, "Verification")
        words(box, "Code will be sent to ma****@example.com").wait_for()
        assert box.get_by_placeholder("Please enter").count() == 2
        assert box.get_by_role("button", name="Confirm").is_disabled()
        assert page.locator(".fm").get_by_role("button", name="Confirm").is_enabled()
        answer(page, running)

        result = dialog(page, "View API Key")
        result.wait_for()
        (key,) = running.state.keys
        assert words(result, key.api_key).is_visible()
        assert words(result, key.secret).is_visible()
        assert words(result, "Read,Trade").is_visible()
        result.screenshot(path=tmp_path / "result.png")
        (code,) = read_barcodes(Image.open(tmp_path / "result.png"))
        assert code.text == json.dumps({"APIKey": key.api_key, "secretKey": key.secret}, separators=(",", ":"))
        # behind the dialog the form is empty again, with Trade still ticked
        assert page.locator(".fm .ibox input").nth(0).input_value() == ""
        assert boxes.nth(1).is_checked()

        result.get_by_role("button", name="Confirm").click()
        words(page, "icg-mm").wait_for()
        assert words(page, "192.0.2.10,192.0.2.11").is_visible()
        page.reload()
        words(page, key.api_key).wait_for()
        assert key.secret not in page.content()

        words(page, "Delete").click()
        dialog(page, "Delete API Key").get_by_role("button", name="Confirm").click()
        words(page, "No Records").wait_for()
        assert running.state.keys == []
        assert running.state.create_requests == 1


def test_wrong_codes_are_named_in_the_dialog_and_good_ones_still_count(visit):
    with start("coinstore") as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        confirm_form(page)
        box = dialog(page, "Verification")
        words(box, "Send").click()
        box.get_by_text(re.compile(r"^\d+s$")).wait_for()
        running.clock.move(60)
        words(box, "Resend").wait_for()  # the countdown follows the sandbox's clock
        box.locator("input").nth(0).fill(Player(running).answer("email-code"))
        box.locator("input").nth(1).fill("abc")
        box.get_by_role("button", name="Confirm").click()
        words(box, "2FA code error").wait_for()
        assert running.state.created == 0
        enter(box, running)
        dialog(page, "View API Key").wait_for()
        assert running.state.created == 1


def test_rights_are_edited_from_the_list_only_with_new_codes(visit):
    with start("coinstore") as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        confirm_form(page)
        answer(page, running)
        dialog(page, "View API Key").get_by_role("button", name="Edit").click()
        words(page, "6/60").wait_for()
        words(page.locator(".fm"), "Trade").click()  # the footer has a Trade of its own
        confirm_form(page)
        running.clock.move(61)
        answer(page, running)
        words(page, "No Records").or_(words(page, "icg-mm")).wait_for()
        assert [change.permissions for change in running.state.history] == [("read", "trade"), ("read",)]


def test_who_is_signed_out_signs_in_with_any_name(visit):
    with start("coinstore", signed_in=False) as running:
        page = visit(running)
        words(page, "Sign Up").wait_for()
        assert words(page, "Asset").count() == 0
        words(page, "Log In").click()
        page.locator(".sign input").nth(0).fill("maria@example.com")
        page.locator(".sign input").nth(1).fill("anything")
        page.get_by_role("button", name="Log In").click()
        words(page, "Asset").wait_for()


def test_a_session_that_ends_on_the_form_says_so_and_goes_on_after_signing_in_elsewhere(visit):
    with start("coinstore", faults=["session-expiry"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        confirm_form(page)
        words(page, "Session expired").wait_for()
        assert running.state.requests["check"] == 0
        Player(running).answer("sign-in")
        words(page, "Hot list").wait_for()
        to_form(page)
        fill_form(page)
        confirm_form(page)
        dialog(page, "Verification").wait_for()


def test_announcement_banner_and_captcha_lie_over_the_page_until_they_are_answered(visit):
    with start("coinstore", faults=["announcement:form", "cookie-banner", "captcha"]) as running:
        page = visit(running)
        words(page, "Reject All").click()
        to_form(page)
        words(page, "Got it").click()
        fill_form(page)
        confirm_form(page)
        box = dialog(page, "Verification")
        words(box, "Send").click()
        words(page, "Verify you are human").wait_for()
        assert running.state.requests["send"] == 0
        words(page, "I am a person").click()
        enter(box, running)
        dialog(page, "View API Key").wait_for()


def test_a_lost_answer_shows_a_network_error_and_the_key_is_in_the_list(visit):
    with start("coinstore", faults=["lost-answer"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        confirm_form(page)
        answer(page, running)
        page.get_by_text("Network error").wait_for()
        assert running.state.create_requests == 1  # the browser did not send it again by itself
        page.goto(running.url + "/#/user/bindAuth/ManagementAPI")
        page.reload()
        words(page, "icg-mm").wait_for()


def test_the_site_ticks_its_own_boxes_again_once(visit):
    with start("coinstore", faults=["rerender", "withdraw-preticked"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        boxes = page.locator(".ck input")
        assert boxes.nth(2).is_checked()
        words(page, "Withdraw").click()
        page.locator(".ck.yes:nth-child(3)").wait_for(state="detached")
        page.locator(".ck.yes:nth-child(3)").wait_for()
        words(page, "Withdraw").click()
        confirm_form(page)
        answer(page, running)
        dialog(page, "View API Key").wait_for()
        assert running.state.ever_granted() == {"read", "trade"}


def test_the_verification_dialog_closes_once_by_itself_before_anything_was_created(visit):
    with start("coinstore", faults=["closes-once"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        confirm_form(page)
        dialog(page, "Verification").wait_for(state="visible")
        dialog(page, "Verification").wait_for(state="detached")
        assert page.locator(".fm .ibox input").nth(0).input_value() == "icg-mm"
        confirm_form(page)
        answer(page, running)
        dialog(page, "View API Key").wait_for()
        assert running.state.created == 1


def test_a_masked_secret_shows_by_its_eye(visit):
    with start("coinstore", faults=["masked-secret"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        confirm_form(page)
        answer(page, running)
        result = dialog(page, "View API Key")
        result.get_by_text("****").wait_for()
        secret = running.state.keys[0].secret
        assert secret not in result.inner_text()
        result.locator(".cp:has(use[href='#ic-eye'])").click()
        words(result, secret).wait_for()


def test_a_slow_page_shows_bones_and_replaces_its_nodes(visit):
    with start("coinstore", faults=["slow"]) as running:
        page = visit(running, "/#/user/bindAuth/ManagementAPI/create")
        page.locator(".kit-bone").first.wait_for()
        first = page.locator(".fm").element_handle()
        first.wait_for_element_state("hidden")
        assert not first.evaluate("node => node.isConnected")
        fill_form(page)
        confirm_form(page)
        answer(page, running)
        dialog(page, "View API Key").wait_for()


def test_a_full_account_is_told_so_at_the_button(visit):
    with start("coinstore", faults=["full-account"]) as running:
        page = visit(running, "/#/user/bindAuth/ManagementAPI")
        words(page, "old-5").wait_for()
        page.get_by_role("button", name="Create API Key").click()
        page.get_by_text("You can have 5 API keys").wait_for()
        assert words(page, "Remark Name").count() == 0


def test_an_expired_mail_can_be_sent_again_at_once(visit):
    with start("coinstore", faults=["mail-expired"]) as running:
        page = visit(running)
        to_form(page)
        fill_form(page)
        confirm_form(page)
        box = dialog(page, "Verification")
        answer(page, running)
        box.get_by_text("expired").wait_for()
        words(box, "Resend").click()
        enter(box, running)
        dialog(page, "View API Key").wait_for()
        assert running.state.requests["send"] == 2


def test_the_board_shows_mail_and_authenticator_to_a_person(visit):
    with start("coinstore") as running:
        running.inbox.send_code("api-key", "A code for you", 600)
        running.inbox.send_link("api-key", "A link for you", 900, "http://127.0.0.1/confirm?token={token}")
        page = visit(running, "/__sandbox__/")
        words(page, running.inbox.mails[0].code).wait_for()
        words(page, running.inbox.mails[1].link).wait_for()
        assert re.fullmatch(r"\d{6}", page.locator("#code").inner_text())
        page.get_by_role("button", name="+10 minutes").click()
        words(page, "moved by 600 s").wait_for()
