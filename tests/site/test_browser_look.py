"""What `look` sees: fields and their words, boxes drawn over invisible inputs, layers, hidden things."""

import threading

import pytest


def one(look, **want):
    """The only candidate with these attributes."""
    found = [c for c in look.candidates if all(getattr(c, k) == v for k, v in want.items())]
    assert len(found) == 1, [(c.tag, c.kind, c.name, c.text, c.beside) for c in (found or look.candidates)]
    return found[0]


def test_words_above_left_and_floating_label_fields_that_nothing_ties(show):
    look = show("""
      <style>.f{position:relative;margin:24px 0;width:300px} .f input{width:300px;height:40px;padding-top:14px;box-sizing:border-box}
      .f span{position:absolute;left:10px;top:-8px;z-index:1;background:#fff} .row{display:flex;gap:12px;margin:12px 0}</style>
      <h2>API Management</h2>
      <div><div>Remark Name</div><div><input id=a placeholder="Please enter"></div></div>
      <div class=row><div style="width:160px">Bind IP Address</div><input id=b></div>
      <div class=f><span>Trading Password</span><input id=c type=password></div>
      <div class=f><span style="top:12px;pointer-events:none">Google Authenticator</span><input id=d></div>""")
    fields = [c for c in look.candidates if c.kind in ("text", "password")]
    assert [c.beside[0] for c in fields] == [
        "Remark Name",
        "Bind IP Address",
        "Trading Password",
        "Google Authenticator",
    ]
    assert [c.name for c in fields] == [""] * 4
    assert [c.labels for c in fields] == [()] * 4
    assert fields[0].placeholder == "Please enter"
    assert fields[2].kind == "password"
    assert {c.section for c in fields} == {"API Management"}


def test_tied_labels_names_and_values(show):
    look = show("""
      <label for=a>Label</label><input id=a value=" bot 1 "><input aria-label="IP address"><span id=n>Amount</span>
      <input aria-labelledby=n><label>Wrapped <input></label><input type=password value=hunter2>
      <select><option>One<option selected>Two</select><input type=submit value=Send><img alt=Logo width=20 height=20>""")
    assert one(look, name="Label", kind="text").value == " bot 1 "
    assert one(look, name="IP address").labels == ("IP address",)
    assert one(look, name="Amount", kind="text").labels == ("Amount",)
    assert one(look, name="Wrapped", kind="text")
    secret = one(look, kind="password")
    assert (secret.value, secret.length) == ("", 7)
    assert one(look, kind="select").value == "Two"
    assert one(look, name="Send").kind == "button"
    assert one(look, tag="img").name == "Logo"


DRAWN = {
    "opacity": """<label class=w><span style="position:relative;display:inline-block;width:16px;height:16px">
       <input type=checkbox {c} style="position:absolute;inset:0;opacity:0;margin:0"><span style="display:block;width:14px;height:14px;border:1px solid"></span></span><span>Trade</span></label>""",
    "hidden": """<label style="cursor:pointer"><input type=checkbox {c} style="display:none"><i style="display:inline-block;width:14px;height:14px;border:1px solid"></i> Trade</label>""",
    "clipped": """<input id=t type=checkbox {c} style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0)"><label for=t>Trade</label>""",
    "wrapped": """<div style="position:relative"><div><div><div><input type=checkbox {c} style="position:absolute;left:0;top:0;width:14px;height:14px;opacity:0;margin:0"></div></div></div>
       <i style="display:inline-block;width:14px;height:14px;border:1px solid"></i><span>Trade</span></div>""",
    "plain": """<input type=checkbox {c}><span>Trade</span>""",
    "appearance": """<input type=checkbox {c} style="appearance:none;width:18px;height:18px;border:1px solid"> Trade""",
}


