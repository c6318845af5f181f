"""Acting: clicks land on the very element or nowhere, fields take what is typed, nothing is quoted."""

import asyncio
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from autokey.browser import keys
from autokey.errors import RefusedError
from autokey.ports import CoveredError, GoneError, RefusedInputError, StaleError
from autokey.secret import Secret


def one(look, **want):
    found = [c for c in look.candidates if all(getattr(c, k) == v for k, v in want.items())]
    assert len(found) == 1, [(c.tag, c.kind, c.name, c.text) for c in (found or look.candidates)]
    return found[0]


LOG = "<script>const log=[];for(const t of ['pointerdown','mousedown','mouseup','click'])for(const b of document.querySelectorAll('button,#bubble,[data-x]'))b.addEventListener(t,e=>{log.push(b.id+':'+t+(e.isTrusted?'':'!'));document.title=log.join(' ')})</script>"


def test_a_click_is_a_trusted_one_on_the_element(show, run, live):
    look = show("<button id=a style='margin-top:3000px'>Confirm</button>" + LOG)
    run(live.click(one(look, name="Confirm").ref))
    assert run(live.look()).title == "a:pointerdown a:mousedown a:mouseup a:click"


def test_a_covered_button_gets_no_click_and_neither_does_what_covers_it(show, run, live):
    look = show(
        """<button id=a style="position:absolute;left:50px;top:50px;width:80px;height:30px">Confirm</button>
       <div id=bubble style="position:fixed;left:30px;top:30px;width:200px;height:90px;z-index:99;background:pink">Hi, can I help you?</div>"""
        + LOG
    )
    with pytest.raises(CoveredError) as caught:
        run(live.click(one(look, name="Confirm").ref))
    assert "Hi, can I help you?" in caught.value.by
    assert run(live.look()).title == "t"


def test_a_node_that_was_replaced_since_the_look_is_stale(show, run, live):
    look = show(
        "<div id=p><button>Confirm</button></div>"
        + LOG
        + "<script>onkeydown=()=>{p.innerHTML='<button>Confirm</button>'}</script>"
    )
    run(live.press("a"))
    with pytest.raises(StaleError):
        run(live.click(one(look, name="Confirm").ref))


def test_a_ref_of_another_document_is_stale_and_not_a_node_of_this_one(show, run, live):
    first = one(show("<button>Confirm</button>"), name="Confirm")
    second = one(show("<button>Delete all</button>" + LOG), name="Delete all")
    assert first.ref != second.ref
    for act in (live.click, live.read, live.hover, lambda ref: live.fill(ref, "x")):
        with pytest.raises(StaleError):
            run(act(first.ref))


def test_another_button_moved_under_the_pointer_at_the_press_gets_nothing(show, run, live):
    look = show(
        """<style>button{position:absolute;left:50px;top:50px;width:120px;height:40px}#b{left:400px}</style>
      <button id=a>Confirm</button><button id=b>Delete</button>"""
        + LOG
        + "<script>a.addEventListener('pointerdown',()=>{a.style.left='400px';b.style.left='50px'});b.onclick=()=>{document.title+=' DELETED'}</script>"
    )
    with pytest.raises(CoveredError) as caught:
        run(live.click(one(look, name="Confirm").ref))
    assert "b:" not in run(live.look()).title
    assert caught.value.pressed, "a page may have acted on the press alone"


def test_a_press_that_finds_another_button_was_none(show, run, live, monkeypatch):
    """The page moves the button between our last look and the press: the press is held back from all of the page."""
    look = show(
        """<style>button{position:absolute;left:50px;top:50px;width:120px;height:40px}#b{left:400px}</style>
      <button id=a>Confirm</button><button id=b>Delete</button>"""
        + LOG
    )
    sent = keys.mouse

    async def mouse(world, kind, spot):
        if kind == "mousePressed":
            await world.page.evaluate("a.style.left='400px';b.style.left='50px'")
        await sent(world, kind, spot)

    monkeypatch.setattr(keys, "mouse", mouse)
    with pytest.raises(CoveredError) as caught:
        run(live.click(one(look, name="Confirm").ref))
    assert not caught.value.pressed
    assert run(live.look()).title == "t"


