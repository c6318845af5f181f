"""Component libraries that nobody prepared the engine for: how they draw radios, labels, menus' icons and overlays."""

import asyncio
import io
import json
import threading
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
import segno

from autokey import catalog, match, screens
from autokey.engine import acts, capture, compare, menus, messages, notices, refused, resend, sight, tags, unordered
from autokey.engine.context import Context, Limits
from autokey.model import Absent, Element, Located, Screen, Shape, Unsure
from autokey.ports import Answer
from autokey.secret import Secret

PROFILE = Element("profile", "icon", hints=("user", "avatar"), after=("Orders",))
ROW = "<div style='display:flex;gap:16px'><b>K</b><span style='flex:1'></span><span>Orders</span>"


def one(look, kind, number=0):
    return [c for c in look.candidates if c.kind == kind][number]


def test_an_input_under_its_label_that_the_mouse_goes_through_is_chosen_by_its_label(show, run, live):
    page = (
        "<style>label{position:relative;display:inline-block;width:140px;height:34px;border:1px solid %s}"
        "input{position:absolute;inset:0;width:100%%;height:100%%;opacity:0;pointer-events:none}</style>"
        "<label><input type=radio name=r><div>Trusted IPs only</div></label>"
        "<label style='%s'><input type=radio name=r checked><div>No restriction</div></label>"
    )
    radio = one(show(page % ("#888", "")), "radio")
    assert radio.enabled
    run(live.click(radio.ref))
    assert one(run(live.look()), "radio").checked
    assert not one(show(page % ("#888", "pointer-events:none")), "radio", 1).enabled


def test_a_counter_in_the_label_of_a_field_is_no_part_of_its_words(show):
    look = show("<label for=i>Bind IP Address (required) <span>0/5</span></label><input id=i>")
    assert isinstance(match.find(Element("ips", "label", ("Bind IP Address",)), look), Located)


def test_initials_in_a_picture_s_place_are_the_profile_icon_though_nothing_tells_that_they_are_clicked(show):
    round_one = "<span class=ant-dropdown-trigger style='width:30px;height:30px;border-radius:50%%'>%s</span></div>"
    found = match.find(PROFILE, show(ROW + round_one % "QA"))
    assert isinstance(found, Located)
    assert found.candidate.own == "QA"
    for other in ("x9", "Log", "EN", "QA</span> <span>DE"):
        assert isinstance(match.find(PROFILE, show(ROW + round_one % other)), Absent | Unsure)


@pytest.mark.parametrize(
    ("called", "kind"), [("profile-toggle", "button"), ("toggle", "button"), ("switch", "box"), ("checkbox", "box")]
)
def test_what_has_a_picture_in_it_toggles_a_menu_and_is_no_switch(show, called, kind):
    svg = "<svg width=26 height=26><circle cx=12 cy=8 r=4 /></svg>"
    look = show(f"<div class={called} style='cursor:pointer;width:26px'>{svg}</div>")
    assert [c.kind for c in look.candidates] == [kind]


def test_what_opens_a_drop_down_is_not_taken_for_its_arrow(show):
    corner = Element("profile", "icon", hints=("user", "avatar"), corner="top-right")
    icon = "<a class='%s' style='cursor:pointer'><svg width=22 height=22><circle cx=8 cy=8 r=4 /></svg></a></div>"
    assert isinstance(match.find(corner, show(ROW + icon % "dropdown-toggle")), Located)
    assert isinstance(match.find(corner, show(ROW + icon % "dropdown-arrow")), Absent | Unsure)


def test_a_panel_above_its_cloth_by_the_order_of_a_flex_box_alone_is_the_top_most_overlay(show):
    look = show(
        "<p>Keys</p><div style='position:fixed;inset:0;display:flex;z-index:800'>"
        "<div role=dialog aria-modal=true style='z-index:2;margin:auto;background:#fff'><h2>Check your email</h2>"
        "<p>We sent a link</p></div><div style='position:fixed;inset:0;background:#0008'></div></div>"
    )
    mailed = Screen("mailed", "either", (Element("sign", "text", ("Check your email",)),))
    assert [layer.title for layer in look.layers[1:]] == ["Check your email"]
    assert screens.recognise(look, {"mailed": mailed}).name == "mailed"


