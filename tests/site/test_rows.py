"""Where the row of one key ends on pages of many makes: by its structure, never by the words that stand in it."""

from __future__ import annotations

import pytest

IP, WORDS = "192.0.2.10", ["Read", "Trade", "Withdraw"]
FOOT = "<footer>Withdraw Fee &amp; Limit</footer>"
STYLE = "<style>.r{display:flex}.r div{flex:1}.g{display:grid;grid-template-columns:repeat(4,1fr)}.c{border:1px solid;margin:9px}</style>"


def row(cells: str) -> str:
    return "".join(f"<div>{cell}</div>" for cell in cells.split("|"))


def fields(cells: str) -> str:
    return "".join(
        f"<div><b>{name}</b><p>{text}</p></div>" for name, text in zip("NIPD", cells.split("|"), strict=True)
    )


MAKES = {
    "table": lambda cells: f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells.split('|'))}</tr></table>",
    "lines": lambda cells: f"<div><div class=r>{row('Name|IP|Rights|Date')}</div><div class=r>{row(cells)}</div></div>",
    "one line": lambda cells: f"<div><div class=r>{row(cells)}</div></div>",
    "grid": lambda cells: f"<div class=g>{row('Name|IP|Rights|Date')}{row(cells)}</div>",
    "cards": lambda cells: (
        f"<div><div class=c>{fields('other|198.51.100.1|Withdraw|2025')}</div><div class=c>{fields(cells)}</div></div>"
    ),
    "items": lambda cells: f"<ul><li>{fields(cells)}</li><li>{fields('other|198.51.100.1|Withdraw|2025')}</li></ul>",
}


def label(look) -> int:
    (found,) = [one for one in look.candidates if one.own == "bot1"]
    return found.ref


@pytest.mark.parametrize("make", MAKES)
def test_a_row_is_found_in_any_make_of_list(make, show, run, live):
    look = show(f"{STYLE}<div><div>{MAKES[make](f'bot1|{IP}|Read, Trade|2026')}</div>{FOOT}</div>")
    found = run(live.row(label(look), WORDS, [IP]))
    assert "Read, Trade" in found
    assert "Withdraw" not in " ".join(found)


@pytest.mark.parametrize("make", MAKES)
def test_rights_in_unknown_words_are_not_taken_from_elsewhere_on_the_page(make, show, run, live):
    look = show(f"{STYLE}<div><div>{MAKES[make](f'bot1|{IP}|Level 2|2026')}</div>{FOOT.replace('footer', 'div')}</div>")
    assert run(live.row(label(look), WORDS, [IP])) == ()
    assert IP in " ".join(run(live.row(label(look), [IP], WORDS)))


def test_a_card_whose_head_has_buttons_beside_the_name_is_read_as_a_whole(show, run, live):
    buttons = "<i style='flex:1'></i><button>Edit</button><button>Delete</button>"
    cards = "".join(
        f"<section class=c><div style='display:flex'><span>{name}</span><span>V3</span>{buttons}</div>"
        f"<p>API Restrictions</p><p>{right}</p></section>"
        for name, right in (("one", "Read"), ("two", "Trade"))
    )
    look = show(f"<div><h1>Keys</h1><div>{cards}</div></div>")
    ref = next(c.ref for c in look.candidates if c.own == "one")
    texts = run(live.row(ref, ["Read", "Trade"]))
    assert "Read" in texts
    assert "Trade" not in texts
