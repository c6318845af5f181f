"""Markup met on pages nobody prepared: labels inside the field's block, text in slots, fields drawn anew, no document yet."""

import asyncio
from collections import Counter
from types import SimpleNamespace

import pytest

from autokey import match, screens
from autokey.engine import acts, person
from autokey.engine.context import Sighting
from autokey.model import Absent, Element, Layer, Look, Screen, Unsure
from autokey.ports import Answer
from autokey.secret import Secret


def one(look, kind, number=0):
    return [c for c in look.candidates if c.kind == kind][number]


def test_words_in_the_block_that_holds_a_field_are_its_label_and_not_the_next_fields(show):
    look = show(
        "<p>* Remark Name<br><input name=first></p><p>* Bind IP Address (required)<br><input name=second size=60></p>"
    )
    remark = match.find(Element("remark", "label", ("Remark Name",)), look)
    ips = match.find(Element("ips", "label", ("Bind IP Address",)), look)
    assert remark.candidate.hints == ("first",)
    assert ips.candidate.hints == ("second",)


def test_words_between_fields_of_one_block_belong_to_the_field_they_stand_before(show):
    look = show("<div>Remark Name <input name=first> Bind IP Address <input name=second></div>")
    assert match.find(Element("remark", "label", ("Remark Name",)), look).candidate.hints == ("first",)
    assert match.find(Element("ips", "label", ("Bind IP Address",)), look).candidate.hints == ("second",)


def test_a_button_whose_words_are_slotted_into_a_component_is_clicked(show, run, live):
    look = show(
        "<cs-button>Create</cs-button><p id=o>no</p><script>customElements.define('cs-button', class extends HTMLElement {"
        "connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<button><slot></slot></button>';"
        "this.onclick = () => { o.textContent = 'clicked' } } })</script>"
    )
    run(live.click(match.find(Element("create", "role", ("Create",), role="button"), look).candidate.ref))
    assert "clicked" in {c.text for c in run(live.look()).candidates}


@pytest.mark.parametrize(("keeps", "again"), [(True, "i.value"), (False, "'other'")])
def test_a_field_that_is_drawn_anew_on_each_key_counts_as_filled_only_if_the_new_one_holds_the_text(
    show, run, live, keeps, again
):
    look = show(
        "<div id=app></div><script>const draw = v => { app.innerHTML = '<input name=a>'; const i = app.firstChild;"
        f"i.value = v; i.oninput = () => draw({again}) }}; draw('')</script>"
    )
    filling = live.fill(one(look, "text").ref, "ICG-MM")
    if keeps:
        run(filling)
        assert one(run(live.look()), "text").value == "ICG-MM"
    else:
        with pytest.raises(Exception, match="does not take"):
            run(filling)


def test_a_page_without_a_document_yet_is_waited_for(show, run, live, serve):
    show("<p>first</p>")
    tab = live._tabs.current().page
    run(tab.evaluate("document.documentElement.remove()"))

    async def look_meanwhile():
        raw = await live._tabs.current().call("look")
        await tab.goto(serve("<p>second</p>", "/second"))
        return raw, await live.look()

    raw, look = run(look_meanwhile())
    assert raw is None
    assert "second" in {c.text for c in look.candidates}


def test_a_dialog_that_a_site_shows_as_a_page_is_recognised_by_title_and_signs(show):
    code, go = Element("code", "label", ("Google Authenticator",)), Element("go", "role", ("Confirm",), role="button")
    screen = Screen("verification", "dialog", (code, go), title=("Verification",))
    page = "<h2>Verification</h2><label>Google Authenticator<input></label><button>Confirm</button>"
    assert screens.recognise(show(page), {"verification": screen}).name == "verification"
    assert screens.recognise(show(page.replace("Verification", "Other")), {"verification": screen}).name is None
    blocked = show(
        page + "<div role=dialog aria-modal=true style='position:fixed;inset:80px;background:#fff'>Wait</div>"
    )
    assert screens.recognise(blocked, {"verification": screen}).name is None
    empty = Look("", "", "", (Layer(0, modal=False, title=""),), ())
    assert screens.recognise(empty, {"verification": screen}).name is None