def test_a_menu_that_is_not_positioned_itself_lies_above_its_own_invisible_cloth(show):
    look = show(
        "<p>Keys</p><div style='position:fixed;inset:0;z-index:1300'><div style='position:fixed;inset:0'></div>"
        "<div style='position:absolute;right:24px;top:52px;background:#fff'><ul role=menu><li role=menuitem>API Management"
        "</li><li role=menuitem>Log Out</li></ul></div></div>"
    )
    assert [(layer.modal, layer.index) for layer in look.layers[1:]] == [(True, 1)]
    assert {c.text for c in look.candidates if c.layer == 1} >= {"API Management", "Log Out"}


@pytest.mark.parametrize(("step", "counts"), [("n--", True), ("n++", False), ("n", False)])
def test_only_what_counts_down_is_a_countdown(show, live, run, step, counts):
    show(
        f"<button disabled>59s</button><script>let n = 59; setInterval(() => {{ {step};"
        "document.querySelector('button').textContent = n + 's' }, 1000)</script>"
    )
    assert run(resend._counts_down(SimpleNamespace(page=live))) is counts


class Elsewhere:
    """The live page as if it stood at an exchange's address."""

    def __init__(self, live, url):
        self.live, self.url = live, url

    async def look(self, **_):
        return replace(await self.live.look(), url=self.url)

    def __getattr__(self, name):
        return getattr(self.live, name)


def at(live, exchange):
    """A run that has not begun, on the page that shows."""
    flows = catalog.flows_of(catalog.Folders(catalog.builtin()), exchange)
    human = SimpleNamespace(tell=lambda *_a, **_k: None)
    return Context(None, flows, flows[0], Elsewhere(live, flows[0].site), human, None, None, Limits())


def test_who_is_signed_in_on_another_documented_interface_is_signed_in(show, live, run):
    header = "<div style='display:flex;gap:16px'><a href=#>Markets</a><a href=#>Exchange</a><a href=#>News</a>%s</div>"
    show(header % "")
    ctx = at(live, "kucoin")
    seen = run(sight.see(ctx))
    assert (seen.flow.name, seen.name) == ("kucoin-2020", "home")
    ctx.stood["home"] = ctx.flow.site  # its own was seen before: another header is no reason to leave it
    assert run(sight.see(ctx)).flow is ctx.flow
    show(header % "<a href=#>Assets</a><a href=#>Orders</a>")
    assert run(sight.see(at(live, "kucoin"))).flow.name == "kucoin"
    show(header % "<a href=#>Log In</a>")
    assert run(sight.see(at(live, "kucoin"))).name != "home"


def beside_an_icon(live, run, look):
    """Give the run, the step that opens the menu and the first icon, 22 pixels wide, before the mouse is anywhere."""
    ctx = at(live, "coinstore")
    run(sight.see(ctx))
    step = next(step for step in ctx.flow.steps if step.to == ("menu",))
    return ctx, step, next(c for c in look.candidates if c.clickable and c.box[2] == 22)


def test_a_menu_that_opens_late_over_its_own_icon_is_open(show, live, run):
    look = show(
        "<div style='display:flex;gap:16px'><span>Asset</span><span>Order</span>"
        "<i class=ic id=one></i><i class=ic></i></div><ul id=menu role=menu><li role=menuitem>API Management</li>"
        "<li role=menuitem>Log Out</li></ul><style>.ic{cursor:pointer;width:22px;height:22px;background:#888}"
        "#menu{display:none;position:absolute;inset:0 auto auto 0;margin:0;width:400px;height:200px;background:#fff}"
        "</style><script>let t; const later = (show, ms) => { clearTimeout(t); t = setTimeout(() => { menu.style.display = show }, ms) };"
        "one.onmouseenter = () => later('block', 100); menu.onmouseenter = () => clearTimeout(t);"
        "one.onmouseleave = menu.onmouseleave = () => later('none', 100)</script>"
    )
    ctx, step, icon = beside_an_icon(live, run, look)
    run(menus.by_hovering(ctx, step, icon.ref, 0.0))
    run(sight.until(ctx, step.to, 5.0))
    assert run(menus.right_one(ctx, step, "home", icon)) is None
    assert run(sight.see(ctx, fresh=True)).name == "menu"


