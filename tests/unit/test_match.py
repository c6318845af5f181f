"""Which element is meant: hand-written looks of the situations that real exchange pages have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autokey import match
from autokey.match import words
from autokey.model import Absent, Candidate, Element, Fingerprint, Layer, Located, Look, Unsure

PAGE = Layer(0, False, "")
DIALOG = Layer(1, True, "Verification", 1)
RESULT = Layer(2, True, "View API Key", 2)


def thing(ref, kind="words", text="", **more):
    roles = {
        "button": "button",
        "link": "link",
        "box": "checkbox",
        "radio": "radio",
        "text": "textbox",
        "password": "textbox",
    }
    field = kind in {"text", "password"}
    values = {
        "tag": {"button": "button", "link": "a", "box": "input", "text": "input", "password": "input"}.get(kind, "div"),
        "role": roles.get(kind, ""),
        "name": text if kind in {"button", "link"} else "",
        "text": "" if field else text,
        "own": "" if field else text,
        "clickable": kind in {"button", "link", "box", "radio"},
    }
    return Candidate(ref=ref, kind=kind, **{**values, **more})


def look(*things, layers=(PAGE, DIALOG, RESULT)):
    return Look("https://www.example.com/", "t", "en", layers, things)


def button(*words, **more):
    return Element("it", "role", words, role="button", **more)


def label(*words, **more):
    return Element("it", "label", words, **more)


def box(*words, **more):
    return Element("it", "role", words, role="checkbox", **more)


def ref(found):
    assert isinstance(found, Located), found
    return found.candidate.ref


# ---------------------------------------------------------------- layers, copies, covered ones


def three_confirms():
    return look(
        thing(1, "button", "Confirm", covered=True),
        thing(2, "button", "Confirm", layer=1, covered=True),
        thing(3, "button", "Confirm", layer=2),
    )


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_of_three_confirm_buttons_the_one_of_the_layer_is_meant(layer):
    assert ref(match.find(button("Confirm"), three_confirms(), layer=layer)) == layer + 1


def test_without_a_layer_the_button_that_is_not_covered_is_meant():
    assert ref(match.find(button("Confirm"), three_confirms())) == 3


@pytest.mark.parametrize("address", ["http://[domain]/x", "//[", "https://a]b/"])
def test_a_link_whose_address_is_none_breaks_nothing(address):
    page = look(thing(1, "link", "Go there", href=address), thing(2, "button", "Create"))
    assert ref(match.find(button("Create"), page)) == 2
    mark = Fingerprint(role="button", name="Create", kind="button", tag="button", href=address)
    assert not isinstance(match.find(button("Make", fingerprint=mark), page), Absent)


def test_a_decoy_under_an_overlay_or_left_of_the_page_does_not_count():
    page = look(
        thing(1, "button", "Create API Key", covered=True),
        thing(2, "button", "Create API Key", box=(-9000, 10, 100, 30)),
        thing(3, "button", "Create API Key", box=(500, 10, 100, 30)),
    )
    assert ref(match.find(button("Create API Key"), page)) == 3


def test_two_distinct_exact_ones_are_for_the_person():
    page = look(thing(1, "button", "Create", section="Spot"), thing(2, "button", "Create", section="Futures"))
    found = match.find(button("Create"), page)
    assert isinstance(found, Unsure)
    assert [one.ref for one in found.best] == [1, 2]


def test_within_tells_two_exact_ones_apart():
    page = look(thing(1, "button", "Create", section="Spot"), thing(2, "button", "Create", section="Futures"))
    assert ref(match.find(button("Create", within=("Futures",)), page)) == 2


def test_within_may_be_the_group_an_enclosing_element_or_the_title_of_the_layer():
    page = look(
        thing(1, "button", "Edit", group="Row A"),
        thing(2, "words", "", name="Row B"),
        thing(3, "button", "Edit", parent=2),
        thing(4, "button", "Edit", layer=1),
    )
    assert ref(match.find(button("Edit", within=("Row A",)), page)) == 1
    assert ref(match.find(button("Edit", within=("Row B",)), page)) == 3
    assert ref(match.find(button("Edit", within=("Verification",)), page)) == 4


def test_the_right_words_in_the_wrong_section_are_shown_but_not_taken():
    page = look(thing(1, "button", "Create", section="Spot"))
    found = match.find(button("Create", within=("Futures",)), page)
    assert isinstance(found, Unsure)


def test_at_most_three_are_shown():
    page = look(*(thing(n, "button", "Buy", section=str(n)) for n in range(9)))
    assert len(match.find(button("Buy"), page).best) == 3


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    "shown",
    [
        "* Remark Name",
        "Remark Name:",
        "Remark  Name (required)",
        "ＲＥＭＡＲＫ name",
        "Remark\u200b Name（optional）",
        "Remark Name ▾",
        "🔥 Remark Name ⚠",
    ],
)
def test_decoration_does_not_change_the_words(shown):
    page = look(thing(1, "text", labels=(shown,)))
    assert ref(match.find(label("Remark Name"), page)) == 1


def test_a_declared_required_mark_may_be_missing_on_the_page():
    assert (
        ref(match.find(label("Bind IP Address (required)"), look(thing(1, "text", labels=("Bind IP Address",))))) == 1
    )


@pytest.mark.parametrize("shown", ["Create API Key now", "Create API", "Recreate API Key"])
def test_a_part_of_the_words_is_never_exact(shown):
    found = match.find(button("Create API Key", guarded=True), look(thing(1, "button", shown)))
    assert not isinstance(found, Located)


def test_a_label_that_ends_in_dots_is_a_beginning():
    page = look(
        thing(1, "text", labels=("Code will be sent to a***@example.com",)),
        thing(2, "text", labels=("Google Authenticator",)),
    )
    assert ref(match.find(label("Code will be sent to ..."), page)) == 1


def test_a_beginning_ends_at_a_word():
    page = look(thing(1, "text", labels=("Codebook",)))
    assert not isinstance(match.find(label("Code..."), page), Located)


def test_another_language_counts_through_its_words():
    page = look(thing(1, "button", "取消"), thing(2, "button", "确认"))
    assert ref(match.find(button("Confirm"), page, words={"confirm": ("确认", "确定")})) == 2
    assert isinstance(match.find(button("Confirm"), page), Absent)


# ---------------------------------------------------------------- roles and twins


def test_nested_twins_are_one_thing_and_the_one_that_acts_is_taken():
    page = look(
        thing(1, "words", "API Management", tag="li", clickable=True),
        thing(2, "link", "API Management", parent=1),
        thing(3, "words", "API Management", tag="span", parent=2),
    )
    element = Element("it", "role", ("API Management",), role="menuitem")
    assert ref(match.find(element, page)) == 2


def test_clickable_words_count_as_a_button_and_plain_words_only_where_nothing_is_at_stake():
    assert ref(match.find(button("Send"), look(thing(1, "words", "Send", clickable=True)))) == 1
    plain = look(thing(1, "words", "Send"))
    assert ref(match.find(button("Send"), plain)) == 1
    assert not isinstance(match.find(replace(button("Send"), guarded=True), plain), Located)


def test_two_buttons_in_a_frame_with_their_words_stay_two():
    page = look(
        thing(1, "words", "", name="Confirm", clickable=True),
        thing(2, "button", "Confirm", parent=1),
        thing(3, "button", "Confirm", parent=1),
    )
    assert isinstance(match.find(button("Confirm"), page), Unsure)


def test_a_disabled_exact_one_is_still_the_one():
    assert ref(match.find(button("Confirm"), look(thing(1, "button", "Confirm", enabled=False)))) == 1


def test_a_name_for_screen_readers_that_says_the_opposite_is_not_believed():
    page = look(thing(1, "button", "Cancel", name="Confirm"))
    assert not isinstance(match.find(button("Confirm"), page), Located)


def test_a_link_with_the_words_is_not_the_box_with_the_words():
    page = look(
        thing(1, "link", "Withdraw", section="Promotion"),
        thing(2, "box", beside=("Withdraw", "Trade"), checked=False),
        thing(3, "box", beside=("Trade", "Read"), checked=True),
        thing(4, "words", "Withdraw"),
    )
    assert ref(match.find(box("Withdraw"), page)) == 2
    assert ref(match.find(Element("it", "role", ("Withdraw",), role="link"), page)) == 1


def test_words_nearer_to_another_box_do_not_make_a_box():
    """`Read` is shown without a box of its own: the box of `Trade` is not it."""
    page = look(thing(1, "words", "Read"), thing(2, "box", beside=("Trade", "Read")))
    assert not isinstance(match.find(box("Read"), page), Located)


def test_a_button_is_never_a_text_box():
    page = look(thing(1, "text", name="Confirm", labels=("Confirm",), placeholder="Confirm"))
    assert not isinstance(match.find(button("Confirm"), page), Located)


# ---------------------------------------------------------------- labels


def verification():
    return look(
        thing(1, "words", "Code will be sent to a***@example.com", layer=1, box=(100, 100, 300, 20)),
        thing(
            2,
            "text",
            beside=("Code will be sent to a***@example.com",),
            placeholder="Please enter",
            layer=1,
            box=(100, 130, 300, 30),
        ),
        thing(3, "words", "Google Authenticator", layer=1, box=(100, 200, 300, 20)),
        thing(
            4,
            "text",
            beside=("Google Authenticator", "Send"),
            placeholder="Please enter",
            layer=1,
            box=(100, 230, 300, 30),
        ),
        layers=(PAGE, DIALOG),
    )


def test_a_label_by_position_is_a_label():
    assert ref(match.find(label("Google Authenticator"), verification(), layer=1)) == 4
    assert ref(match.find(label("Code will be sent to ..."), verification(), layer=1)) == 2


def test_a_placeholder_that_two_fields_share_names_neither():
    assert isinstance(match.find(Element("it", "placeholder", ("Please enter",)), verification()), Unsure)
    assert isinstance(match.find(label("Please enter"), verification()), Unsure)


def test_a_tied_label_counts_before_one_beside():
    page = look(thing(1, "text", beside=("Amount",)), thing(2, "text", labels=("Amount",)))
    assert ref(match.find(label("Amount"), page)) == 2


def test_a_field_that_is_labelled_otherwise_is_not_taken_for_words_beside_it():
    page = look(thing(1, "text", labels=("Login password",), beside=("Trading password",)))
    assert not isinstance(match.find(label("Trading password"), page), Located)


def test_of_two_fields_beside_the_words_the_clearly_nearer_one_is_meant():
    page = look(
        thing(1, "words", "Amount", box=(100, 100, 60, 20)),
        thing(2, "text", beside=("Amount",), box=(100, 125, 200, 30)),
        thing(3, "text", beside=("Amount",), box=(100, 300, 200, 30)),
    )
    assert ref(match.find(label("Amount"), page)) == 2


def test_a_secret_goes_only_into_a_field_of_the_recorded_kind():
    mark = Fingerprint(kind="password")
    found = match.find(label("Passphrase", fingerprint=mark), look(thing(1, "text", labels=("Passphrase",))))
    assert isinstance(found, Unsure)
    assert "another kind" in found.reasons[0]


def test_what_stands_beside_a_label_is_found_by_the_label_itself():
    page = look(
        thing(1, "words", "View API Key", layer=2),
        thing(2, "words", "API Key", layer=2),
        thing(3, "words", "Secret Key", layer=2),
        thing(4, "words", "Secret Key", tag="span", layer=2, parent=3),
        thing(5, "button", "Copy Secret Key", layer=2),
    )
    assert ref(match.find(Element("it", "labelled", ("API Key",), secret=True), page, layer=2)) == 2
    assert ref(match.find(Element("it", "labelled", ("Secret Key",), secret=True), page, layer=2)) == 4


# ---------------------------------------------------------------- icons


def header(*more):
    return look(
        thing(1, "words", "Order ▾", clickable=True, box=(1280, 55, 40, 16)),
        thing(2, "other", "", clickable=True, box=(1310, 58, 8, 8), parent=1),
        thing(3, "other", "", clickable=True, box=(1330, 56, 14, 14), hints=("svg", "user")),
        thing(4, "other", "", clickable=True, box=(1358, 56, 14, 14), hints=("bell",)),
        thing(5, "other", "", clickable=True, box=(1330, 500, 14, 14), hints=("user",)),
        *more,
    )


def test_the_icon_right_of_the_words_is_meant_not_their_own_arrow():
    profile = Element("it", "icon", hints=("user", "profile"), after=("Order",))
    assert ref(match.find(profile, header())) == 3


def test_an_icon_without_any_name_is_found_by_its_place():
    page = look(
        thing(1, "words", "Order", box=(1280, 55, 40, 16)),
        thing(3, "other", "", clickable=True, box=(1330, 56, 14, 14)),
    )
    assert ref(match.find(Element("it", "icon", hints=("user",), after=("Order",)), page)) == 3


def test_an_icon_that_is_called_something_else_is_not_taken_for_its_place():
    page = look(
        thing(1, "words", "Order", box=(1280, 55, 40, 16)),
        thing(3, "other", "", clickable=True, box=(1330, 56, 14, 14), hints=("bell",)),
    )
    assert isinstance(match.find(Element("it", "icon", hints=("user",), after=("Order",)), page), Unsure)


@pytest.mark.parametrize("picture", ["\N{BELL}", "\N{GLOBE WITH MERIDIANS}", "\N{DOWNWARDS ARROW TO BAR}"])
def test_a_picture_that_is_a_character_is_known_by_what_it_shows(picture):
    it = Element("it", "icon", hints=("user",), after=("Order",))
    order = thing(1, "words", "Order", box=(1280, 55, 40, 16))
    other = replace(thing(3, "button", picture, box=(1330, 56, 14, 14)), own=picture)
    assert isinstance(match.find(it, look(order, other)), Unsure)
    person = replace(thing(4, "button", "\N{BUST IN SILHOUETTE}", box=(1360, 56, 14, 14)), own="\N{BUST IN SILHOUETTE}")
    assert ref(match.find(it, look(order, other, person))) == 4


def test_an_icon_with_a_name_is_found_by_it():
    page = look(thing(1, "button", "", name="Account menu"), thing(2, "button", "", name="Search"))
    assert ref(match.find(Element("it", "icon", ("Account menu",), hints=("user",)), page)) == 1


# ---------------------------------------------------------------- likeness


PLACE = Fingerprint(
    role="button", name="Create API", kind="button", tag="button", near=("API Management", "Account"),
    path="main/section/header/button", box=(900, 200, 120, 40), section="API Management",
)  # fmt: skip


def renamed(text="Create API Key", **more):
    return thing(7, "button", text, **{
        "beside": ("API Management", "Account"), "path": "main/section/header/button",
        "box": (905, 204, 140, 40), "section": "API Management", **more,
    })  # fmt: skip


def test_a_renamed_button_at_its_place_is_found_by_likeness():
    page = look(renamed(), thing(8, "button", "Log out", box=(900, 20, 80, 30)))
    found = match.find(button("Create API", fingerprint=PLACE), page)
    assert ref(found) == 7
    assert found.how == "score"


def test_a_guarded_element_is_never_taken_by_likeness():
    page = look(renamed(), thing(8, "button", "Log out", box=(900, 20, 80, 30)))
    found = match.find(button("Create API", fingerprint=PLACE, guarded=True), page)
    assert isinstance(found, Unsure)
    assert found.best[0].ref == 7


@pytest.mark.parametrize(
    ("wanted", "there"),
    [("Confirm", "Cancel"), ("Deposit", "Withdraw"), ("Enable API", "Disable API"), ("Create key", "Delete key"), ("Accept", "Reject"), ("Save", "Discard")],
)  # fmt: skip
def test_the_opposite_is_never_like_it(wanted, there):
    mark = replace(PLACE, name=wanted)
    found = match.find(button(wanted, fingerprint=mark), look(renamed(there)))
    assert isinstance(found, Absent)
    back = match.find(button(there, fingerprint=replace(PLACE, name=there)), look(renamed(wanted)))
    assert isinstance(back, Absent)


def test_resend_is_no_opposite_of_send():
    found = match.find(button("Send code", fingerprint=replace(PLACE, name="Send code")), look(renamed("Resend code")))
    assert not isinstance(found, Absent)


def test_one_word_exchanged_for_another_is_for_the_person():
    mark = replace(PLACE, name="Create Main Key")
    found = match.find(button("Create Main Key", fingerprint=mark), look(renamed("Create Sub Key")))
    assert isinstance(found, Unsure)


def test_words_that_mean_the_same_are_enough_for_what_does_no_harm():
    page = look(thing(1, "button", "Generate API Key"), thing(2, "button", "Log out"))
    found = match.find(button("Create API Key"), page)
    assert ref(found) == 1
    assert found.how == "score"
    assert isinstance(match.find(button("Create API Key", guarded=True), page), Unsure)


def test_old_words_elsewhere_while_the_old_place_has_new_words_is_a_trap():
    decoy = thing(
        9,
        "button",
        "Create API",
        section="Promotions",
        beside=("Try our bot",),
        box=(100, 900, 90, 30),
        path="footer/div/a/button",
    )
    page = look(renamed("Create key"), decoy)
    for guarded in (False, True):
        found = match.find(button("Create API", fingerprint=PLACE, guarded=guarded), page)
        assert isinstance(found, Unsure)


def test_a_guarded_exact_one_that_moved_to_another_section_is_for_the_person():
    moved = thing(
        9,
        "button",
        "Create API",
        section="Promotions",
        beside=("Try our bot",),
        box=(100, 900, 90, 30),
        path="footer/div/a/button",
    )
    assert isinstance(match.find(button("Create API", fingerprint=PLACE, guarded=True), look(moved)), Unsure)
    assert ref(match.find(button("Create API", fingerprint=PLACE), look(moved))) == 9


def test_a_guarded_exact_one_at_its_place_is_taken():
    assert ref(match.find(button("Create API", fingerprint=PLACE, guarded=True), look(renamed("Create API")))) == 7


def test_nothing_like_it_is_absent():
    page = look(thing(1, "link", "Fees"), thing(2, "text", labels=("Search",)))
    assert isinstance(match.find(button("Create API Key"), page), Absent)
    assert isinstance(match.find(button("Create API Key"), look()), Absent)


# ---------------------------------------------------------------- what is said about it

SECRETS = [
    "0123456789abcdef0123456789abcdef",
    "AKIA1234567890ABCD",
    "5f8a2b1c-7d3e-4f90-8a1b-2c3d4e5f6a7b",
    "JBSW Y3DP EHPK 3PXP JBSW Y3DP",
    "abcdefghijklmnopqrstuvwxyzABCDEF",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_credential_is_never_quoted(secret):
    page = look(
        thing(1, "words", f"Secret Key {secret}", section=secret),
        thing(2, "button", f"Copy {secret}", title=secret),
        thing(3, "text", value=secret, labels=(secret,)),
        thing(4, "words", "Secret Key " + "x" * 280 + " " + secret[:9]),
    )
    for one in page.candidates:
        said = match.describe(one)
        assert secret not in said
        assert secret[-8:] not in said
    for element in (button("Copy"), Element("it", "labelled", ("Secret Key",)), label("Secret")):
        assert secret not in repr(match.find(element, page).reasons)


def test_a_description_says_what_it_is_and_no_value():
    assert match.describe(thing(1, "button", "Confirm", section="John Smith")) == 'button "Confirm"'
    assert match.describe(thing(1, "box", beside=("Trade",))) == 'box "Trade"'
    assert match.describe(thing(1, "text", value="typed", placeholder="Please enter")) == 'field "Please enter"'


def test_equal_buttons_are_told_apart_by_what_is_seen_and_no_value_is_quoted():
    page = look(
        thing(1, "words", "John Smith", box=(20, 10, 90, 20)),
        thing(2, "text", labels=("Key name",), box=(20, 40, 200, 30)),
        thing(3, "button", "Confirm", section="John Smith", box=(20, 80, 90, 30)),
        thing(4, "words", "Move 12345.67 USDT of john@example.com to 192.0.2.7 now?", box=(600, 300, 200, 20)),
        thing(5, "button", "Confirm", section="K4yS3cr3tV4lu3", box=(600, 330, 90, 30)),
        thing(6, "button", "Confirm", covered=True, box=(20, 400, 90, 30)),
        thing(7, "button", "Confirm", enabled=False, box=(20, 500, 90, 30)),
    )
    alike = [one for one in page.candidates if one.name == "Confirm"]
    assert [(one.ref, name) for one, name in match.offer(alike, page)] == [
        (3, 'button "Confirm" near "Key name", the upper one'),
        (5, 'button "Confirm", the lower one'),
    ]
    same = look(thing(1, "button", "Confirm", box=(5, 5, 90, 30)), thing(2, "button", "Confirm", box=(6, 6, 90, 30)))
    assert match.offer(same.candidates, same) == [], "nobody could tell which is which"


def test_a_fingerprint_of_a_candidate_finds_it_again():
    one = renamed("Create API")
    element = button("Create API", fingerprint=match.fingerprint(one), guarded=True)
    assert ref(match.find(element, look(one, thing(8, "button", "Log out")))) == 7


def test_spaces_set_by_taste_beside_chinese_words_do_not_matter():
    normalise = match.normalise
    assert normalise("API 管理") == normalise("API管理")
    assert normalise("绑定 IP 地址（必填）") == "绑定ip地址"
    assert normalise("API Key 1") == "api key 1"


def test_what_is_exactly_another_element_of_the_screen_is_not_taken_by_likeness():
    mailed = thing(1, "text", labels=("E-mail code",), placeholder="6 digits", box=(300, 200, 200, 30))
    authenticator = thing(2, "text", labels=("Authenticator code",), placeholder="6 digits", box=(300, 240, 200, 30))
    wanted = Element("mailed", "label", ("E-mail code",), fingerprint=match.fingerprint(mailed))
    other = Element("authenticator", "label", ("Authenticator code",))
    assert ref(match.find(wanted, look(mailed, authenticator), others=(wanted, other))) == 1
    alone = look(thing(3, "text", labels=("Authenticator code",), placeholder="6 digits", box=(300, 200, 200, 30)))
    assert isinstance(match.find(wanted, alone, others=(wanted, other)), Absent)
    assert not isinstance(match.find(wanted, alone), Absent), "without knowing the other one it is at least like it"


def test_of_two_exact_matches_the_one_that_stands_where_it_was_recorded_is_meant():
    here = thing(1, "button", "Save", section="API key", box=(300, 200, 80, 30), beside=("Cancel", "IP addresses"))
    other = thing(2, "button", "Save", section="Newsletter", box=(40, 900, 80, 30), beside=("Your e-mail", "Topics"))
    wanted = button("Save", fingerprint=match.fingerprint(here), guarded=True)
    assert isinstance(match.find(button("Save", guarded=True), look(here, other)), Unsure)
    assert ref(match.find(wanted, look(other, here))) == 1
    twin = thing(3, "button", "Save", section="API key", box=(300, 240, 80, 30), beside=("Cancel", "IP addresses"))
    assert isinstance(match.find(wanted, look(here, twin)), Unsure), "both could be it"


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        ("Enable trading", True),
        ("Enable the trade", True),
        ("Enabled trade", False),
        ("Enable trade now", False),
        ("Disable trade", False),
    ],
)
def test_a_guarded_element_is_taken_with_its_words_in_another_form_only_where_it_was_recorded(now, taken):
    was = thing(1, "button", "Enable trade", section="API key", box=(300, 200, 80, 30), beside=("IP addresses",))
    moved = thing(2, "button", now, section="Loans", box=(40, 900, 80, 30), beside=("Interest",))
    there = thing(3, "button", now, section="API key", box=(300, 200, 80, 30), beside=("IP addresses",))
    wanted = button("Enable trade", fingerprint=match.fingerprint(was), guarded=True)
    assert isinstance(match.find(wanted, look(there)), Located) is taken
    assert not isinstance(match.find(wanted, look(moved)), Located)


def rights(*labels):
    """Boxes below each other, each with its words to the right."""
    rows = [(place, words, 200 + 40 * place) for place, words in enumerate(labels) if words]
    more = {"path": "form>div>label>input", "section": "Rights"}
    boxes = [thing(n + 1, "box", beside=(words,), box=(300, y, 16, 16), **more) for n, words, y in rows]
    return look(*boxes, *(thing(n + 101, text=words, box=(330, y, 200, 16)) for n, words, y in rows))


RIGHTS = tuple(replace(box(word, guarded=True), name=word) for word in ("Read", "Trade", "Withdrawal"))


def right(number, now):
    """Look for one of the three rights, recorded as first declared, on the page as it is now."""
    was = rights(*(each.words[0] for each in RIGHTS))
    it = replace(RIGHTS[number], fingerprint=match.fingerprint(was.candidates[number]))
    return match.find(it, now, others=RIGHTS)


def test_the_words_beside_a_box_may_change_their_form_as_those_of_a_button_may():
    assert ref(right(1, rights("Read", "Trading", "Withdrawal"))) == 2
    assert ref(right(2, rights("Read", "Trade", "your withdrawals"))) == 3
    assert not isinstance(right(1, rights("Read", "Transfer", "Withdrawal")), Located)


def test_a_right_whose_place_is_taken_by_another_one_is_never_that_other_one():
    for other in ("Withdrawals", "Transfer", "Auto trade", "Trade and withdraw", "Untrade", "Traded", "Trade now"):
        assert not isinstance(right(1, rights("Read", other, "")), Located), other
    moved = rights("Read", "Fund moves", "Trading")
    assert not isinstance(right(1, moved), Located), "another box is where it was recorded"


def test_words_in_another_form_elsewhere_are_not_taken_where_something_else_stands_in_the_old_place():
    was = thing(1, "button", "Update", section="Keys", box=(170, 430, 100, 38), path="div>div>div>div>button")
    renamed = replace(was, name="Preferences", text="Preferences", own="Preferences")
    old = thing(2, "button", "Update your", section="", box=(250, 530, 100, 25), path="div>div>div>div>button")
    wanted = button("Update", fingerprint=match.fingerprint(was), guarded=True)
    assert not isinstance(match.find(wanted, look(renamed, old)), Located)
    assert ref(match.find(wanted, look(replace(old, box=(180, 440, 100, 38))))) == 2


def test_words_that_label_a_secret_in_another_form_are_neither_a_heading_nor_a_control():
    was = thing(1, text="Secret Key", section="Your key", box=(200, 240, 190, 30), path="div>dl>div>dt")
    now = replace(was, text="Secret Keys", own="Secret Keys", name="Secret Keys")
    wanted = Element("secret", "labelled", ("Secret Key",), secret=True, guarded=True)
    wanted = replace(wanted, fingerprint=match.fingerprint(was))
    assert ref(match.find(wanted, look(heading(5, "Secret keys"), now))) == 1
    assert not isinstance(match.find(wanted, look(replace(heading(5, "Secret keys"), box=was.box))), Located)
    assert not isinstance(match.find(wanted, look(replace(now, kind="button", clickable=True))), Located)


def test_a_badge_between_a_box_and_its_words_is_passed_over_only_where_its_attribute_says_the_same():
    def switches(*between, hint="trade"):
        trade = thing(2, "box", beside=(*between, "Trade"), hints=("switch", hint), box=(300, 240, 44, 22))
        read = thing(1, "box", beside=("Read",), hints=("switch", "read"), box=(300, 200, 44, 22))
        return look(read, trade, thing(102, text="Trade", box=(100, 240, 80, 20)))

    was = switches().candidates[1]
    wanted = replace(RIGHTS[1], fingerprint=match.fingerprint(was))
    assert ref(match.find(wanted, switches("Beta"), others=RIGHTS)) == 2
    for between, hint in (
        (("Withdrawal",), "trade"),
        (("Fund moves",), "moves"),
        (("Lend all that is there",), "trade"),
    ):
        assert not isinstance(match.find(wanted, switches(*between, hint=hint), others=RIGHTS), Located), between
    assert not isinstance(match.find(RIGHTS[1], switches("Beta"), others=RIGHTS), Located), "nothing was recorded"


def test_a_heading_in_another_form_or_with_a_wrong_letter_is_no_other_place():
    was = thing(1, "button", "Create", section="Futures API Keys", box=(200, 500, 80, 40), path="main>div>button")
    wanted = button("Create", fingerprint=match.fingerprint(was), guarded=True)
    for section, taken in (("Futures API Key", True), ("Futues API Keys", True), ("Spot API Keys", False)):
        now = replace(was, section=section, path="form>p>button")
        assert isinstance(match.find(wanted, look(now)), Located) is taken, section


def test_of_two_exact_ones_the_one_on_the_recorded_spot_is_meant_where_the_other_has_a_heading_of_its_own():
    was = thing(1, "button", "Confirm", section="Security", box=(170, 370, 100, 40), path="div>div>div>div>button")
    here, far = replace(was, section="", box=(160, 390, 100, 40)), replace(was, ref=2, box=(200, 790, 70, 25))
    wanted = button("Confirm", fingerprint=match.fingerprint(was), guarded=True)
    assert ref(match.find(wanted, look(here, replace(far, section="Newsletter")))) == 1
    assert isinstance(match.find(wanted, look(here, replace(far, section=""))), Unsure), "nothing tells them apart"
    assert isinstance(match.find(wanted, look(here, replace(far, section="Security"))), Unsure)
    near = replace(far, section="Newsletter", box=(200, 450, 70, 25))
    assert isinstance(match.find(wanted, look(here, near)), Unsure), "too near to be another one for certain"


def test_words_may_stand_in_another_order_only_where_the_order_says_nothing():
    same = words.same_but_form
    assert same("create api key", "api key create")
    assert same("create api key", "create your api keys")
    assert not same("trade without withdraw", "withdraw without trade")
    assert not same("transfer spot to margin", "transfer margin to spot")
    assert not same("create api key", "create key")
    assert not same("edit", "edit now")
    assert same("edit", "edit now", loose=True)


def test_a_control_whose_words_live_on_far_off_is_asked_about_where_something_else_is_on_its_very_spot():
    was = thing(1, "button", "New key", section="Keys", box=(960, 116, 150, 39), path="body>main>div>button")
    renamed = replace(was, name="Overview", text="Overview", own="Overview")
    old = thing(2, "button", "New key", section="Newsletter", box=(70, 330, 126, 25), path="body>main>div>button")
    wanted = button("New key", fingerprint=match.fingerprint(was))
    assert isinstance(match.find(wanted, look(renamed, old)), Unsure)
    assert ref(match.find(wanted, look(renamed, replace(old, section="Keys")))) == 2, "its heading came along"
    assert ref(match.find(wanted, look(old))) == 2, "nothing else is there"


def test_an_icon_that_is_gone_is_not_its_neighbour_that_leads_elsewhere():
    was = thing(1, "button", "", hints=("icon", "wrench"), box=(1200, 24, 20, 44), path="body>div>ul>li>a")
    wanted = Element("wrench", "icon", hints=("wrench",), after=("Orders",), fingerprint=match.fingerprint(was))
    drawn = replace(was, ref=2, hints=("icon", "cog"))
    exit_ = replace(was, ref=3, hints=("icon", "logout"), box=(1244, 24, 20, 44))
    assert not isinstance(match.find(wanted, look(exit_)), Located)
    assert ref(match.find(wanted, look(drawn, exit_))) == 2


@pytest.mark.parametrize(
    ("heading_words", "mates", "taken"),
    [
        ("Newsletter", (), False),
        ("Your keys", (), True),
        ("Developers", ("Documentation",), True),
    ],
)
def test_harmless_words_alone_under_a_foreign_heading_are_asked_about_where_the_rest_has_an_unknown_control(
    heading_words, mates, taken
):
    def page(*more):
        title = replace(heading(10, "API keys"), tag="h1", box=(180, 116, 110, 40))
        shown = thing(1, "button", "Overview", section="API keys", box=(950, 116, 150, 40))
        return look(title, shown, heading(11, heading_words), *more)

    create = thing(2, "button", "Create key", section=heading_words, box=(70, 330, 120, 26))
    beside = (
        thing(20 + n, "button", text, section=heading_words, box=(70, 370, 120, 26)) for n, text in enumerate(mates)
    )
    title = Element("title", "text", ("API keys",))
    now = page(create, *beside)
    assert isinstance(match.find(button("Create key"), now, others=(title,)), Located) is taken
    item = Element("it", "role", ("Create key",), role="menuitem")
    assert isinstance(match.find(item, now, others=(title,)), Located) is taken


def test_the_title_of_a_page_labels_no_secret_unless_it_was_recorded_as_its_label():
    title = thing(1, text="API Key", role="heading", tag="h1", box=(180, 110, 110, 40))
    wanted = Element("key", "labelled", ("API Key",), secret=True, guarded=True)
    assert not isinstance(match.find(wanted, look(title)), Located)
    assert ref(match.find(wanted, look(title, thing(2, text="API Key", box=(180, 200, 90, 20))))) == 2
    assert ref(match.find(replace(wanted, fingerprint=match.fingerprint(title)), look(title))) == 1


@pytest.mark.parametrize(
    ("top", "size", "taken"), [(682, (160, 40), False), (590, (160, 40), True), (682, (60, 20), True)]
)
def test_a_guarded_button_under_a_foreign_heading_is_asked_about_where_a_larger_one_follows_it_apart(top, size, taken):
    value = thing(1, text="Secret Key", section="View key", box=(480, 300, 300, 20))
    confirm = thing(2, "button", "Confirm", section="Newsletter", box=(490, 540, 70, 25))
    follows = thing(3, "button", "Details", section="Newsletter", box=(490, top, *size))
    page = look(
        heading(10, "View key"), value, replace(heading(11, "Newsletter"), box=(490, 510, 90, 20)), confirm, follows
    )
    rest = (Element("secret", "labelled", ("Secret Key",), secret=True, guarded=True),)
    assert isinstance(match.find(button("Confirm", guarded=True), page, others=rest), Located) is taken


# ---------------------------------------------------------------- words that live on under another heading


def form(submit, *more, section="IP addresses"):
    name = thing(1, "text", labels=("Key name",), section="Create a key", box=(200, 100, 300, 40))
    ips = thing(2, "text", labels=("Allowed addresses",), section="IP addresses", box=(200, 300, 300, 40))
    return look(
        replace(heading(10, "Create a key"), tag="h1"),
        name,
        heading(11, "IP addresses"),
        ips,
        thing(3, "button", submit, section=section, box=(200, 380, 120, 40)),
        *more,
    )


def heading(number, text):
    return thing(number, text=text, role="heading", tag="h3")


def elsewhere(text, under="Newsletter"):
    return thing(9, "button", text, section=under, box=(200, 600, 90, 30))


DECLARED = (label("Key name"), label("Allowed addresses"))
DECLARED = tuple(replace(one, name=str(place)) for place, one in enumerate(DECLARED))


def found_among(page, element, others=DECLARED):
    return match.find(element, page, others=(*others, element))


def test_the_old_words_under_a_heading_of_their_own_while_another_button_ends_the_form_are_a_question():
    trap = form("Proceed", heading(12, "Newsletter"), elsewhere("Confirm"))
    for guarded in (True, False):
        found = found_among(trap, button("Confirm", guarded=guarded))
        assert isinstance(found, Unsure)
        assert [one.ref for one in found.best] == [3, 9], "what stands with the rest comes first"
    assert ref(match.find(button("Confirm", guarded=True), trap)) == 9, "nothing else of the screen is known"


@pytest.mark.parametrize(
    "end",
    [
        (elsewhere("Confirm", "Please note"),),  # nothing else could be meant
        (
            elsewhere("Confirm", "Please note"),
            thing(13, "button", "Cancel", section="IP addresses", box=(400, 380, 90, 40)),
        ),
        (elsewhere("Confirm", "Please note"), thing(13, "link", "Our terms", section="IP addresses", href="/terms")),
        (elsewhere("Confirm", "Allowed addresses"), thing(13, "button", "Ask", section="IP addresses")),  # a bold label
        (
            elsewhere("Confirm", "Create a key"),
            thing(13, "button", "Ask", section="IP addresses"),
        ),  # that of everything
        (elsewhere("Confirm", "IP addresses"), thing(13, "button", "Use mine", section="IP addresses")),
    ],
)
def test_a_button_that_stands_alone_under_a_heading_is_taken_where_nothing_else_could_be_meant(end):
    whole = form("Proceed", heading(12, "Please note"), *end)
    page = replace(whole, candidates=tuple(one for one in whole.candidates if one.ref != 3))
    assert ref(found_among(page, button("Confirm", guarded=True))) == 9


def test_of_two_exact_ones_only_the_one_under_the_recorded_heading_is_taken_where_it_leads_by_far():
    here = thing(1, "button", "Save", section="API key", box=(300, 200, 80, 30), path="main>form>button")
    decoy = thing(2, "button", "Save", section="Newsletter", box=(330, 600, 80, 30), path="main>form>button")
    wanted = button("Save", fingerprint=match.fingerprint(here), guarded=True)
    assert ref(match.find(wanted, look(decoy, here))) == 1
    assert isinstance(match.find(wanted, look(replace(decoy, section="API key"), here)), Unsure)


@pytest.mark.parametrize(
    ("now", "taken"),
    [("Send a new code", True), ("Sen code", True), ("Send code 2", True), ("Proceed", False), ("Don't send", False)],
)
def test_of_several_declared_words_each_alone_is_what_a_changed_one_is_held_against(now, taken):
    was = thing(1, "button", "Send code", section="Verification", box=(300, 200, 80, 30), path="main>form>button")
    page = look(replace(was, name=now, text=now, own=now), thing(2, "button", "Help", box=(40, 900, 80, 30)))
    wanted = button("Send code", "Get code", "Resend", "Send again", fingerprint=match.fingerprint(was))
    assert isinstance(match.find(wanted, page), Located) is taken
    assert isinstance(match.find(replace(wanted, guarded=True), page), Unsure)


def test_a_field_that_lost_its_label_is_told_by_those_that_are_others():
    name = thing(1, "text", labels=("Key name",), section="New key", box=(300, 200, 200, 30), path="main>form>input")
    other = thing(2, "text", labels=("Passphrase",), section="New key", box=(300, 240, 200, 30), path="main>form>input")
    wanted = Element("name", "label", ("Key name",), fingerprint=match.fingerprint(name))
    page = look(replace(name, labels=()), other)
    assert ref(match.find(wanted, page, others=(wanted, Element("p", "label", ("Passphrase",))))) == 1