def test_the_mouse_does_not_make_a_button_less_still_that_only_changes_its_colour(show, run, live):
    look = show(
        """<style>#a{transition:background-color 40s}#a:hover{background-color:red}</style><button id=a>Go</button>"""
        + LOG
    )
    run(live.click(one(look, name="Go").ref))
    assert "a:click" in run(live.look()).title


def test_a_page_that_listens_first_and_stops_every_event_cannot_pass_the_guard(show, run, live, serve):
    serve("<h1>Deleted</h1>", "/delete")
    look = show("""<script>for(const t of ['pointerdown','mousedown','mouseup','click'])addEventListener(t,e=>{a.style.left='400px';b.style.left='50px';e.stopImmediatePropagation()},true)</script>
      <style>button,a{position:absolute;left:50px;top:50px;width:120px;height:40px}#b{left:400px}</style><button id=a>Confirm</button><a href=/delete id=b>Delete</a>""")
    with pytest.raises(CoveredError):
        run(live.click(one(look, name="Confirm").ref))
    assert not [c for c in run(live.look()).candidates if c.text == "Deleted"]


def test_another_button_slid_over_while_the_mouse_comes_gets_nothing(show, run, live):
    look = show(
        """<style>button{position:absolute;left:50px;top:50px;width:120px;height:40px}#b{left:400px}</style>
      <button id=a>Confirm</button><button id=b>Delete</button>"""
        + LOG
        + "<script>a.addEventListener('mouseover',()=>{b.style.left='50px'})</script>"
    )
    with pytest.raises(CoveredError) as caught:
        run(live.click(one(look, name="Confirm").ref))
    assert run(live.look()).title == "t"
    assert not caught.value.pressed


def test_a_click_waits_until_the_button_rests(show, run, live):
    look = show(
        """<style>@keyframes m{from{margin-left:0}to{margin-left:600px}}#a{animation:m .4s linear forwards;width:60px}</style><button id=a>Go</button>"""
        + LOG
    )
    run(live.click(one(look, name="Go").ref))
    assert "a:click" in run(live.look()).title


def test_a_disabled_button_is_not_clicked(show, run, live):
    look = show("<button id=a disabled>Go</button><button id=b style='pointer-events:none'>No</button>" + LOG)
    assert not one(look, name="Go").enabled
    with pytest.raises(CoveredError):
        run(live.click(one(look, name="Go").ref))
    assert run(live.look()).title == "t"


def test_a_menu_that_opens_at_the_press_counts_as_clicked(show, run, live):
    look = show("""<button id=a aria-haspopup=menu>More</button><div id=m hidden style="position:fixed;inset:0;background:#eee" data-x>Menu</div>
      <script>a.onpointerdown=()=>{m.hidden=false}</script>""")
    run(live.click(one(look, name="More").ref))
    assert one(run(live.look()), text="Menu")


def test_an_element_that_goes_at_the_press_is_no_error(show, run, live, serve):
    serve("<h1>Next</h1>", "/next")
    look = show("<a href=/next>Next</a>")
    run(live.click(one(look, kind="link").ref))
    look = run(live.look())
    while not any(c.text == "Next" and c.tag == "h1" for c in look.candidates):
        run(live.changed(look.stamp, 5))
        look = run(live.look())


def test_hover_opens_what_hover_opens(show, run, live):
    look = show(
        "<style>#m{display:none}div:hover>#m{display:block}</style><div style='width:90px'><span>Asset</span><p id=m>API keys</p></div>"
    )
    run(live.hover(one(look, text="Asset").ref))
    assert one(run(live.look()), text="API keys")