@pytest.mark.parametrize("style", DRAWN)
@pytest.mark.parametrize("on", [False, True])
def test_a_drawn_box_is_one_candidate_with_the_state_of_the_real_input(show, run, live, style, on):
    look = show("<form><p>Permission</p>" + DRAWN[style].format(c="checked" if on else "") + "</form>")
    box = one(look, kind="box")
    assert box.checked is on
    assert box.role == "checkbox"
    assert "Trade" in (*box.labels, *box.beside[:1])
    assert box.box[2] >= 10
    assert box.box[3] >= 10
    run(live.click(box.ref))
    after = one(run(live.look()), kind="box")
    assert after.ref == box.ref
    assert after.checked is not on


def test_boxes_in_a_row_take_the_words_right_of_them_each_its_own(show):
    look = show("""<div>Permission</div><div style="display:flex;gap:30px">
      <div><input type=checkbox checked disabled> <span>Read</span></div><div><input type=checkbox> <span>Trade</span></div>
      <div><input type=checkbox> <span>Withdraw</span></div></div>""")
    boxes = [c for c in look.candidates if c.kind == "box"]
    assert [b.beside[0] for b in boxes] == ["Read", "Trade", "Withdraw"]
    assert [b.enabled for b in boxes] == [False, True, True]
    assert [b.checked for b in boxes] == [True, False, False]


def test_boxes_and_switches_without_an_input_tell_their_state_or_say_that_they_cannot(show):
    look = show("""<style>div{cursor:default}.b{display:inline-block;width:40px;height:20px;border:1px solid;cursor:pointer}</style>
      <p><span role=checkbox aria-checked=true aria-label=A tabindex=0 class=b></span></p><p><button role=switch aria-checked=false aria-label=B>x</button></p>
      <p><span role=checkbox aria-checked=mixed aria-label=C class=b></span></p>
      <p><button role=checkbox data-state=checked aria-label=D class=b></button><input type=checkbox aria-hidden=true style="position:absolute;opacity:0;pointer-events:none"></p>
      <p class=q><span class="b my-checkbox is-checked"></span><span>E</span></p><p class=q><span class="b lone-switch"></span><span>F</span></p>
      <ul><li role=option aria-selected=true>G</li><li role=option>H</li></ul>
      <div><span class="seg active" onclick=1>IP restricted</span><span class=seg onclick=1>No restriction</span></div>""")
    state = {
        c.name or (c.beside and c.beside[0]): c.checked for c in look.candidates if c.kind in ("box", "radio", "button")
    }
    assert state["A"] is True
    assert state["B"] is False
    assert state["C"] is None
    assert state["D"] is True
    assert state["E"] is True
    assert state["F"] is None
    assert state["G"] is True
    assert state["IP restricted"] is True
    assert state["No restriction"] is False
    assert len([c for c in look.candidates if c.kind == "box"]) == 6


def test_an_input_that_nobody_can_reach_does_not_tell_the_state_of_the_box_around_it(show):
    look = show("""<style>.b{display:inline-block;cursor:pointer} i{display:inline-block;width:16px;height:16px;border:1px solid}</style>
      <div class=b role=checkbox tabindex=0 aria-checked=true aria-label=Withdraw><i></i><input type=checkbox style="display:none">Withdraw</div>
      <label class=b role=checkbox aria-checked=false><input type=checkbox style="display:none" checked><i></i>Trade</label>""")
    state = {c.labels[0]: c.checked for c in look.candidates if c.kind == "box"}
    assert state == {"Withdraw": True, "Trade": True}


def test_a_picture_that_a_font_draws_of_a_word_is_no_word_of_the_button(show):
    look = show("""<button><i class=material-icons><span>add</span></i> Create API Key</button>
      <button aria-label=me><mat-icon>person</mat-icon></button><button style="font-family:'Material Symbols Outlined'">download</button>
      <button><span>Confirm</span></button><button>next</button>""")
    names = [(c.name, c.text) for c in look.candidates if c.kind == "button"]
    assert names == [("Create API Key",) * 2, ("me", ""), ("", ""), ("Confirm",) * 2, ("next",) * 2]
    assert [{"person", "download"} & set(c.hints) for c in look.candidates if not c.text] == [{"person"}, {"download"}]


