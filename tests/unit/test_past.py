"""What `resume` reads out of the journal of a broken run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autokey import catalog, journal
from autokey.app import past
from autokey.model import Order

FLOWS = {flow.name: flow for flow in catalog.all_flows(catalog.Folders(catalog.builtin()))}
FIRST, LINK = "create-2fa", "create-link"


def run_of(*notes, flow="poloniex"):
    book = journal.open_journal(exchange="poloniex", flow=flow, label="x", service="autokey:poloniex:x")
    for phase, step, facts in notes:
        book.note(phase, step, "creates-key", **facts)
    book.close()
    return next(run for run in journal.runs() if run.path == book.path)


@pytest.mark.parametrize(
    ("notes", "mailed", "sure"),
    [
        ([("before", FIRST, {})], True, False),
        ([("before", FIRST, {}), ("before", FIRST, {"by": "us"})], True, False),
        ([("before", FIRST, {}), ("after", FIRST, {})], True, True),
        ([("after", FIRST, {}), ("before", LINK, {})], True, True),
        ([("before", LINK, {}), ("after", LINK, {})], False, False),
        ([("before", LINK, {}), ("after", "", {"seen": True})], False, False),
        ([], False, False),
    ],
)
def test_a_link_is_mailed_for_certain_or_perhaps_or_has_done_what_it_was_for(notes, mailed, sure):
    found = past.mailed(run_of(*notes), FLOWS["poloniex"], "creates-key")
    assert (found is not None, found is not None and found.sure) == (mailed, sure)
    assert found is None or (found.step.id == LINK and found.left > FLOWS["poloniex"].steps[0].expires)


def test_the_flow_that_was_followed_last_is_known():
    assert run_of().followed == "poloniex"
    notes = [("before", FIRST, {"flow": "poloniex-legacy"}), ("after", FIRST, {})]
    assert run_of(*notes).followed == "poloniex-legacy"


@pytest.mark.parametrize(
    ("more", "how", "words"),
    [
        ({}, {}, "autokey create coinstore --label X --ips 192.0.2.1 --permissions read,trade"),
        ({"sandbox": True}, {"builtin": True}, "autokey create coinstore --sandbox --label X"),
        ({"sandbox": True}, {}, "autokey create coinstore --via URL --label X"),
        ({"sandbox": True}, {"via": "http://127.0.0.1:8"}, "autokey create coinstore --via http://127.0.0.1:8 --label"),
        ({"ips": ()}, {}, "autokey create coinstore --label X --no-ip"),
        ({"label": "-x y"}, {}, "autokey create coinstore '--label=-x y' --ips"),
        ({"consumer": "icg", "account": "main"}, {}, "--permissions read,trade --for icg --account main"),
    ],
)
def test_the_command_that_orders_a_key_once_more_never_leads_from_a_look_alike_to_the_site(more, how, words):
    order = Order("coinstore", "X", frozenset({"trade", "read"}), ("192.0.2.1",))
    assert words in past.command(replace(order, **more), **how)
