"""A page on which the form stands beside the key list: its boxes are not those of the key; its words, the flow's."""

from __future__ import annotations

from types import SimpleNamespace

from autokey import rules
from autokey.engine import granted, language, listing
from autokey.model import Element, Screen, Step

LIST = Screen(
    "list",
    "page",
    (Element("0", "text", ("我的密钥",)),),
    elements={
        "trade": Element("trade", "role", ("交易",), role="checkbox", permission="trade"),
        "any": Element("any", "role", ("任意地址",), role="radio", anywhere=True),
        "key-trade": Element("key-trade", "role", ("允许交易",), role="checkbox", permission="trade"),
    },
)
STEPS = (
    Step("rights", "set", ("list",), ("trade",), state="ordered"),
    Step("any", "set", ("list",), ("any",), state="on"),
    Step("create", "click", ("list",), ("make",), effect="creates-key"),
    Step("change", "set", ("list",), ("key-trade",), state="ordered"),
)


def test_what_is_set_before_the_key_is_made_says_nothing_of_what_it_may_do():
    ctx = SimpleNamespace(flow=SimpleNamespace(steps=STEPS))
    found = granted._of_keys(ctx, SimpleNamespace(screen=LIST, name="list"))
    assert [one.name for one in found] == ["key-trade"]
    assert granted._of_keys(ctx, SimpleNamespace(screen=None, name="")) == []


def test_a_flow_written_in_the_site_s_own_language_has_its_words():
    banner = Screen("banner", "page", (Element("0", "text", ("Принять",)),))
    flow = SimpleNamespace(steps=STEPS, selectors=SimpleNamespace(screens={"list": LIST, "banner": banner}))
    assert language.of_flow(flow) == {"zh"}


HOME = Step("api", "click", ("home",), ("api",), to=("list",))
LABEL = Step("label", "fill", ("list",), ("name",), value="label")
CLOSE = Step("close", "click", ("created",), ("done",), to=("list",), effect="closes")
ROW = Step("listed", "expect", ("list",), ("row",))


def test_a_page_from_which_the_list_is_come_to_is_not_taken_for_the_list():
    """A key that the page before the list does not show would be said not to exist."""
    assert listing.screens(SimpleNamespace(steps=(HOME, LABEL, STEPS[2], CLOSE, ROW))) == ("list",)
    new = Step("new", "click", ("list",), ("new",), to=("form",))
    assert listing.screens(SimpleNamespace(steps=(HOME, new, STEPS[2], CLOSE, ROW))) == ("list",)


def test_a_flow_that_goes_back_to_its_form_says_where_the_key_list_is():
    limits = SimpleNamespace(ips_max=0)
    shown = Step("granted", "expect", ("created",), ("rights",))
    flow = SimpleNamespace(steps=(HOME, LABEL, STEPS[2], shown, CLOSE), has_label=True, limits=limits)
    (problem,) = rules.order_is_used(flow)
    assert 'expect = "row"' in problem.text
    flow.steps = (*flow.steps, ROW)
    assert list(rules.order_is_used(flow)) == []