def test_a_menu_that_is_open_while_the_mouse_is_there_closes_when_the_mouse_leaves(show, run, live):
    look = show(
        "<style>#m{display:none}div:hover>#m{display:block}</style><div style='width:90px'><span>Asset</span><p id=m>API keys</p></div>"
    )
    run(live.hover(one(look, text="Asset").ref))
    run(live.click(one(run(live.look()), text="API keys").ref))
    assert "API keys" in {c.text for c in run(live.look()).candidates}
    run(live.leave())
    assert "API keys" not in {c.text for c in run(live.look()).candidates}


FIELDS = "<input id=a value=old><input id=b type=password value=old><textarea id=c>old</textarea><div id=d contenteditable>old</div><input id=e type=email><input id=n type=number>"


def test_fields_take_text_and_give_it_up(show, run, live):
    look = show(FIELDS)
    fields = [c for c in look.candidates if c.kind in ("text", "password")]
    assert len(fields) == 6
    texts = ["ICG-MM", "p4ss w0rd", "192.0.2.10,192.0.2.11", "words", "me@example.com", "12"]
    for field, text in zip(fields, texts, strict=True):
        run(live.fill(field.ref, text))
    after = [c for c in run(live.look()).candidates if c.kind in ("text", "password")]
    assert [c.value for c in after] == [texts[0], "", *texts[2:]]
    assert after[1].length == 9
    for field in fields:
        run(live.fill(field.ref, ""))
    assert [c.length for c in run(live.look()).candidates if c.kind in ("text", "password")] == [0] * 6


def test_a_field_that_reformats_says_what_stands_there(show, run, live):
    look = show(
        "<input id=a maxlength=5><input id=b oninput='this.value=this.value.toUpperCase()'><input id=c readonly><input id=d disabled value=x>"
    )
    refs = [c.ref for c in look.candidates if c.kind == "text"]
    with pytest.raises(RefusedInputError) as caught:
        run(live.fill(refs[0], "too long"))
    assert caught.value.stands == "too l"
    with pytest.raises(RefusedInputError) as caught:
        run(live.fill(refs[1], "abc"))
    assert caught.value.stands == "ABC"
    for ref in refs[2:]:
        with pytest.raises(RefusedInputError):
            run(live.fill(ref, "x"))


def test_a_secret_that_a_field_refuses_is_in_no_error(show, run, live):
    canary = Secret("hunter2-canary-98431")
    look = show("<input type=password maxlength=5><input maxlength=8><input disabled>")
    for field in [c for c in look.candidates if c.kind in ("text", "password")]:
        with pytest.raises(RefusedInputError) as caught:
            run(live.fill(field.ref, canary))
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.stands) + repr(vars(caught.value))
        assert "hunter2"[:5] not in told
    run(live.fill(one(show("<textarea></textarea>"), kind="text").ref, canary))


PRINTED = """
import asyncio, sys
sys.path.insert(0, {src!r})
from playwright.async_api import async_playwright
from autokey.browser.page import BrowserPage
from autokey.secret import Secret

async def main():
    async with async_playwright() as p:
        browser = await p.chromium.launch(executable_path={path!r}, chromium_sandbox=False)
        page = await BrowserPage.start(await browser.new_context(), [{url!r}], headless=True)
        await page.open({url!r} + "/")
        look = await page.look()
        secret = Secret("".join(["canary", "-7731-", "typed"]))
        for c in look.candidates:
            if c.kind in ("text", "password"):
                await page.fill(c.ref, secret)
            if c.text == "Secret Key":
                assert len((await page.read(c.ref)).shown) == 17
        await browser.close()
    print("done")

asyncio.run(main())
"""


def test_nothing_typed_or_read_is_printed_even_when_the_driver_is_asked_to(site, browser_path):
    site.pages["/"] = "<input><input type=password><div><p>Secret Key</p><p>canary-<!-- -->7731-shown</p></div>"
    script = PRINTED.format(src=str(Path(__file__).parents[2] / "src"), path=browser_path, url=site.url)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"DEBUG": "pw:api"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr[-1500:]
    assert "pw:api" in done.stderr
    assert "canary" not in done.stderr