def test_a_menu_that_opens_a_while_after_the_mouse_has_come_is_not_closed_by_going_to_the_next_icon(show, live, run):
    look = show(
        "<div style='display:flex;gap:16px'><span>Asset</span><span>Order</span>"
        "<i class=ic id=one></i><i class=ic></i></div><ul id=menu role=menu style='display:none;position:absolute'>"
        "<li role=menuitem>API Management</li><li role=menuitem>Log Out</li></ul>"
        "<style>.ic{cursor:pointer;width:22px;height:22px;background:#888}</style><script>let t;"
        "const later = (show, ms) => { clearTimeout(t); t = setTimeout(() => { menu.style.display = show }, ms) };"
        "one.onmouseenter = () => later('block', 200); one.onmouseleave = () => later('none', 150)</script>"
    )
    ctx, step, icon = beside_an_icon(live, run, look)
    assert run(menus.by_hovering(ctx, step, icon.ref)) is False
    assert run(menus.right_one(ctx, step, "home", icon)) is None
    run(live.changed(run(live.look()).stamp, 0.4))
    assert run(sight.see(ctx)).name == "menu"


TAGS = (
    "<div><div id=taken></div><input id=i><span style='position:absolute;top:-2px;left:0'>Bind IP Address</span></div>"
    "<style>div{position:relative;padding-top:16px}</style><script>i.onkeydown = e => { if (e.key === 'Enter') {"
    "%s taken.insertAdjacentHTML('beforeend', `<div>${i.value} <b>×</b></div>`); i.value = '' } }</script>"
)


@pytest.mark.parametrize(("page", "takes"), [(TAGS % "", True), (TAGS % "return;", False)])
def test_addresses_are_put_one_by_one_into_a_field_that_makes_tags_of_them(show, live, run, page, takes):
    show(page)
    ctx = at(live, "coinstore")
    ctx.order = SimpleNamespace(ips=("192.0.2.10", "192.0.2.11"))
    step = next(step for step in ctx.flow.steps if step.value == "ips")
    assert run(tags.fill(ctx, step)) is takes
    assert run(acts.all_listed(ctx)) is takes
    assert [(one.kind, one.expected) for one in ctx.written] == [("listed", ip) for ip in ctx.order.ips if takes]
    ctx.flow = replace(ctx.flow, steps=tuple(replace(one, effect="creates-key") for one in ctx.flow.steps))
    assert not run(tags.fill(ctx, step))  # what Enter could create is not risked


def test_only_a_box_that_is_no_right_is_offered_as_what_a_form_wants_ticked(show, live, run):
    row = "<div style='cursor:pointer'><i style='display:inline-block;width:16px;height:16px;border:1px solid'></i>%s</div>"
    show(
        "<label>Remark Name<input></label><label>Bind IP Address<input></label><label><input type=checkbox> Trade</label>"
        "<label><input type=checkbox> Enable Withdrawals</label><label><input type=checkbox checked> News by mail</label>"
        "<label><input type=checkbox disabled> Beta</label><button>Confirm</button>" + row % "I have read the warning"
    )
    assert [one.name for one in run(refused._consents(at(live, "coinstore")))] == ["I have read the warning"]


NOTICE = (
    "<p>Keys</p><div role=dialog aria-modal=true style='position:fixed;inset:60px;z-index:9;background:#fff'><h3>Reminder</h3>"
    "<p>Keys are yours to guard.</p><label><input type=checkbox onchange='ok.disabled = !checked'> %s</label>%s"
    "<button id=ok disabled onclick='this.parentNode.remove()'>Continue</button><button>Cancel</button></div>"
)


