"""A look that still stands is not taken again."""

PAGE = """<style>#s:hover{opacity:.5;transition:opacity 3s}</style>
<div id=outer><div id=w style="display:inline-block" onclick="document.title='clicked'"><b>Account menu</b></div></div>
<div id=s style="cursor:pointer" onclick="1">Slow</div><script>@</script>"""


def named(look, text):
    return next(c for c in look.candidates if text in (c.text or c.name))


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