PORTAL = """
  <style>body{margin:0} .mask{position:fixed;inset:0;background:rgba(0,0,0,.5);z-index:1000}
  .dlg{position:fixed;left:300px;top:150px;width:400px;height:260px;background:#fff;z-index:1001}
  header{position:fixed;top:0;left:0;right:0;height:50px;background:#ddd;z-index:10} main{padding-top:60px}
  .chat{position:fixed;right:10px;bottom:10px;width:60px;height:60px;z-index:2147483647;background:pink}</style>
  <header><nav><a href=/m>Market</a></nav></header>
  <main><h2>API Management</h2><button onclick="">Confirm</button></main>
  <div style="display:none"><div class=dlg><b>Old</b><button>Confirm</button></div></div>
  <div class=chat role=button aria-label="Chat"></div>
  <div id=portal>{inner}</div>"""


@pytest.mark.parametrize(
    "inner",
    [
        "<div class=mask></div><div class=dlg><div class=t><b>Security Verification</b></div><input><button>Confirm</button></div>",
        "<div class=dlg><b>Security Verification</b><input><button>Confirm</button></div><div class=mask></div>",
        "<div class=mask><div class=dlg><h3>Security Verification</h3><input><button>Confirm</button></div></div>",
        "<div class=mask></div><div style='position:fixed;inset:0;z-index:1000;overflow:auto'><div style='position:relative;margin:100px auto;width:400px;background:#fff'><div class=modal-title>Security Verification</div><input><button>Confirm</button></div></div>",
        "<div class=mask><div style='width:400px;margin:100px auto;background:#fff'><b>Security Verification</b><input><button>Confirm</button></div></div>",
        "<div role=presentation style='position:fixed;inset:0;z-index:1300'><div class=mask style='z-index:-1'></div><div style='height:100%;display:flex'><div role=dialog aria-modal=true style='margin:auto;background:#fff'><h2>Security Verification</h2><input><button>Confirm</button></div></div></div>",
        "<div class=mask style='z-index:5'></div><div style='position:relative;z-index:6;width:400px;margin:50px auto;background:#fff'><b>Security Verification</b><input><button>Confirm</button></div>",
        "<div role=dialog aria-modal=true style='position:fixed;inset:0;z-index:2400;pointer-events:none'><div style='position:fixed;inset:0;background:#000;opacity:.3;pointer-events:auto'></div><div style='position:absolute;left:300px;top:100px;background:#fff;pointer-events:auto'><h3>Security Verification</h3><input><button>Confirm</button></div></div>",
        "<dialog id=d><h3>Security Verification</h3><input><button>Confirm</button></dialog><script>d.showModal()</script>",
    ],
)
def test_an_overlay_is_a_modal_layer_with_its_title_however_it_is_built(show, inner):
    look = show(PORTAL.replace("{inner}", inner))
    modal = [layer for layer in look.layers if layer.modal]
    assert [layer.title for layer in modal] == ["Security Verification"]
    top = max(look.layers, key=lambda layer: layer.order)
    assert top == modal[0]
    confirms = [c for c in look.candidates if c.kind == "button" and c.name == "Confirm"]
    assert sorted(c.layer for c in confirms) == [0, top.index]
    below, over = sorted(confirms, key=lambda c: c.layer)
    assert below.covered
    assert not over.covered
    assert one(look, kind="text").layer == top.index
    chat = one(look, name="Chat")
    assert chat.layer not in (0, top.index)
    assert one(look, name="Market").layer == 0


def test_a_box_in_the_middle_with_a_header_of_its_own_is_an_overlay_and_the_site_s_own_header_is_none(show):
    look = show("""<main style="height:500px"><h2>API management</h2><label>Label <input></label><button>Create</button></main>
      <div style="position:absolute;z-index:9;top:0;left:0;width:700px"><header>Markets</header></div>
      <div style="position:absolute;z-index:99;left:50px;top:20px;width:400px;background:#fff"><header>Notice</header>
      <p>Secret Key</p><p>4f9c1e0b7a6d5c4b</p><footer><button>Done</button></footer></div>""")
    assert [layer.title for layer in look.layers[1:]] == ["Notice"]
    assert one(look, text="Done").layer == 1
    assert one(look, text="Markets").layer == 0