def test_a_notice_that_wants_to_be_agreed_to_is_dealt_with_by_the_person_s_choices_alone(show, live, run):
    asked = []

    class Person:
        async def ask(self, need):
            asked.append(need)
            return Answer(choice=next(n for n, said in enumerate(need.choices, 1) if "Cancel" not in said))

    async def never():
        await asyncio.Event().wait()

    def deal(page, **more):
        show(page)
        ctx = at(live, "coinstore")
        ctx.human, ctx.journal = Person(), SimpleNamespace(note=lambda *_: None)
        for name, value in more.items():
            setattr(ctx, name, value)
        return run(notices.dealt_with(ctx, ctx.flow.steps[0], never))

    assert deal(NOTICE % ("I have read it", ""))
    assert [need.choices for need in asked] == [
        ('tick box "I have read it"', 'press button "Cancel"'),
        ('press button "Continue"', 'press button "Cancel"'),
    ]
    assert "Keys are yours to guard." in asked[0].text
    assert not run(live.look()).layers[1:]
    for page, more in (
        (NOTICE % ("Withdraw", ""), {}),
        (NOTICE % ("I have read it", "<input>"), {}),
        (NOTICE % ("I have read it", ""), {"written": [object()]}),
        (NOTICE % ("I have read it", ""), {"state": "may-exist"}),
        ("<p>Keys</p>", {}),
    ):
        assert not deal(page, **more)
    assert len(asked) == 2


def test_a_declared_interruption_with_a_cross_and_a_button_is_closed_by_either(show, live, run):
    show(
        "<p>Keys</p><div role=dialog aria-modal=true style='position:fixed;inset:60px;z-index:9;background:#fff'>"
        "<h3>Announcement</h3><p>Three new pairs</p><label><input type=checkbox> Not again today</label>"
        "<button onclick='this.parentNode.remove()'>Got it</button>"
        "<span style='cursor:pointer' onclick='this.parentNode.remove()'>\u2715</span></div>"
    )
    ctx = at(live, "coinstore")
    ctx.human = SimpleNamespace(tell=lambda *_, **__: None)
    assert run(sight._closed(ctx, run(sight.see(ctx))))
    assert not run(live.look()).layers[1:]


def test_a_qr_code_that_the_page_is_still_fetching_is_waited_for(show, live, run, site):
    asked, png = threading.Event(), io.BytesIO()
    pair = {"APIKey": "0123456789abcdef" * 2, "secretKey": "fedcba9876543210" * 2}
    segno.make(json.dumps(pair, separators=(",", ":")), micro=False).save(png, kind="png", scale=4, border=3)

    def code(_):
        asked.wait(20)
        return 200, {"content-type": "image/png"}, png.getvalue()

    def now(_):
        asked.set()
        return "ok"

    site.pages |= {"/code": code, "/now": now}
    show(
        "<p>QR code</p><img id=i><script>setTimeout(() => fetch('/now'), 300);"
        "fetch('/code').then(r => r.blob()).then(b => i.src = URL.createObjectURL(b))</script>"
    )
    ctx = at(live, "coinstore")
    step = next(one for one in ctx.flow.steps if one.verb == "capture")
    (found,) = run(capture._late_source(ctx, step))
    assert {name: value.reveal() for name, value in found.items()} == {
        "apikey": pair["APIKey"],
        "secretkey": pair["secretKey"],
    }
    show("<p>no code</p>")
    assert run(capture._late_source(ctx, step)) == []


def test_of_a_refusal_with_a_title_the_sentence_counts_that_says_what_was_wrong():
    def new(*texts):
        return messages.new_message(Counter(), Counter(texts))

    assert new("Request failed", "Email verification code error") == "Email verification code error"
    assert new("Network error", "Email verification code error") == "Network error"
    assert new("Request failed", "Please wait") == "Request failed"


def test_a_ticked_box_that_nobody_knows_is_asked_about_where_it_stands_among_the_rights(show, live, run):
    box = "<label style='display:inline-block;width:120px'><input type=checkbox %s> %s</label>"
    rights = "".join(
        box % one for one in (("checked disabled", "Read"), ("", "Trade"), ("", "Withdraw"), ("checked", "Convert"))
    )
    show(
        f"<label>Remark Name<input></label><label>Bind IP Address<input></label><div>{rights}</div>"
        f"<div style='margin:120px 0 0 40px'>{box % ('checked', 'News by mail')}</div><button>Confirm</button>"
    )
    ctx = at(live, "coinstore")
    ctx.order = SimpleNamespace(permissions=frozenset({"read"}))
    step = next(step for step in ctx.flow.steps if step.id == "submit")
    assert [one.name for one in unordered._strange(ctx, step, run(sight.see(ctx)))] == ["Convert"]


