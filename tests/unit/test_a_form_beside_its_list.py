"""A page on which the form stands beside the key list: its boxes are not those of the key; its words, the flow's."""

from __future__ import annotations

from types import SimpleNamespace

from autokey.engine import granted, language
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