def test_a_page_that_is_positioned_as_a_whole_is_no_overlay(show):
    look = show("""<div style="position:fixed;inset:0;overflow:auto"><header style="position:sticky;top:0"><nav><a href=/>Home</a></nav></header>
       <div style="position:absolute;inset:50px 0 0 0;z-index:1"><h1>Title</h1><button>Go</button></div></div>
       <div style="position:fixed;left:0;top:0;bottom:0;width:200px;z-index:5"><nav><a href=/a>Side</a></nav></div>""")
    assert len(look.layers) == 1
    assert {c.layer for c in look.candidates} == {0}


def test_nested_dialogs_and_menus_are_layers_above(show):
    look = show(
        PORTAL.replace(
            "{inner}",
            """<div class=mask></div><div class=dlg><b>First</b><input></div>
      <div class=mask style="z-index:1002"></div><div class=dlg style="z-index:1003;left:350px"><b>Second</b><button>Yes</button></div>
      <ul role=listbox style="position:absolute;z-index:2000;left:350px;top:200px;width:200px;background:#fff"><li role=option>En</li></ul>""",
        )
    )
    titles = [layer.title for layer in sorted(look.layers, key=lambda layer: layer.order)]
    assert titles.index("First") < titles.index("Second")
    assert one(look, name="En").layer > one(look, name="Yes").layer
    assert one(look, kind="text").covered or one(look, kind="text").layer < one(look, name="Yes").layer


def test_the_section_is_the_title_above_and_not_another_item_of_the_same_list(show):
    look = show("""<style>b,.k{display:block;font-weight:700}</style><div><b>Resources</b><div class=k>Academy</div><div class=k>Fee</div></div>
      <div><h3>API Restrictions</h3><div class=k>Permission</div><input type=checkbox><button>Next</button></div><div><a href=/ style="font-weight:700;display:block">Link</a><p>Text</p></div>""")
    sections = {c.text or c.kind: c.section for c in look.candidates}
    assert sections["Academy"] == sections["Fee"] == "Resources"
    assert sections["box"] == "Permission"
    assert sections["Permission"] == "API Restrictions"
    assert sections["Text"] != "Link"


def test_what_nobody_can_see_is_not_there(show):
    look = show("""<style>button{display:block}</style>
      <button style="display:none">no1</button><button style="visibility:hidden">no2</button><div style="opacity:.01"><button>no3</button></div>
      <div style="position:absolute;left:-9999px"><button>no4</button></div><div style="height:0;overflow:hidden"><button>no5</button></div>
      <span style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)">no6</span>
      <div style="transform:translateX(-3000px)"><button>no7</button></div><div style="overflow:hidden;height:40px"><div style="height:40px">yes1</div><p>no8</p></div>
      <details><summary>yes2</summary><button>no9</button></details><button aria-hidden=true>yes3</button><div inert><button>yes4</button></div>
      <div style="height:3000px"></div><button>yes5</button>""")
    texts = {c.text for c in look.candidates}
    assert {t for t in texts if t.startswith("yes")} == {"yes1", "yes2", "yes3", "yes4", "yes5"}
    assert not {t for t in texts if "no" in t}
    assert not one(look, text="yes4").enabled


def test_icons_without_words_and_spans_with_handlers_are_candidates_with_hints(show):
    look = show("""<style>.act{cursor:pointer}</style><div><span>Passphrase</span><span class="act edit-btn"><svg width=16 height=16><use href="#icon-edit"></use></svg></span></div>
      <span class="act css-1x2y3z">Create API</span><a href="/account/api-keys"><i class="iconfont icon-user" style="display:inline-block;width:16px;height:16px"></i></a><label class=act>Only words</label>""")
    icon = next(c for c in look.candidates if "edit" in c.hints)
    assert icon.clickable
    assert icon.name == ""
    assert icon.kind == "button"
    create = one(look, text="Create API")
    assert create.clickable
    assert "css" not in "".join(h for h in create.hints if any(ch.isdigit() for ch in h))
    link = one(look, kind="link")
    assert {"user", "account", "keys"} <= set(link.hints)


