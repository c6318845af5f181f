"""Reading: the value beside a label in many markups, rows of a list, QR codes; nothing guessed, nothing on disk."""

import io

import pytest
import segno

from autokey.engine.capture import judge
from autokey.model import Shape
from autokey.ports import Reading
from autokey.secret import Secret

KEY = "4f9c1e0b7a6d5c4b3a29181706f5e4d3"
SEC = "e1d2c3b4a5968778695a4b3c2d1e0f00"


def label(look, text, nth=0):
    return [c for c in look.candidates if text in (c.text, c.own.removesuffix(":")) or c.labels == (text,)][nth].ref


MARKUPS = {
    "above": "<div class=i><p class=k>API Key</p><p class=v>{K} <svg width=12 height=12></svg></p></div><div class=i><p class=k>Secret Key</p><p class=v>{S} <svg width=12 height=12></svg></p></div>",
    "flat": "<div><p class=k>API Key</p><p class=v>{K}</p><p class=k>Secret Key</p><p class=v>{S}</p></div>",
    "left": "<div><span class=k style='display:inline-block;width:120px'>API Key</span><span>{K}</span></div><div><span class=k style='display:inline-block;width:120px'>Secret Key</span><span>{S}</span></div>",
    "flex": "<div style='display:flex'><div>API Key</div><div>{K}</div><button>Copy</button></div><div style='display:flex'><div>Secret Key</div><div>{S}</div><button>Copy</button></div>",
    "table": "<table><tr><td>API Key</td><td>{K}</td><td><a href=#>Copy</a></td></tr><tr><td>Secret Key</td><td>{S}</td><td><a href=#>Copy</a></td></tr></table>",
    "columns": "<table><thead><tr><th>API Key</th><th>Secret Key</th><th>IP</th></tr></thead><tbody><tr><td>{K}</td><td>{S}</td><td>1.1.1.1</td></tr></tbody></table>",
    "list": "<dl><dt>API Key</dt><dd>{K}</dd><dt>Secret Key</dt><dd>{S}</dd></dl>",
    "grid": "<div style='display:grid;grid-template-columns:400px 400px'><b>API Key</b><b>Secret Key</b><span>{K}</span><span>{S}</span></div>",
    "label-span": "<div><label>API Key</label><span>{K}</span></div><div><label>Secret Key</label><span>{S}</span></div>",
    "input": "<div><label>API Key</label><input readonly value={K}></div><div><label>Secret Key</label><input readonly value={S}></div>",
    "tied": "<label for=x>API Key</label><label for=y>Secret Key</label><input id=x readonly value={K}><input id=y type=password readonly value={S}>",
    "code": "<p>API Key</p><pre><code>{K}</code></pre><p>Secret Key</p><pre><code>{S}</code></pre>",
    "bare": "<div><p>API Key</p>{K}<span>Copy</span></div><div><p>Secret Key</p>{S}<span>Copy</span></div>",
    "colon": "<div><b>API Key</b>: {K} <a href=#>Copy</a></div><div><b>Secret Key</b>: {S} <a href=#>Copy</a></div>",
    "inside": "<p>API Key: <b>{K}</b> <a>Copy</a></p><p>Secret Key: <b>{S}</b> <a>Copy</a></p>",
    "inside, no colon": "<p>API Key <b>{K}</b></p><p>Secret Key <b>{S}</b></p>",
    "a remark inside": "<div><p>API Key: <i>(public)</i></p><p>{K}</p></div><div><p>Secret Key: <i>(once)</i></p><p>{S}</p></div>",
    "breaks": "<div><b>API Key</b><br>{K}<br><b>Secret Key</b><br>{S}</div>",
    "parts": "<div><p>API Key</p><p><span>{K8}</span><wbr><span>{K9}</span></p></div><div><p>Secret Key</p><p><span>{S8}</span>\n<span>{S9}</span></p></div>",
    "clickable": "<div><p>API Key</p><p style='cursor:pointer'>{K}</p></div><div><p>Secret Key</p><p style='cursor:pointer' title='Click to copy'>{S}</p></div>",
    "tooltip": "<div><div><span>API Key</span><i role=tooltip>What is it?</i></div><div>{K}</div></div><div><div><span>Secret Key</span><i role=tooltip>Keep it</i></div><div>{S}<span style='display:none'>hidden</span></div></div>",
    "glyph": "<div>API Key</div><div>{K} <i class=material-icons>content_copy</i></div><div>Secret Key</div><div>{S} <i class=material-icons>content_copy</i></div>",
    "note": "<div><p class=k>API Key</p><p class=v>{K}</p><p class=k>Secret Key</p><p class=v>{S}</p><p class=n>Please keep the secret key safe.</p><p class=k>Permission</p><p class=v>Read,Trade</p></div>",
}


@pytest.mark.parametrize("markup", MARKUPS)
def test_the_value_that_belongs_to_a_label_is_read(show, run, live, markup):
    html = MARKUPS[markup].format(K=KEY, S=SEC, K8=KEY[:8] + "\u200b", K9=KEY[8:], S8=SEC[:8], S9=SEC[8:])
    look = show(
        f"<div style='position:fixed;inset:0;background:#0005'></div><div style='position:fixed;left:100px;top:50px;width:900px;background:#fff'><h3>View API Key</h3>{html}</div>"
    )
    for name, value in (("API Key", KEY), ("Secret Key", SEC)):
        reading = run(live.read(label(look, name)))
        assert reading is not None
        assert reading.shown.reveal() == value