def test_the_card_of_a_key_with_its_details_as_a_table_of_pairs_is_its_row(show, run, live):
    pairs = "<table><tr><td>Rights</td><td>%s</td></tr><tr><td>IP</td><td>%s</td></tr></table>"
    look = show(
        f"<div><b>older</b>{pairs % ('Read', '198.51.100.7')}</div><div><b>mine</b>{pairs % ('Trade', '192.0.2.10')}</div>"
    )
    named = {c.own: c.ref for c in look.candidates}
    assert run(live.row(named["mine"], ["Read", "Trade"])) == ("mine", "Rights", "Trade", "IP", "192.0.2.10")
    assert run(live.row(named["older"], ["192.0.2.10"])) == ()


def test_what_a_row_says_of_addresses_may_follow_its_name(run, live, show):
    show("<p>x</p>")
    flow = at(live, "kucoin").flow
    order = SimpleNamespace(ips=(), permissions=frozenset())
    assert compare.ips(order, flow, "IP limit: No limit").verdict == "verified"
    assert compare.ips(order, flow, "IP limit: No limit since March").verdict == "not-provable"


def test_a_choice_of_the_browser_s_own_list_is_found_by_its_words_and_chosen(show, run, live):
    look = show(
        "<label>IP restriction <select id=ip><option hidden>Choose<option>Unrestricted<option>Trusted IPs only</select>"
        "</label><select multiple id=rights><option selected>Withdrawal<option>Spot Trading<option disabled>Margin"
        "</select><p id=o></p><script>ip.onchange = () => { o.textContent = ip.value };"
        "rights.onchange = () => { o.textContent = [...rights.selectedOptions].map(r => r.label).join('+') + '.' }</script>"
    )

    def choice(role, words):
        return match.find(Element("it", "role", (words,), role=role), run(live.look())).candidate

    assert choice("radio", "Trusted IPs only").checked is False
    assert choice("option", "Trusted IPs only").group == "IP restriction"
    run(live.click(choice("radio", "Trusted IPs only").ref))
    assert choice("option", "Trusted IPs only").checked is True
    assert choice("radio", "Unrestricted").checked is False
    assert "Trusted IPs only" in {c.own for c in run(live.look()).candidates}
    assert not choice("checkbox", "Margin").enabled
    run(live.click(choice("checkbox", "Withdrawal").ref))
    run(live.click(choice("checkbox", "Spot Trading").ref))
    assert "Spot Trading." in {c.own for c in run(live.look()).candidates}
    assert isinstance(match.find(Element("it", "role", ("Unrestricted",), role="button"), look), Absent)
    run(live._tabs.current().page.evaluate("ip.disabled = true"))
    assert not choice("radio", "Unrestricted").enabled


def test_a_value_cut_short_after_a_sentence_is_had_whole_from_its_title(show, run, live):
    secret = "0123456789abcdef0123456789abcdef"
    look = show(
        "<dl><dt>Secret Key</dt><dd><p>It is shown only once. Keep it safe.</p>"
        f"<span title={secret}>{secret[:6]}…{secret[-4:]}</span></dd><dt>IP</dt><dd title={secret[::-1]}>none</dd></dl>"
    )
    label = next(c for c in look.candidates if c.own == "Secret Key")
    reading = run(live.read(label.ref))
    assert capture.judge(reading, Shape("hex", 32)).value == Secret(secret)


def test_a_button_that_acts_on_the_press_and_goes_from_under_it_is_pressed_once_where_it_creates_a_key(show, live, run):
    show(
        "<p>Remark Name <input></p><p>Bind IP Address <input></p><button id=a>Confirm</button><button id=b>Help</button>"
        "<style>button{position:absolute;top:150px;width:120px;height:40px}</style><script>let n = 0;"
        "const put = (x, y) => { a.style.left = x; b.style.left = y }; put('50px', '400px');"
        "a.onpointerdown = () => { document.title = `${++n} asked`; put('400px', '50px'); setTimeout(put, 50, '50px', '400px') }"
        "</script>"
    )
    ctx = at(live, "coinstore")
    step = next(step for step in ctx.flow.steps if step.id == "submit")
    assert run(acts.click(ctx, replace(step, effect="creates-key"), lambda: None))
    assert run(live.look()).title == "1 asked"