def test_a_picture_painted_by_style_is_an_icon_only_if_it_is_called_as_expected(show):
    icon = Element("profile", "icon", ("user", "profile"), after=("Order",), hints=("user", "profile"))
    style = "<style>i{display:inline-block;width:22px;height:22px;background:url(data:,x)}</style>"
    found = match.find(icon, show(f"{style}<span>Order</span> <i class=hd-user></i> <i class=hd-bell></i>"))
    assert "user" in found.candidate.hints
    assert isinstance(match.find(icon, show(f"{style}<span>Order</span> <i class=hd-bell></i>")), Absent | Unsure)


def test_a_filled_box_with_few_words_is_a_button_and_a_badge_or_panel_is_not(show):
    look = show(
        "<div style='display:inline-block;background:#024;color:#fff;padding:10px 30px'>Confirm</div>"
        "<span style='background:#fd0;padding:1px 4px'>New</span>"
        "<div style='background:#eee;padding:10px 12px;height:30px'>A longer sentence that only tells the reader something</div>"
    )
    assert [c.text for c in look.candidates if c.kind == "button"] == ["Confirm"]


@pytest.mark.parametrize(("style", "state"), [("", False), ("background:#1668ff", True), ("background:#ccc", None)])
def test_a_bordered_square_beside_words_is_a_box_in_the_state_a_person_sees(show, style, state):
    look = show(
        f"<div><i style='display:inline-block;width:14px;height:14px;border:1px solid #888;{style}'></i><span>Withdraw</span></div>"
    )
    box = match.find(Element("withdraw", "role", ("Withdraw",), role="checkbox"), look).candidate
    assert (box.kind, box.checked) == ("box", state)


def test_a_bordered_square_that_is_clicked_is_a_box_unless_it_is_called_something_else(show):
    square = "<p><i class='%s' style='display:inline-block;width:14px;height:14px;border:1px solid;cursor:pointer'></i> Trade</p>"
    look = show(
        "<style>.checked:before{content:'\u2713'}</style>" + "".join(map(square.__mod__, ("ck checked", "ck", "copy")))
    )
    assert [(c.kind, c.checked) for c in look.candidates if c.clickable] == [
        ("box", True),
        ("box", False),
        ("button", None),
    ]


def test_cells_of_a_grid_without_rows_form_the_row_of_what_stands_at_their_height(show, run, live):
    cells = "".join(f"<div>{t}</div>" for t in ("older", "198.51.100.7", "Read", "ICG-MM", "192.0.2.10", "Trade"))
    look = show(f"<div style='display:grid;grid-template-columns:repeat(3,1fr)'>{cells}</div>")
    label = next(c for c in look.candidates if c.own == "ICG-MM")
    assert run(live.row(label.ref, ["Read", "Trade"])) == ("ICG-MM", "192.0.2.10", "Trade")


def test_a_field_nobody_sees_over_the_boxes_of_a_code_takes_what_is_typed(show, run, live):
    look = show(
        "<div>Authenticator code</div><div style='position:relative;display:flex;width:fit-content'>"
        "<input id=all style='position:absolute;inset:0;width:100%;opacity:0'>"
        + "<input size=1 readonly tabindex=-1>"
        * 6
        + "</div>"
        "<p id=o></p><script>all.oninput = () => { document.querySelectorAll('[readonly]').forEach((b, n) => { b.value = all.value[n] || '' });"
        "o.textContent = all.value.length === 6 ? 'complete' : '' }</script>"
    )
    run(live.fill(match.find(Element("code", "label", ("Authenticator code",)), look).candidate.ref, Secret("135790")))
    assert "complete" in {c.text for c in run(live.look()).candidates}


def test_what_the_boxes_of_a_code_are_called_for_screen_readers_is_not_what_the_code_is(show):
    boxes = "".join(f"<input size=1 maxlength=1 aria-label='Digit {n}'>" for n in range(1, 7))
    look = show(f"<div>Authenticator code</div><div>{boxes}</div><div>E-mail code</div><input>")
    found = match.find(Element("code", "label", ("Authenticator code",)), look)
    assert found.candidate.labels == ("Digit 1",)