@pytest.mark.parametrize(
    "box",
    [
        "<input maxlength=1 style='width:30px' class=c>",
        "<div style='display:inline-block'><p><span><b><i><input size=1 style='width:78px' class=c></i></b></span></p></div>",
        "<s-box><template shadowrootmode=open><input maxlength=1 style='width:30px' class=c></template></s-box>",
    ],
)
def test_a_code_in_six_boxes_is_typed_one_after_the_other(show, run, live, box):
    look = show(
        "<div>"
        + box * 6
        + """</div><script>const c=[...document.querySelectorAll('.c,s-box')].map(e=>e.shadowRoot?.querySelector('.c')||e);
      c.forEach((f,i)=>{f.addEventListener('input',()=>{f.value=f.value.slice(-1);c[i+1]?.focus();document.title=c.map(x=>x.value).join('')})})</script>"""
    )
    run(live.fill(next(c.ref for c in look.candidates if c.kind == "text"), Secret("493027")))
    assert run(live.look()).title == "493027"


def test_a_list_is_chosen_from_by_its_words(show, run, live):
    look = show("<select onchange='document.title=this.value'><option value=1>English<option value=2>Deutsch</select>")
    ref = one(look, kind="select").ref
    run(live.fill(ref, "Deutsch"))
    assert run(live.look()).title == "2"
    with pytest.raises(RefusedInputError):
        run(live.fill(ref, "Klingon"))


def test_a_field_below_an_overlay_is_not_filled(show, run, live):
    look = show("""<input id=a><div style="position:fixed;inset:0;background:#0008;z-index:5"></div>
      <div style="position:fixed;left:400px;top:300px;width:300px;height:200px;background:#fff;z-index:6"><b>Verify</b><input id=b></div>""")
    below = next(c for c in look.candidates if c.kind == "text" and c.layer == 0)
    with pytest.raises(CoveredError):
        run(live.fill(below.ref, "x"))


def test_changed_returns_at_once_on_a_late_render_and_at_the_limit_without(show, run, live):
    look = show("<div id=a></div><script>onkeydown=()=>{setTimeout(()=>{a.textContent='done'},400)}</script>")

    async def timed(stamp, limit, press=False):
        if press:
            await live.press("a")
        loop = asyncio.get_running_loop()
        start = loop.time()
        await live.changed(stamp, limit)
        return loop.time() - start

    assert 0.25 <= run(timed(look.stamp, 0.3)) < 1.5
    assert 0.2 < run(timed(look.stamp, 20, press=True)) < 5
    assert run(timed(look.stamp, 20)) < 1  # it has changed since that look
    look = run(live.look())
    assert one(look, text="done")


def test_changed_notices_values_set_by_scripts_and_a_new_document(show, run, live, serve):
    serve("<p>two</p>", "/two")
    look = show(
        "<input id=a><script>onkeydown=()=>{setTimeout(()=>{a.value='x'},100)};onclick=()=>{setTimeout(()=>{location='/two'},100)}</script><p>words</p>"
    )

    async def both():
        await live.press("a")
        await live.changed(look.stamp, 20)
        now = await live.look()
        while not any(c.value == "x" for c in now.candidates):
            await live.changed(now.stamp, 20)
            now = await live.look()
        await live.click(one(now, text="words").ref)
        while not any(c.text == "two" for c in now.candidates):
            await live.changed(now.stamp, 20)
            now = await live.look()

    run(asyncio.wait_for(both(), 15))


def test_a_cancelled_wait_leaves_the_page_usable(show, run, live):
    look = show("<button>Go</button>")

    async def cancel():
        task = asyncio.ensure_future(live.changed(look.stamp, 30))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await live.look()

    assert one(run(cancel()), name="Go")


