"""Which files are read, whose come first, and what is said of a name that is not there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from autokey import catalog
from autokey.errors import FlowError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

ROOT = catalog.builtin()
SHIPPED = catalog.Folders(ROOT)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of the user's own, with a flow and selectors copied from shipped ones under another name."""
    for kind in ("flows", "selectors"):
        (tmp_path / kind).mkdir()
        shutil.copy(ROOT / kind / "coinstore.toml", tmp_path / kind / "mine.toml")
    return tmp_path


def test_the_interface_of_today_comes_first() -> None:
    assert [flow.name for flow in catalog.flows_of(SHIPPED, "kucoin")] == ["kucoin", "kucoin-2020"]
    assert [flow.name for flow in catalog.flows_of(SHIPPED, "poloniex")] == ["poloniex", "poloniex-legacy"]


def test_one_name_stands_for_all_interfaces_of_an_exchange() -> None:
    assert "kucoin-2020" not in catalog.exchanges(SHIPPED)
    assert {"coinstore", "kucoin", "poloniex", "poloniex-futures"} <= set(catalog.exchanges(SHIPPED))


@pytest.mark.parametrize(("typed", "meant"), [("coinstor", "coinstore"), ("kukoin", "kucoin"), ("polonix", "poloniex")])
def test_the_nearest_names_are_offered(typed: str, meant: str) -> None:
    with pytest.raises(UsageError, match=meant):
        catalog.flows_of(SHIPPED, typed)


def test_where_nothing_is_near_all_are_named() -> None:
    with pytest.raises(UsageError, match=r"Known: .*coinstore.*kucoin.*poloniex"):
        catalog.flows_of(SHIPPED, "zzzz")
    with pytest.raises(UsageError, match="icg"):
        catalog.consumer_named(SHIPPED, "zzzz")


def test_a_flow_of_ones_own_is_read_and_marked(own: Path) -> None:
    flow = catalog.flow_named(catalog.Folders(ROOT, own), "mine")
    assert flow.local
    assert len(flow.digest) == 64
    assert not catalog.flow_named(SHIPPED, "coinstore").local
    assert "mine" in catalog.exchanges(catalog.Folders(ROOT, own))


def test_a_file_of_ones_own_counts_before_a_shipped_one(own: Path) -> None:
    path = own / "flows" / "coinstore.toml"
    path.write_text((ROOT / "flows" / "coinstore.toml").read_text().replace('title    = "Coinstore"', 'title = "Ours"'))
    flow = catalog.flow_named(catalog.Folders(ROOT, own), "coinstore")
    assert (flow.title, flow.local) == ("Ours", True)


def test_a_flow_cannot_leave_its_folder(own: Path) -> None:
    (own / "outside.toml").write_text((ROOT / "flows" / "coinstore.toml").read_text())
    with pytest.raises((UsageError, FlowError)):
        catalog.flow_named(catalog.Folders(ROOT, own), "../outside")


def test_selectors_that_are_missing_are_named(own: Path) -> None:
    (own / "selectors" / "mine.toml").unlink()
    with pytest.raises(FlowError, match=r"^selectors/mine\.toml"):
        catalog.flow_named(catalog.Folders(ROOT, own), "mine")


@pytest.mark.parametrize(
    "text", ["", "format = 1\n", "format = 2\n", "[", "\x00", "format = 1\nfor = while\n", "é" * 10]
)
@pytest.mark.parametrize("kind", ["flows", "selectors"])
def test_any_broken_file_is_a_sentence_with_file_and_line(own: Path, kind: str, text: str) -> None:
    (own / kind / "mine.toml").write_text(text)
    with pytest.raises(FlowError, match=rf"^{kind}/mine\.toml"):
        catalog.flow_named(catalog.Folders(ROOT, own), "mine")


def test_a_file_that_is_no_text_is_a_sentence(own: Path) -> None:
    (own / "flows" / "mine.toml").write_bytes(b"\xff\xfe\x00title")
    with pytest.raises(FlowError, match=r"^flows/mine\.toml"):
        catalog.flow_named(catalog.Folders(ROOT, own), "mine")


def test_what_every_exchange_shares_is_on_every_exchange() -> None:
    for name in SHIPPED.names("flows"):
        screens = catalog.flow_named(SHIPPED, name).selectors.screens
        assert any(screen.interruption and screen.asks == "sign-in" for screen in screens.values())


def test_elements_that_create_grant_or_hold_a_secret_are_never_taken_by_likeness() -> None:
    for name in SHIPPED.names("flows"):
        flow = catalog.flow_named(SHIPPED, name)
        for screen in flow.selectors.screens.values():
            for element in screen.elements.values():
                if element.secret or element.permission or element.danger:
                    assert element.guarded, f"{name}: {screen.name}.{element.name}"
        for step in flow.steps:
            pressed = {"click": set(step.target), "ask": {step.submit}}.get(step.verb, set())
            if step.effect in {"creates-key", "changes-key", "closes", "deletes-key", "enables-api", "reveals"}:
                for on in step.on:
                    elements = flow.selectors.screens[on].elements
                    for one in pressed & set(elements):
                        assert elements[one].guarded, f"{name}: {on}.{one}"
