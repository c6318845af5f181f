"""Pointing: a person picks an element without the page noticing, and sees which ones are meant."""

import asyncio
from dataclasses import replace

import pytest

PAGE = """<h1>API</h1><button id=a><svg width=20 height=20><rect width=20 height=20></rect></svg></button><p>Plain words</p><div><div style="height:30px;width:50px" id=d></div></div>
  <label style='cursor:pointer'><input type=checkbox style='display:none'><i style='display:inline-block;width:14px;height:14px;border:1px solid'></i> Trade</label>
  <script>let n=0;new MutationObserver(l=>n+=l.length).observe(document,{subtree:true,childList:true,attributes:true});
  for(const t of ['pointerdown','mousedown','click','mousemove'])addEventListener(t,()=>n++,true)</script>"""


async def pointed(live, tab, act):
    """What `pick` gives when the person does `act`, again and again until the picker is on."""
    picking = asyncio.ensure_future(live.pick())
    for _ in range(100):
        await act(tab)
        done, _ = await asyncio.wait({picking}, timeout=0.1)
        if done:
            return picking.result()
    picking.cancel()
    return pytest.fail("the picker never answered")


def at(look, **want):
    return next(c for c in look.candidates if all(getattr(c, k) == v for k, v in want.items()))


def test_the_element_under_the_pointer_is_picked_and_the_page_sees_nothing(show, run, live, live_context):
    look = show(PAGE)
    tab = run(asyncio.sleep(0, live_context.pages[0]))
    for want in (at(look, kind="button"), at(look, text="Plain words"), at(look, kind="box")):
        x, y, _, height = want.box

        async def press(tab, x=x + 5, y=y + height / 2):
            await tab.mouse.move(x, y)
            await tab.mouse.click(x, y)

        picked = run(pointed(live, tab, press))
        # A press before the picker is on is the page's, and may have ticked the box.
        assert picked == replace(want, checked=picked.checked)
    assert not run(live.look()).candidates[0].covered


def test_what_is_no_candidate_becomes_one_when_it_is_pointed_at(show, run, live, live_context):
    show(PAGE)
    box = run(live_context.pages[0].locator("#d").bounding_box())

    async def press(tab):
        await tab.mouse.click(box["x"] + 5, box["y"] + 5)

    picked = run(pointed(live, live_context.pages[0], press))
    assert picked.box == (round(box["x"]), round(box["y"]), 50, 30)


def test_escape_picks_nothing_and_a_cancelled_pick_leaves_the_page_as_it_was(show, run, live, live_context):
    look = show(PAGE)

    async def escape(tab):
        await tab.keyboard.press("Escape")

    assert run(pointed(live, live_context.pages[0], escape)) is None

    async def cancelled():
        picking = asyncio.ensure_future(live.pick())
        await asyncio.wait({picking}, timeout=0.5)
        picking.cancel()
        await asyncio.gather(picking, return_exceptions=True)
        await live.click(at(look, kind="box").ref)
        return await live.look()

    assert at(run(cancelled()), kind="box").checked


def test_frames_change_neither_what_is_seen_nor_what_is_clicked_and_go_again(show, run, live, live_context):
    look = show(PAGE)
    refs = [c.ref for c in look.candidates if c.clickable]
    for some in (refs[:1], refs):
        seen = run(live_context.pages[0].evaluate("n"))
        run(live.outline(some))
        assert run(live.look()).candidates == look.candidates
        assert run(live_context.pages[0].evaluate("n")) == seen, "the page is not altered"
        run(live.click(at(look, kind="button").ref))
        run(live.outline(()))
    assert run(live.look()).candidates == look.candidates
