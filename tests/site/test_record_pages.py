"""Recording a page that shows a secret in every way: nothing of it is kept, and the copy looks like the page."""

from __future__ import annotations

import pytest

from autokey import screens
from autokey.engine.context import Sighting
from autokey.engine.language import words_of
from autokey.errors import RefusedError
from autokey.model import Element, Flow, Limits, Screen, Selectors, Shape
from autokey.record import Recorder, snapshot
from autokey.record.replay import Stage
from autokey.secret import Secret

KEY = "94d1a0a80fcac64b5d675f7d145649ba"
SECRET = "6d320472125dc50e1345f402f7c6bd60"
TYPED = "hunter2-and-more"

REVEAL = Screen(
    "reveal",
    "page",
    (Element("is[0]", "text", ("Secret Key",)),),
    elements={
        "api_key": Element("api_key", "labelled", ("API Key",), secret=True),
        "secret_key": Element("secret_key", "labelled", ("Secret Key",), secret=True),
        "confirm": Element("confirm", "role", ("Confirm",), role="button"),
        "later": Element("later", "role", ("Later",), role="button", optional=True),
    },
    secret=True,
)
FLOW = Flow(
    name="some",
    exchange="some",
    title="Some",
    site="https://www.example.com/",
    status="live",
    verified="never",
    permissions={},
    defaults={},
    limits=Limits(),
    credential={"api_key": Shape("hex", 32), "secret_key": Shape("hex", 32)},
    steps=(),
    selectors=Selectors("some", ("www.example.com",), {"reveal": REVEAL}),
)

PAGE = f"""
<style>.kv {{ display: flex; justify-content: space-between; width: 500px }} .x {{ cursor: pointer }}
 .box {{ position: absolute; left: 40px; top: 200px; z-index: 5; width: 300px }} body {{ font: 14px Arial }}</style>
<div class="kv css-1a2b3c"><div>API Key</div><div title="{KEY}" data-clipboard-text="{KEY}">{KEY}</div></div>
<div class="kv"><div>Secret Key</div><div id="s"><span>{SECRET[:10]}</span><span>{SECRET[10:]}</span></div></div>
<p style="display:none">hidden {SECRET}</p><p style="opacity:0">clear {SECRET}</p>
<img class="qr" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="90" height="90">
<canvas width="40" height="40"></canvas><svg width="20" height="20"><use href="#icon-eye"></use><path d="M0 0"/></svg>
<label for="p">Password</label><input id="p" type="password" value="{TYPED}"><input value="{TYPED}" placeholder="Name">
<textarea>{TYPED}</textarea><div contenteditable>{TYPED}</div>
<a href="/user/{KEY}?token={SECRET}#x">Account of maria@example.org at 203.0.113.9</a>
<div class="box"><input type="checkbox" checked><span>Trade</span> <span class="x">Later on</span></div>
<iframe srcdoc="<p>{SECRET}</p>"></iframe><template>{SECRET}</template><script>window.k = "{SECRET}"</script>
<div id="host"></div><button onclick="void 0">Confirm</button>
<script>document.getElementById('host').attachShadow({{mode: 'open'}}).innerHTML = '<b>In a shadow {SECRET}</b>'</script>
"""


@pytest.fixture
def at(run, live, serve):
    def go(html: str) -> None:
        run(live.open(serve(html)))

    return go


def replayed(run, html: str):
    async def look():
        async with Stage() as stage:
            return await stage.show(html, (1280, 800))

    return run(look())


def sighting(run, page) -> Sighting:
    look = run(page.look())
    seen = screens.recognise(look, FLOW.selectors.screens, words=words_of(FLOW))
    return Sighting(look, FLOW, FLOW.selectors.screens.get(seen.name or ""), seen.layer)


def test_nothing_of_a_secret_is_kept_wherever_the_page_has_it(run, live, at) -> None:
    at(PAGE)
    made = run(snapshot(live, FLOW, "reveal"))
    for text in (made.html, made.aria):
        whole = "".join(text.split())
        for part in (
            KEY,
            SECRET,
            SECRET[:10],
            SECRET[10:],
            TYPED,
            "hunter2",
            "maria",
            "203.0.113.9",
            "base64",
            "token=",
        ):
            assert part not in whole
    for part in (
        "<script",
        "<iframe",
        "<template",
        "<use",
        "<path",
        "src=",
        "onclick",
        "css-1a2b3c",
        "hidden",
        "clear",
    ):
        assert part not in made.html.replace("overflow:hidden", "")