def test_shadow_roots_and_frames_of_the_same_origin_are_seen_in_the_page_s_own_coordinates(show, run, live, serve):
    serve(
        "<body style='margin:0'><button style='position:absolute;left:30px;top:20px;width:80px;height:30px' onclick=\"parent.hit='frame'\">In frame</button>",
        "/inner",
    )
    look = show("""<body style='margin:0'><div id=host></div><iframe src=/inner style="position:absolute;left:100px;top:200px;border:5px solid;width:300px;height:100px"></iframe>
      <script>host.attachShadow({mode:'open'}).innerHTML='<button onclick="window.hit=1;document.title=`shadow`">In shadow</button>'</script>""")
    while not any(c.name == "In frame" for c in look.candidates):
        run(live.changed(look.stamp, 5))
        look = run(live.look())
    framed = one(look, name="In frame")
    assert framed.box[:2] == (135, 225)
    run(live.click(one(look, name="In shadow").ref))
    run(live.click(framed.ref))
    assert run(live.look()).title == "shadow"


def test_a_page_that_patches_its_own_functions_fools_nothing(show):
    look = show("""<button>Confirm</button><script>
      Element.prototype.querySelector=()=>null;Document.prototype.querySelectorAll=()=>[];window.getComputedStyle=()=>({display:'none'});
      Element.prototype.getBoundingClientRect=()=>({x:0,y:0,width:0,height:0});Document.prototype.elementFromPoint=()=>null;
      Object.defineProperty(Node.prototype,'textContent',{get:()=>'fooled'});Map.prototype.get=()=>undefined;JSON.stringify=()=>'fooled'</script>""")
    assert one(look, name="Confirm").kind == "button"


def test_looking_leaves_no_trace_in_the_page(show, run, live):
    show("""<div id=out></div><button>Go</button><script>const before=Object.getOwnPropertyNames(window).length;let n=0;new MutationObserver(l=>n+=l.length).observe(document,{subtree:true,childList:true,attributes:true});
      addEventListener('keydown',()=>{document.title=[Object.getOwnPropertyNames(window).length-before,n].join()})</script>""")
    for _ in range(3):
        run(live.look())
    run(live.press("a"))
    assert run(live.look()).title == "0,0"


def test_what_loads_is_told_by_what_moves_without_end_and_is_in_sight(show, run, live):
    style = (
        "<style>@keyframes k{to{opacity:.5}} .on{animation:k 1s infinite} i{display:block;width:9px;height:9px}</style>"
    )
    show(f"{style}<i></i><i class=on style='display:none'></i>")
    assert not run(live.loading())
    show(f"{style}<i class=on></i>")
    assert run(live.loading())
    show("<div aria-busy=true>Keys</div>")
    assert run(live.loading())


def test_a_page_is_quiet_only_when_it_has_what_it_asked_for(show, run, live, site):
    answer = threading.Event()
    site.pages["/late"] = lambda _: answer.wait(20) and "done"
    show("<script>fetch('/late')</script>")
    assert not run(live.quiet(0.2)), "it still waits"
    answer.set()
    run(live.quiet(10.0))
    assert run(live.quiet(10.0))


MORE = {
    "<ul class=ant-pagination><li class=ant-pagination-item-active>1<li title='Next Page' class=ant-pagination-next>": True,
    "<ul class=ant-pagination><li title='Next Page' class='ant-pagination-next ant-pagination-disabled'>&gt;</ul>": False,
    "<nav aria-label='pagination'><button aria-current=true>2</button><button>3</button></nav>": True,
    "<nav aria-label='pagination'><button>1</button><button aria-current=true>2</button></nav>": False,
    "<div class=el-pagination><button class=btn-next disabled>&gt;</button></div>": False,
    "<a href='?page=1'>1</a> <a href='?page=2'>2</a>": True,
    "<a href='/news?page=2'>2</a>": False,
    "<div class=swiper-pagination><button>next</button></div>": False,
    "<table><tr><td>key</table><button>Load more</button>": True,
}


