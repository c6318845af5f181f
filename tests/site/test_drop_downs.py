"""Rights and the IP rule as drop-downs that a page draws itself, in the markup of three libraries and of none.

The flow is the shipped one. Judged by what the look-alike's server holds and by every click that its page saw.
"""

from __future__ import annotations

import pytest

from lookalikes.kucoin import serve
from lookalikes.person import Outcome
from lookalikes.person import run as order


def create(site, home, answers=None) -> Outcome:
    return order(site, home, "--yes", exchange="kucoin", ips="192.0.2.10", answers=answers)


def stored(outcome: Outcome) -> None:
    """Exactly the ordered key exists and is stored, no key ever had another right, nothing wider was ever chosen."""
    world = outcome.world
    assert outcome.exit == 0, outcome.result
    assert world.granted == {"read", "trade"}
    assert world.wrong_clicks == []
    assert not {"choice:withdraw:on", "choice:read,trade,withdraw:on"} & set(world.clicks)
    (key,) = world.keys
    assert (set(key.rights), key.ips) == ({"read", "trade"}, ("192.0.2.10",))
    assert outcome.stored is not None
    assert (outcome.stored["api_key"], outcome.stored["secret_key"]) == (key.api_key, key.secret_key)


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(("antd", "preticked", "hostile-list"), id="a list drawn in part, withdraw chosen again and again"),
        pytest.param(("element",), id="tags with crosses"),
        pytest.param(("mui", "one-list"), id="one choice for all rights, under a modal list"),
        pytest.param(("plain", "preticked"), id="no ARIA at all"),
    ],
)
def test_a_key_has_the_ordered_rights_and_nobody_is_asked_but_for_the_codes(home, flags):
    with serve(f"lists-{flags[0]}", *flags[1:]) as site:
        outcome = create(site, home)
    stored(outcome)
    assert [event["step"] for event in outcome.questions] == ["verify"]


def naming(*marks: str):
    """Answer which one is meant by the first choice that has one of `marks`, as a program does."""

    def answer(event: dict, _world: object) -> dict | None:
        if "which" not in event["needs"]:
            return None
        fitting = [n for mark in marks for n, text in enumerate(event["choices"], 1) if mark in text]
        return {"choice": fitting[0]} if fitting else {"word": "stop"}

    return answer


@pytest.mark.parametrize(
    ("flags", "marks", "asked"),
    [
        pytest.param(("mui", "one-list", "odd-words"), ("Standard",), ["permissions"], id="words that tell nothing"),
        pytest.param(
            ("plain", "preticked", "buttons"),
            ("General", "Unrestricted"),
            ["permissions", "restricted"],
            id="buttons that may do anything",
        ),
    ],
)
def test_what_is_not_certain_is_asked_about_by_number_and_the_answer_ends_the_run(home, flags, marks, asked):
    with serve(f"lists-{flags[0]}", *flags[1:]) as site:
        outcome = create(site, home, naming(*marks))
    stored(outcome)
    assert [event["step"] for event in outcome.questions] == [*asked, "verify"]


CONTROLS = """<meta charset=utf-8><style>.frame{border:1px solid #555;width:300px;height:34px;margin:8px;cursor:pointer}
.box{float:right;width:14px;height:14px;border:1px solid #777;border-radius:50%%}</style>
<div class=frame id=aria role=combobox aria-haspopup=listbox aria-expanded=false tabindex=0>Read</div>
<div class="frame pick" id=arrow>Read <b>▾</b></div><hr>
<form><button id=sends aria-haspopup=listbox>Withdraw ▾</button></form>
<button id=button type=button class=frame>Withdraw ▾</button>
<div class=frame id=menu aria-haspopup=menu>Create ▾</div>
<h4>Withdraw</h4><div class="frame select" id=toggle>Enable withdrawals <i class=box></i></div><hr>
<div class="frame chip" id=first>Trade ▾</div><div class="frame chip" id=second>Withdraw ▾</div>
<label><div class=frame id=label>Withdraw ▾<input type=checkbox hidden></div></label>
<a href="/create" class=frame id=link>Create ▾</a>"""


def test_only_what_can_do_nothing_but_open_a_list_is_certain_to_be_a_drop_down(run, live, serve):
    async def found() -> dict[str, bool]:
        await live.open(serve(CONTROLS))
        words = {one.ref: one.testid or one.hints for one in (await live.look()).candidates}
        return {" ".join(words[ref]): sure for ref, sure in (await live.folded()).items()}

    told = run(found())
    assert [said for said, sure in told.items() if sure] == ["aria frame", "arrow frame pick"]