def test_a_row_of_a_table_ends_with_the_row_that_opens_it_up(show, run, live):
    look = show(
        "<p>Trade</p><table><tr><td>one</td><td>4f9c</td></tr><tr><td colspan=2>Read</td></tr>"
        "<tr><td>two</td><td>aaaa</td></tr></table><p>203.0.113.9</p>"
    )
    named = {c.own: c.ref for c in look.candidates}
    assert run(live.row(named["one"], ["Read", "Trade"])) == ("one", "4f9c", "Read")
    assert run(live.row(named["two"], ["Read", "Trade", "203.0.113.9"])) == ()


def test_an_address_of_another_key_behind_the_form_or_in_a_table_is_not_in_the_form(show):
    rows = "<table><tr><td>older</td><td>192.0.2.10</td></tr></table>"
    over = "<div role=dialog aria-modal=true style='position:fixed;inset:80px;background:#fff'><input><i>192.0.2.11</i></div>"
    look = show(rows + over)
    ctx = SimpleNamespace(around={})
    form = Sighting(look, None, None, max(layer.index for layer in look.layers))
    assert [acts.is_listed(ctx, form, ip) for ip in ("192.0.2.10", "192.0.2.11")] == [False, True]
    page = Sighting(show(f"<div><input><i>192.0.2.11</i></div>{rows}"), None, None, 0)
    assert [acts.is_listed(ctx, page, ip) for ip in ("192.0.2.10", "192.0.2.11")] == [False, True]
    ctx.around[page.name] = {"192.0.2.11": 1}  # as it stood there before anything was put in: at a card of another key
    assert not acts.is_listed(ctx, page, "192.0.2.11")


def test_a_button_inside_the_label_of_a_field_is_no_part_of_its_words(show):
    look = show("""<p>Code will be sent to q***@mail.com</p><label><input><button>Send</button></label>
      <label>Google Authenticator <input><span role=button>Paste</span></label>""")
    assert [c.labels for c in look.candidates if c.kind == "text"] == [(), ("Google Authenticator",)]
    code = match.find(Element("code", "label", ("Code will be sent to ...",)), look)
    assert code.candidate.ref == one(look, "text").ref


@pytest.mark.parametrize(
    ("use", "choices", "chosen"),
    [
        ("press", ('button "Weiter"', 'button "Zurück"'), "Zurück"),
        ("field", ('field "Name"',), "Name"),
        ("box", ('box "Lesen"', 'box "Handeln"'), "Handeln"),
    ],
)
@pytest.mark.parametrize("like", [False, True])
def test_whatever_could_be_what_is_asked_for_has_a_number_after_what_is_like_it(
    show, run, live, use, choices, chosen, like
):
    look = show("""<button>Behind</button><div style="position:fixed;inset:0;background:#0005"></div>
      <div role=dialog style="position:fixed;left:99px;top:50px;background:#fff"><h3>Neu</h3><label>Name <input></label>
      <label><input type=checkbox checked disabled>Lesen</label><label><input type=checkbox>Handeln</label>
      <button>Weiter</button><button>Zurück</button><button disabled>Fertig</button></div>""")
    needs = []

    class Last:
        async def ask(self, need):
            needs.append(need)
            return Answer(choice=len(need.choices))

    found = Unsure(tuple(c for c in look.candidates if c.name == chosen and c.kind != "words")) if like else Absent()
    ctx = SimpleNamespace(
        language="ru",
        flow=SimpleNamespace(selectors=SimpleNamespace(words={})),
        page=live,
        human=Last(),
        limits=SimpleNamespace(human=20.0),
        asked=0,
        questions=Counter(),
        state="",
        said="",
    )
    given = run(
        asyncio.wait_for(
            person.choose(ctx, step="a", what="it", found=found, unfit=lambda _: "", use=use, rest=True), timeout=20
        )
    )
    assert needs[0].choices == (choices[::-1] if like else choices)
    assert given.name == (choices[0].split('"')[1] if like else chosen)
