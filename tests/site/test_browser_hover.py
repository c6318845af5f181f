"""Hovering says whether something may still open by it, and a look that still stands is not taken again."""

import pytest

PAGE = """<style>#s:hover{opacity:.5;transition:opacity 3s}</style>
<div id=outer><div id=w style="display:inline-block" onclick="document.title='clicked'"><b>Account menu</b></div></div>
<div id=s style="cursor:pointer" onclick="1">Slow</div><script>@</script>"""


def named(look, text):
    return next(c for c in look.candidates if text in (c.text or c.name))


@pytest.mark.parametrize(
    "script",
    [
        "outer.addEventListener('mouseenter', () => {})",
        "document.addEventListener('mouseover', () => {})",
        "window.addEventListener('pointermove', () => {})",
        "w.onmouseover = () => {}",
        "w.querySelector('b').addEventListener('pointerenter', () => {})",
    ],
)
def test_a_page_that_listens_to_the_mouse_may_still_open_something(run, show, live, script):
    show(PAGE.replace("@", script))
    assert run(live.hover(named(run(live.look()), "Account menu").ref)) is True


def test_where_nothing_listens_hovering_opens_nothing_later(run, show, live):
    show(PAGE.replace("@", "outer.addEventListener('mouseup', () => {})"))
    look = run(live.look())
    assert run(live.hover(named(look, "Account menu").ref)) is False
    run(live.click(named(look, "Account menu").ref))
    assert run(live.look()).title == "clicked"


def test_a_style_that_is_on_its_way_may_still_show_something(run, show, live):
    show(PAGE.replace("@", ""))
    assert run(live.hover(named(run(live.look()), "Slow").ref)) is True


def test_a_recent_look_stands_until_something_is_done(run, show, live):
    show(PAGE.replace("@", ""))

    async def looks():
        first = await live.look()
        again = await live.look(recent=True)
        fresh = await live.look()
        await live.click(named(fresh, "Account menu").ref)
        after = await live.look(recent=True)
        return first, again, fresh, after

    first, again, fresh, after = run(looks())
    assert again is first
    assert fresh is not first
    assert after.title == "clicked"