def test_what_a_person_sees_is_kept(run, live, at) -> None:
    at(PAGE)
    made = run(snapshot(live, FLOW, "reveal"))
    for said in (
        "API Key",
        "Secret Key",
        "In a shadow",
        "Account of owner@example.com at 192.0.2.20",
        "Trade",
        "Confirm",
    ):
        assert said in made.aria
    assert 'href="/user/a0b1a0b1a0b1a0b1a0b1a0b1a0b1a0b1"' in made.html
    assert 'placeholder="Name"' in made.html
    assert 'data-icon="icon-eye"' in made.html
    assert '<img class="qr"' in made.html


def test_the_copy_looks_like_the_page(run, live, at) -> None:
    at(PAGE)
    before = run(live.look())
    copy = replayed(run, run(snapshot(live, FLOW, "reveal")).html)

    def shape(look):
        kept = [one for one in look.candidates if one.tag not in {"iframe", "p"}]  # what is in a frame is not recorded
        return [(one.tag, one.kind, one.clickable, one.checked, one.layer, one.placeholder) for one in kept]

    assert shape(copy) == shape(before)
    boxes = [one for one in before.candidates if one.tag not in {"iframe", "p"}]  # what is in a frame is not recorded
    for old, new in zip(boxes, copy.candidates, strict=True):
        # Words that became examples are wider or narrower; where things stand is the same.
        assert max(abs(a - b) for a, b in zip(old.box[:2], new.box[:2], strict=True)) <= 8, (old, new)


def test_a_secret_that_is_not_there_yet_is_waited_for(run, live, at, tmp_path) -> None:
    at("<p>API Key</p><p>Secret Key</p><button>Confirm</button>")
    assert run(snapshot(live, FLOW, "reveal")) is None
    recorder = Recorder(FLOW, tmp_path)
    run(recorder.seen(live, sighting(run, live)))
    assert recorder.names == []
    assert list(tmp_path.iterdir()) == []


def test_another_screen_than_the_one_that_was_seen_is_not_recorded(run, live, at) -> None:
    at("<p>Nothing known</p>")
    assert run(snapshot(live, FLOW, "reveal")) is None


def test_what_cannot_be_cleaned_is_refused_with_a_sentence_and_nothing_is_written(run, live, at, tmp_path) -> None:
    """An address with a scheme is one thing that no cleaning takes away: it could carry anything."""
    at(PAGE.replace("Later on", "see https://www.example.org/k7Qm"))
    with pytest.raises(
        RefusedError, match=r"The screen reveal was not recorded: its cleaned page holds a full address"
    ):
        run(snapshot(live, FLOW, "reveal"))
    recorder = Recorder(FLOW, tmp_path)
    run(recorder.seen(live, sighting(run, live)))
    assert recorder.names == []
    assert "full address" in recorder.refused[0]
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_the_run_holds_is_refused_even_where_no_flow_declares_it(run, live, at) -> None:
    held = Secret("correct horse battery")
    at(PAGE.replace("Later on", f"Your passphrase is {held.reveal()}"))
    with pytest.raises(RefusedError, match="still holds a secret"):
        run(snapshot(live, FLOW, "reveal"))


def test_a_recorder_writes_each_screen_once_and_again_when_it_shows_a_new_element(run, live, at, tmp_path) -> None:
    at(PAGE)
    recorder = Recorder(FLOW, tmp_path, origin="sandbox", date="2026-01")
    for _ in range(2):
        run(recorder.seen(live, sighting(run, live)))
    assert recorder.names == ["reveal"]
    at(PAGE + "<button>Later</button>")
    run(recorder.seen(live, sighting(run, live)))
    assert recorder.names == ["reveal", "reveal-with-later"]
    folder = tmp_path / "some" / "2026-01-sandbox-en"
    assert sorted(path.name for path in folder.iterdir()) == [
        "recording.toml",
        "reveal-with-later.aria.yaml",
        "reveal-with-later.html",
        "reveal.aria.yaml",
        "reveal.html",
    ]
    assert all(SECRET not in path.read_text() and KEY not in path.read_text() for path in folder.iterdir())


def test_a_closed_window_does_not_disturb_the_run(run, live, at, live_context, tmp_path) -> None:
    at(PAGE)
    seen = sighting(run, live)
    run(live_context.close())
    recorder = Recorder(FLOW, tmp_path)
    run(recorder.seen(live, seen))
    assert recorder.names == []