def test_redirects_and_links_to_other_hosts_are_refused_and_counted(show, run, live, serve, site):
    serve((302, {"location": f"http://localhost:{site.port}/x"}, ""), "/away")
    look = show(f"<a href=/away>Away</a><img src=http://localhost:{site.port}/pic.png>")
    run(live.click(one(look, kind="link").ref))

    async def until():
        while not live.refused:
            await live.changed((await live.look()).stamp, 5)

    run(asyncio.wait_for(until(), 10))
    assert live.refused == [f"localhost:{site.port}"]
    assert run(live.look()).url == site.url + "/"
    assert live.host == f"127.0.0.1:{site.port}"
    assert live.hosts()[f"!localhost:{site.port}"] == 1
    with pytest.raises(RefusedError):
        run(live.open(f"http://localhost:{site.port}/"))
    with pytest.raises(RefusedError):
        run(live.open(site.url + "/away"))


def test_the_page_follows_to_a_new_tab_and_back(show, run, live, serve):
    serve("<h1>Second</h1><button onclick='window.close()'>Done</button>", "/two")
    look = show("<a href=/two target=_blank>Open</a>")
    run(live.click(one(look, kind="link").ref))

    async def until(text):
        look = await live.look()
        while not any(c.text == text for c in look.candidates):
            await live.changed(look.stamp, 5)
            look = await live.look()
        return look

    second = run(asyncio.wait_for(until("Second"), 10))
    assert len(live.others) == 1
    run(live.click(one(second, name="Done").ref))
    assert one(run(asyncio.wait_for(until("Open"), 10)), kind="link")


def test_a_link_opened_aside_gives_its_words_and_changes_nothing(show, run, live, serve, site):
    serve("<p>Confirmed, go back.</p>", "/mail")
    look = show("<h1>Here</h1>")
    assert run(live.open_aside(site.url + "/mail?token=1")) == "Confirmed, go back."
    assert run(live.open_aside("http://localhost:1/")) == ""
    assert run(live.look()).candidates == look.candidates


def test_a_page_that_answers_a_form_is_loaded_again_without_sending_the_form_again(show, run, live, serve, site):
    serve("<p>A link was mailed.</p>", "/create")
    look = show("<form method=post action=/create><button>Create</button></form>")
    run(live.click(one(look, name="Create").ref))
    while not any(c.text == "A link was mailed." for c in look.candidates):
        run(live.changed(look.stamp, 5))
        look = run(live.look())
    for _ in range(2):
        run(live.reload())
        assert one(run(live.look()), text="A link was mailed.")
    assert [method for method, path, _ in site.seen if path == "/create"] == ["POST", "GET", "GET"]


def test_an_open_dialog_holds_nothing_up(show, run, live):
    look = show("<button onclick=\"document.title=confirm('Sure?')\">Ask</button>")
    run(live.click(one(look, name="Ask").ref))
    run(live.look())
    assert live.dialogs == ["confirm"]


def test_a_closed_window_is_gone_for_every_call(show, run, live, live_context):
    look = show("<p>words</p><input>")
    ref = look.candidates[0].ref

    async def close_while_waiting():
        gone = asyncio.ensure_future(live.gone())
        waiting = asyncio.ensure_future(live.changed(look.stamp, 30))
        await asyncio.sleep(0)
        await live_context.pages[0].close()
        await asyncio.wait_for(gone, 5)
        return await asyncio.gather(waiting, return_exceptions=True)

    run(close_while_waiting())
    for call in (
        live.look,
        live.reload,
        live.pick,
        live.codes,
        lambda: live.changed(look.stamp, 1),
        lambda: live.click(ref),
        lambda: live.hover(ref),
        lambda: live.fill(ref, "x"),
        lambda: live.read(ref),
        lambda: live.row(ref, ["x"]),
        lambda: live.press("a"),
        lambda: live.outline([ref]),
    ):
        with pytest.raises(GoneError):
            run(call())