def test_a_value_below_its_label_is_read_although_a_link_stands_right_of_the_label(show, run, live):
    part = "<div><header style='display:flex;justify-content:space-between'><span>{}</span><span style='cursor:pointer'>Copy it</span></header><div>{}</div></div>"
    look = show(part.format("API Key", KEY) + part.format("Secret Key", SEC))
    for name, value in (("API Key", KEY), ("Secret Key", SEC)):
        reading = run(live.read(label(look, name)))
        assert judge(reading, Shape("hex", 32)).value == Secret(value)


def test_a_value_further_down_the_page_is_not_that_of_a_label_with_a_link(show, run, live):
    look = show(f"<div><span>Secret Key</span> <a href=#>Show it</a></div><p style='margin-top:120px'>{SEC}</p>")
    assert judge(run(live.read(label(look, "Secret Key"))), Shape("hex", 32)).value is None


def test_masked_and_shortened_values_are_given_as_shown_with_the_whole_one_beside(show, run, live):
    look = show(f"""<div><p>API Key</p><p title="{KEY}">{KEY[:6]}…{KEY[-4:]}</p></div>
      <div><p>Secret Key</p><p>••••••••</p><button data-clipboard-text="{SEC}">Copy</button></div><div><p>Passphrase</p><p data-id="react-root-12345678">******</p></div>""")
    assert run(live.read(label(look, "API Key"))) == Reading(Secret(f"{KEY[:6]}…{KEY[-4:]}"), (Secret(KEY),))
    assert run(live.read(label(look, "Secret Key"))) == Reading(Secret("••••••••"), (Secret(SEC),))
    masked = run(live.read(label(look, "Passphrase")))
    assert masked.shown.reveal() == "******"


def test_a_second_source_that_agrees_is_given_and_foreign_attributes_are_not(show, run, live):
    look = show(
        f"<div data-row=abcdef123456789><p>Secret Key</p><p>{SEC}</p><button data-clipboard-text='{SEC}' data-x='{KEY}'>Copy</button></div>"
    )
    assert run(live.read(label(look, "Secret Key"))) == Reading(Secret(SEC), (Secret(SEC),))


def test_there_is_no_value_before_there_is_one(show, run, live):
    look = show("<div><div><p>Secret Key</p><p></p></div></div>")
    assert run(live.read(label(look, "Secret Key"))) is None


def test_a_list_of_rights_and_addresses_keeps_its_spaces(show, run, live):
    look = show(
        "<div><p>Permission</p><p><span>Read</span> <span>Trade</span></p></div><div><p>Bind IP Address</p><p>192.0.2.10, 192.0.2.11</p></div>"
    )
    assert run(live.read(label(look, "Permission"))).shown.reveal() == "Read Trade"
    assert run(live.read(label(look, "Bind IP Address"))).shown.reveal() == "192.0.2.10, 192.0.2.11"


def test_the_row_of_a_key_is_the_smallest_block_that_holds_a_mark(show, run, live):
    look = show("""<table><tr><td>bot1</td><td>4f9c…e4d3</td><td>Read, Trade</td><td><button>Delete</button></td></tr>
       <tr><td>bot12</td><td>aaaa…bbbb</td><td>Read</td><td><button>Delete</button></td></tr></table>""")
    assert run(live.row(label(look, "bot1"), ["Read", "Withdraw"])) == ("bot1", "4f9c…e4d3", "Read, Trade")
    delete = [c.ref for c in look.candidates if c.text == "Delete"]
    assert run(live.row(delete[1], ["bot12"]))[0] == "bot12"
    assert run(live.row(delete[1], ["nowhere"])) == ()


def qr(kind, text):
    code = segno.make(text, error="m")
    if kind == "svg":
        return code.svg_inline(scale=3, border=0)
    if kind == "table":
        cells = "".join(
            "<tr>"
            + "".join(
                f"<td style='padding:0;width:4px;height:4px;background:{'#000' if c else '#fff'}'></td>" for c in row
            )
            + "</tr>"
            for row in code.matrix
        )
        return f"<table cellspacing=0 style='border-collapse:collapse'>{cells}</table>"
    out = io.BytesIO()
    code.save(out, kind="png", scale=3, border=1)
    import base64

    url = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    if kind == "img":
        return f"<img src='{url}'>"
    if kind == "background":
        size = (len(code.matrix) + 2) * 3
        return f"<div style='width:{size}px;height:{size}px;background:url({url})'></div>"
    return f"<canvas id=c></canvas><script>const i=new Image();i.onload=()=>{{c.width=i.width;c.height=i.height;c.getContext('2d').drawImage(i,0,0);document.title='drawn'}};i.src='{url}'</script>"


@pytest.mark.parametrize("kind", ["img", "canvas", "svg", "table", "background"])
def test_a_qr_code_of_the_top_layer_is_decoded_and_those_below_are_not(show, run, live, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = f"apiKey={KEY}&secret={SEC}"
    look = show(f"""<div>{qr("img", "https://app.example/download")}</div><div style="position:fixed;inset:0;background:#0008;z-index:5"></div>
      <div style="position:fixed;left:300px;top:20px;width:600px;background:#fff;z-index:6;padding:20px"><h3>View API Key</h3>{qr(kind, text)}</div>""")
    while kind == "canvas" and look.title != "drawn":
        run(live.changed(look.stamp, 5))
        look = run(live.look())
    assert run(live.codes()) == (Secret(text),)
    assert not list(tmp_path.iterdir())


def test_a_code_on_a_page_with_a_chat_bubble_is_decoded(show, run, live):
    show(
        qr("img", "on the page")
        + "<div style='position:fixed;right:5px;bottom:5px;width:60px;height:60px;z-index:99' role=button>Chat</div>"
    )
    assert run(live.codes()) == (Secret("on the page"),)


def test_a_page_without_a_code_gives_none(show, run, live):
    show("<svg width=100 height=100><rect width=50 height=50></rect></svg>")
    assert run(live.codes()) == ()
