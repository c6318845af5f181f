"""Every flow in flows/ is valid, is documented as it is, and fits its recorded pages. A new one needs no code here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from shipped import FLOWS, FOLDERS, RECORDINGS, ROOT

from autokey import catalog, guide, rules, saved
from autokey.record import scan


def exchange_of(name: str) -> str:
    """Read without the catalog, so that a flow that is not valid fails its own tests and not the collection."""
    return tomllib.loads((ROOT / "flows" / f"{name}.toml").read_text()).get("exchange", name)


EXCHANGES = sorted({exchange_of(name) for name in FLOWS})


@pytest.fixture(params=FLOWS)
def flow(request: pytest.FixtureRequest):
    return catalog.flow_named(FOLDERS, request.param)


def test_there_are_flows() -> None:
    assert FLOWS


def test_a_flow_parses_and_is_valid(flow) -> None:
    assert [f"flows/{flow.name}.toml:{one.line}: {one.text}" for one in rules.problems(flow)] == []


def test_a_flow_names_guides_and_a_title_of_its_own(flow) -> None:
    assert all(source.file and source.step for step in flow.steps for source in step.sources)
    assert [other.name for other in catalog.all_flows(FOLDERS) if other.title == flow.title] == [flow.name]


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_the_guide_in_docs_is_what_the_flows_say(exchange: str) -> None:
    page = ROOT / "docs" / "exchanges" / f"{exchange}.md"
    assert page.is_file(), f"docs/exchanges/{exchange}.md is missing: run make docs"
    wanted = guide.markdown(catalog.flows_of(FOLDERS, exchange), None, catalog.all_consumers(FOLDERS))
    assert page.read_text() == wanted, "docs/exchanges is out of date: run make docs"


def test_docs_hold_no_page_of_an_exchange_that_has_no_flow() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "exchanges").glob("*.md")} - {"README"}
    assert pages <= set(EXCHANGES)


def test_every_flow_has_a_recording(flow) -> None:
    kept, wrong = saved.newest(flow, RECORDINGS)
    assert wrong == []
    assert kept, f"recordings/{flow.name} is missing: run python tools/record_sandbox.py {flow.name}"


def test_screens_are_told_and_elements_found_on_the_recorded_pages(flow, replayed) -> None:
    assert replayed[flow.name] == []


def test_every_recorded_file_is_clean_and_belongs_to_a_flow() -> None:
    flows = {one.name: one for one in catalog.all_flows(FOLDERS)}
    wrong = []
    for path in sorted(RECORDINGS.rglob("*")):
        if path.is_dir():
            continue
        place = path.relative_to(RECORDINGS)
        if len(place.parts) != 3 or place.parts[0] not in flows:
            wrong.append(f"{place} belongs to no flow")
        elif path.name != "recording.toml":
            found = scan.problems(path.read_text(), flows[place.parts[0]].credential)
            wrong += [f"{place} {text}" for text in found]
    assert wrong == []


def test_what_disturbs_a_run_is_recorded_from_the_sandbox_too(flow) -> None:
    disturbing = {name for name, screen in flow.selectors.screens.items() if screen.way_out}
    assert disturbing
    for one in saved.newest(flow, RECORDINGS)[0]:
        assert one.origin != "sandbox" or disturbing <= set(one.pages.values())


def test_recordings_of_the_sandbox_say_so_in_folder_file_and_page(flow) -> None:
    for one in saved.newest(flow, RECORDINGS)[0]:
        assert one.folder.name == f"{one.date}-{one.origin}-{one.language}"
        pages = [(one.folder / f"{page}.html").read_text().lower() for page in one.pages]
        assert all(("sandbox" in page) == (one.origin == "sandbox") for page in pages)


def test_the_recordings_are_small(flow) -> None:
    sizes = {
        path.name: path.stat().st_size
        for one in saved.newest(flow, RECORDINGS)[0]
        for path in Path(one.folder).iterdir()
    }
    assert {name: size for name, size in sizes.items() if size > scan.LARGEST} == {}
