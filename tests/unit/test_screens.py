"""Which screen shows: pages, dialogs over them, menus, interruptions, overlays that nobody described."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from autokey import catalog, screens
from autokey.engine import sight
from autokey.engine.course import Course
from autokey.model import Candidate, Element, Layer, Look, Screen, Step

PAGE = Layer(0, False, "")


def text(ref, words, layer=0, **more):
    return Candidate(ref=ref, tag="div", role="", kind="words", name="", text=words, own=words, layer=layer, **more)


def button(ref, words, layer=0, **more):
    return Candidate(
        ref=ref,
        tag="button",
        role="button",
        kind="button",
        name=words,
        text=words,
        own=words,
        clickable=True,
        layer=layer,
        **more,
    )


def field(ref, words, layer=0, **more):
    return Candidate(
        ref=ref,
        tag="input",
        role="textbox",
        kind="text",
        name="",
        text="",
        own="",
        beside=(words,),
        layer=layer,
        **more,
    )


def sign(*words, by="text", role=""):
    return Element("sign", by, words, role=role)


def look(*things, layers=(PAGE,)):
    return Look("https://www.example.com/", "t", "en", layers, things)


CONFIRM = sign("Confirm", by="role", role="button")
FORM = Screen("form", "page", (sign("Remark Name", by="label"), sign("Bind IP Address", by="label"), CONFIRM))
LIST = Screen("list", "page", (sign("Create API Key", by="role", role="button"), sign("Permission")))
VERIFY = Screen("verification", "dialog", (sign("Google Authenticator", by="label"), CONFIRM), title=("Verification",))
REVEAL = Screen("reveal", "dialog", (sign("API Key"), sign("Secret Key"), CONFIRM), title=("View API Key",))
MENU = Screen("menu", "menu", (sign("API Management"), sign("Log Out")))
HOME = Screen("home", "page", (sign("Asset"), sign("Order")), never=(sign("Log In"),), everywhere=True)
COOKIES = Screen(
    "cookies", "page", (sign("We use cookies..."),), way_out="reject", interruption=True,
    elements={"reject": sign("Reject All", "Close", by="role", role="button")},
)  # fmt: skip
EXPIRED = Screen("expired", "page", (sign("Session expired"),), interruption=True)
NOTICE = Screen(
    "notice", "dialog", (), title=("Notice",), way_out="close", interruption=True,
    elements={"close": sign("Got it", by="role", role="button")},
)  # fmt: skip
ALL = {one.name: one for one in (FORM, LIST, VERIFY, REVEAL, MENU, HOME, COOKIES, EXPIRED, NOTICE)}


def form(**more):
    return (
        text(1, "Asset", **more), text(2, "Order", **more), text(3, "API Management", **more),
        field(4, "Remark Name", **more), field(5, "Bind IP Address", **more), button(6, "Confirm", **more),
    )  # fmt: skip


def verification(layer=1, title="Verification", **more):
    return (
        text(20, title, layer), field(21, "Code will be sent to a***@example.com", layer),
        field(22, "Google Authenticator", layer), button(23, "Confirm", layer, **more),
    )  # fmt: skip


def test_a_page_is_told_by_all_its_signs():
    assert screens.recognise(look(*form()), ALL).name == "form"


def test_a_missing_sign_leaves_only_what_is_on_every_page():
    seen = screens.recognise(look(*form()[:4]), ALL)
    assert seen.name == "home"


def test_no_sign_at_all_is_no_screen():
    seen = screens.recognise(look(text(1, "Loading")), ALL)
    assert (seen.name, seen.layer, seen.candidates) == (None, 0, ())


def test_what_must_never_be_there_rules_a_screen_out():
    assert screens.recognise(look(text(1, "Asset"), text(2, "Order"), button(3, "Log In")), ALL).name is None


def test_a_sign_must_be_exact_not_like_it():
    assert screens.recognise(look(text(1, "Assets"), text(2, "Orders")), ALL).name is None


def test_a_dialog_wins_over_the_page_beneath():
    layers = (PAGE, Layer(1, True, "", 1))
    seen = screens.recognise(look(*form(covered=True), *verification(), layers=layers), ALL)
    assert (seen.name, seen.layer) == ("verification", 1)


def test_the_top_most_of_two_dialogs_wins():
    layers = (PAGE, Layer(1, True, "Verification", 1), Layer(2, True, "View API Key", 2))
    reveal = (text(30, "API Key", 2), text(31, "Secret Key", 2), button(32, "Confirm", 2))
    seen = screens.recognise(look(*form(covered=True), *verification(), *reveal, layers=layers), ALL)
    assert (seen.name, seen.layer) == ("reveal", 2)


def test_a_dialog_needs_its_title():
    layers = (PAGE, Layer(1, True, "Security check", 1))
    page = look(*form(covered=True), *verification(title="Security check"), layers=layers)
    seen = screens.recognise(page, ALL)
    assert (seen.name, seen.layer) == (None, 1)
    assert screens.unknown_overlay(page, seen) == layers[1]
    assert screens.unknown_overlay(page, None) == layers[1]


def test_an_overlay_nobody_described_hides_the_page():
    layers = (PAGE, Layer(1, True, "Win a prize", 1))
    page = look(*form(), text(40, "Win a prize", 1), button(41, "Join", 1), layers=layers)
    seen = screens.recognise(page, ALL)
    assert seen.name is None
    assert screens.unknown_overlay(page, seen) == layers[1]


def test_a_recognised_dialog_is_no_unknown_overlay():
    layers = (PAGE, Layer(1, True, "", 1))
    page = look(*form(covered=True), *verification(), layers=layers)
    assert screens.unknown_overlay(page, screens.recognise(page, ALL)) is None
    assert screens.unknown_overlay(look(*form()), None) is None


@pytest.mark.parametrize("order", [1, 99])
def test_a_chat_bubble_or_toast_does_not_hide_the_page(order):
    layers = (PAGE, Layer(1, False, "Chat", order))
    covered = (*form()[:5], button(6, "Confirm", covered=True))
    seen = screens.recognise(look(*covered, text(40, "What can I help you with?", 1), layers=layers), ALL)
    assert (seen.name, seen.layer) == ("form", 0)


def test_an_open_menu_wins_over_the_page_beneath():
    layers = (PAGE, Layer(1, False, "", 5))
    menu = (text(50, "Account Security", 1), text(51, "API Management", 1), text(52, "Log Out", 1))
    seen = screens.recognise(look(*form(), *menu, layers=layers), ALL)
    assert (seen.name, seen.layer) == ("menu", 1)


def test_a_page_that_has_one_of_its_signs_from_an_open_menu_alone_is_not_the_page_below_it():
    listed = Screen("list", "page", (sign("Create API"), sign("API Management")))
    menu = (text(50, "Account Security"), text(51, "API Management"), text(52, "Log Out"))
    promotion, heading = text(1, "Create API"), replace(text(2, "API Management"), role="heading")
    assert screens.recognise(look(promotion, *menu), ALL | {"list": listed}).name == "menu"
    assert screens.recognise(look(promotion, heading, *menu), ALL | {"list": listed}).name == "list"


def test_what_a_menu_holds_at_the_side_of_a_page_for_good_hides_no_page():
    aside = (text(50, "Account Security"), text(51, "API Management"), text(52, "Log Out"))
    assert screens.recognise(look(*form(), *aside), ALL).name == "form"
    assert screens.recognise(look(text(1, "Asset"), text(2, "Order"), *aside), ALL).name == "menu"


def test_a_menu_under_a_dialog_does_not_count():
    layers = (PAGE, Layer(1, False, "", 1), Layer(2, True, "", 2))
    menu = (text(51, "API Management", 1), text(52, "Log Out", 1))
    assert screens.recognise(look(*form(), *menu, *verification(2), layers=layers), ALL).name == "verification"


def test_a_page_with_more_signs_of_the_same_kind_is_the_special_one():
    wide = Screen("list-empty", "page", (*LIST.signs, sign("No Records")))
    page = look(button(1, "Create API Key"), text(2, "Permission"), text(3, "No Records"))
    assert screens.recognise(page, {"list": LIST, "list-empty": wide}).name == "list-empty"
    assert screens.recognise(look(*page.candidates[:2]), {"list": LIST, "list-empty": wide}).name == "list"


def test_two_pages_that_both_fit_are_ambiguous():
    other = Screen("other", "page", (sign("Permission"), sign("Remark")))
    page = look(button(1, "Create API Key"), text(2, "Permission"), text(3, "Remark"))
    seen = screens.recognise(page, {"list": LIST, "other": other})
    assert seen.name is None
    assert set(seen.candidates) == {"list", "other"}


def test_an_interruption_over_the_page_goes_first():
    layers = (PAGE, Layer(1, False, "", 3))
    banner = (text(60, "We use cookies to improve", 1), button(61, "Reject All", 1))
    seen = screens.recognise(look(*form(), *banner, layers=layers), ALL)
    assert (seen.name, seen.layer) == ("cookies", 1)


def test_an_interruption_beneath_a_dialog_waits():
    layers = (PAGE, Layer(1, False, "", 1), Layer(2, True, "", 2))
    banner = (text(60, "We use cookies to improve", 1), button(61, "Reject All", 1))
    assert screens.recognise(look(*form(), *banner, *verification(2), layers=layers), ALL).name == "verification"


def test_a_footer_link_about_cookies_is_no_banner():
    link = Candidate(
        ref=60,
        tag="a",
        role="link",
        kind="link",
        name="We use cookies",
        text="We use cookies",
        own="We use cookies",
        clickable=True,
    )
    assert screens.recognise(look(*form(), link, button(61, "Close")), ALL).name == "form"


def test_an_interruption_without_its_way_out_is_not_up():
    assert screens.recognise(look(*form(), text(60, "We use cookies to improve")), ALL).name == "form"


def test_an_expired_session_on_the_page_itself_goes_before_the_page():
    assert screens.recognise(look(*form(), text(60, "Session expired")), ALL).name == "expired"


def test_a_dialog_known_by_its_title_alone_is_an_interruption():
    layers = (PAGE, Layer(1, True, "Notice", 1))
    page = look(*form(covered=True), text(60, "Fees change", 1), button(61, "Got it", 1), layers=layers)
    assert screens.recognise(page, ALL).name == "notice"


def test_a_screen_in_another_language_is_told_by_its_words():
    words = {"Create API Key": ("创建API",), "Permission": ("权限",)}
    assert screens.recognise(look(button(1, "创建API"), text(2, "权限")), ALL, words=words).name == "list"


def test_two_buttons_with_the_sign_are_still_a_sign():
    assert screens.recognise(look(*form(), button(7, "Confirm")), ALL).name == "form"


def test_a_page_that_a_site_shows_as_an_overlay_is_recognised_by_all_its_signs_and_no_overlay_hides_it_from_itself():
    over = Layer(1, True, "New key", 1)
    form = (field(1, "Remark Name", 1), field(2, "Bind IP Address", 1), button(3, "Confirm", 1))
    every = {one.name: one for one in (FORM, LIST, VERIFY)}
    below = (button(8, "Create API Key"), text(9, "Permission"))
    seen = screens.recognise(look(*below, *form, layers=(PAGE, over)), every)
    assert (seen.name, seen.layer) == ("form", 1)
    assert screens.recognise(look(*below, *form[:2], layers=(PAGE, over)), every).name is None
    alone = Screen("one", "page", (CONFIRM,))  # one sign is not enough to tell a page in an overlay
    assert screens.recognise(look(form[2], layers=(PAGE, over)), {"one": alone}).name is None


@pytest.mark.parametrize(
    "ahead",
    [
        [text(2, "Security Verification", hints=("wizard", "step"))],
        [button(2, "5 Security Verification"), text(3, "Security Verification", parent=2)],
    ],
)
def test_the_name_of_a_step_ahead_is_no_title_of_what_shows(ahead):
    pin = Screen("pin", "either", (sign("Next", by="role", role="button"),), title=("Security Verification",))
    form = look(text(1, "Create API"), *ahead, button(4, "Next"))
    assert screens.recognise(form, {"pin": pin}).name is None
    there = look(*ahead, text(5, "Security Verification"), button(4, "Next"))
    assert screens.recognise(there, {"pin": pin}).name == "pin"


def test_the_icon_that_opens_a_menu_is_none_of_its_entries_however_it_is_called():
    menu = Screen("menu", "menu", (sign("Profile", by="role", role="menuitem"),))
    icon = replace(button(1, ""), name="Profile")
    assert screens.recognise(look(icon), {"menu": menu}).name is None
    assert screens.recognise(look(icon, button(2, "Profile")), {"menu": menu}).name == "menu"
    assert screens.recognise(look(replace(icon, role="menuitem")), {"menu": menu}).name == "menu"


@pytest.mark.parametrize(
    ("state", "closed", "shows"),
    [("nothing-sent", False, "list"), ("may-exist", False, ""), ("stored", False, ""), ("stored", True, "list")],
)
def test_a_list_whose_cards_look_like_a_new_key_is_the_list_while_there_is_no_new_key_to_be_read(state, closed, shows):
    made = Screen("created", "page", (sign("Secret"), sign("Update", by="role", role="button")))
    there = {"list": LIST, "created": made}
    steps = (
        Step("new", "click", ("list",), ("make",), effect="creates-key"),
        Step("capture", "capture", ("created",), ("secret",)),
    )
    flow = SimpleNamespace(name=f"x-{state}-{closed}", selectors=SimpleNamespace(screens=there, words={}), steps=steps)
    cards = look(button(1, "Create API Key"), text(2, "Permission"), text(3, "Secret"), button(4, "Update"))
    ctx = SimpleNamespace(state=state, closed=closed, begun=False, looking=False, known=None)
    assert sight._not_made_yet(ctx, sight._recognise_anew(flow, cards)).name == shows


def test_a_page_to_which_a_change_has_led_already_is_not_gone_to_again():
    flow = catalog.flow_named(catalog.Folders(catalog.builtin()), "poloniex-legacy")
    course = Course(SimpleNamespace(flow=flow, wanted=lambda _: True))
    place = next(n for n, one in enumerate(flow.steps) if one.id == "edit-ips")
    assert course._next(place) == {"key", "ips"}
    assert "key" not in course._next(place + 1)


def test_the_title_of_an_overlay_is_no_button_of_the_page_that_would_open_it():
    form = look(
        text(1, "Create API Key", 1),
        field(2, "Key name", 1),
        text(3, "Permission", 1),
        layers=(PAGE, Layer(1, True, "Create API Key", 1)),
    )
    assert screens.recognise(form, {"list": LIST}).name is None