@pytest.mark.parametrize("html", MORE)
def test_a_list_with_more_pages_is_known_by_what_leads_to_them(show, run, live, html):
    show(html)
    assert run(live.more_pages()) is MORE[html]


def test_what_scrolls_is_scrolled_to_its_end_and_back(show, run, live):
    show("<div style='height:100px;width:300px;overflow:auto'><div style='height:250px'>rows</div></div><p>text")
    (box,) = run(live.scrolls())
    assert [run(live.wheel(box, 1)) for _ in range(3)] == [True, True, False]
    assert run(live.wheel(box, -9))
    assert not run(live.wheel(box, -9))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{} Read &nbsp; {} Trade &nbsp; {} Withdraw", ["Read", "Trade", "Withdraw"]),
        ("{}Read<br>{}Trade<br>{}Withdraw", ["Read", "Trade", "Withdraw"]),
        ("Read {} Trade {} Withdraw {}", ["Read", "Trade", "Withdraw"]),
        ("Rights: {} Read {} Trade {} Withdraw", None),
    ],
)
def test_bare_words_and_boxes_in_turns_belong_together_where_their_order_leaves_no_doubt(show, line, said):
    look = show(f"<div>{line.format(*['<input type=checkbox>'] * 3)}</div>")
    boxes = [one for one in look.candidates if one.kind == "box"]
    if said:
        assert [one.beside for one in boxes] == [(word,) for word in said]
    else:
        assert not any({"Read", "Trade", "Withdraw"} & set(one.beside[:1]) for one in boxes)


def test_an_icon_without_a_name_that_draws_a_person_is_known_as_one(show):
    """Drawings by hand, one for each way of drawing that is usual; the others are what stands beside it."""
    people = {
        "strokes": "<circle cx=11 cy=11 r=10 /><circle cx=11 cy=8 r=3 /><path d='M5 18c1-5 11-5 12 0'/>",
        "one path": "<path fill=#000 stroke=none d='M12 11a4 4 0 1 0 0-8a4 4 0 0 0 0 8zM4 21c0-9 16-9 16 0z'/>",
        "shoulders": "<path d='M19 21v-1a5 5 0 0 0-5-5h-4a5 5 0 0 0-5 5v1'/><circle cx=12 cy=8 r=4 />",
    }
    others = {
        "bell": "<path d='M12 21a2 2 0 0 0 2-2h-4a2 2 0 0 0 2 2zM6 17v-6a6 6 0 0 1 12 0v6l2 1H4z'/>",
        "lock": "<rect x=3 y=11 width=18 height=10 /><path d='M7 11V7a5 5 0 0 1 10 0v4'/>",
        "download": "<path d='M12 3v12M7 10l5 5 5-5M3 20h18'/>",
        "globe": "<circle cx=12 cy=12 r=10 /><path d='M2 12h20'/><path d='M12 2c6 6 6 14 0 20c-6-6-6-14 0-20z'/>",
        "search": "<circle cx=11 cy=11 r=7 /><line x1=21 y1=21 x2=16 y2=16 />",
        "two people": "<circle cx=8 cy=8 r=3 /><circle cx=16 cy=8 r=3 /><path d='M2 20c1-8 20-8 20 0'/>",
        "medal": "<circle cx=12 cy=8 r=6 /><path d='M9 14l-2 8 5-3 5 3-2-8'/>",
        "pin": "<path d='M20 10c0 7-8 12-8 12s-8-5-8-12a8 8 0 0 1 16 0z'/><circle cx=12 cy=10 r=3 />",
    }
    drawings = {**people, **others}
    icons = (
        f"<button data-testid='{name}'><svg width=22 height=22 viewBox='0 0 24 24' fill=none stroke=#000>{drawing}</svg></button>"
        for name, drawing in drawings.items()
    )
    look = show("".join(icons))
    known = {one.testid for one in look.candidates if "person" in one.hints}
    assert known == set(people)
    assert {one.testid for one in look.candidates if one.kind == "button"} == set(drawings)
