"""That a replay finds what it is for: a page or a selector that no longer fits, and everything that must not be kept.

The first flow's recording is spoiled in one way at a time.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest
from shipped import FLOWS, FOLDERS, RECORDINGS

from autokey import catalog, saved
from autokey.record import aria

FLOW = catalog.flow_named(FOLDERS, FLOWS[0])
CAPTURE = next(step for step in FLOW.steps if step.verb == "capture")
CREATE = next(step for step in FLOW.steps if step.verb == "click" and step.to)
CLICKED = FLOW.selectors.screens[CREATE.on[0]].elements[CREATE.target[0]]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(RECORDINGS / FLOW.name, tmp_path / FLOW.name)
    return next((tmp_path / FLOW.name).iterdir())


def page_of(copy, screen: str):
    named = saved.read(copy).pages
    return copy / f"{next(page for page, shows in named.items() if shows == screen)}.html"


def change(path, old: str, new: str) -> None:
    text = path.read_text()
    changed = re.sub(old, new, text)
    assert changed != text
    path.write_text(changed)
    path.with_name(path.name.replace(".html", ".aria.yaml")).write_text(aria.snapshot(changed))


def problems(copy, flow=FLOW) -> list[str]:
    return saved.problems(flow, copy.parent.parent)


def test_an_unspoiled_copy_has_no_problems(copy) -> None:
    assert problems(copy) == []


def test_a_flow_without_recording_has_none_either(tmp_path) -> None:
    assert saved.problems(FLOW, tmp_path) == []
    assert saved.newest(FLOW, tmp_path) == ([], [])


def test_words_that_changed_on_the_page_are_named_with_page_screen_and_element(copy) -> None:
    name = CAPTURE.target[0]
    word = FLOW.selectors.screens[CAPTURE.on[0]].elements[name].words[0]
    change(page_of(copy, CAPTURE.on[0]), rf">{word}<", ">Something<")
    assert any(CAPTURE.on[0] in text and f"{page_of(copy, CAPTURE.on[0]).name}" in text for text in problems(copy))


def test_a_selector_that_fits_nothing_is_named(copy) -> None:
    step = next(step for step in FLOW.steps if step.verb == "fill")
    screen = FLOW.selectors.screens[step.on[0]]
    odd = replace(screen.elements[step.target[0]], words=("Zebra crossing",))
    spoiled = replace(screen, elements={**screen.elements, odd.name: odd})
    selectors = replace(FLOW.selectors, screens={**FLOW.selectors.screens, screen.name: spoiled})
    found = problems(copy, replace(FLOW, selectors=selectors))
    assert any(f"{screen.name}.{odd.name} is not" in text for text in found), found


def test_two_things_of_the_same_words_are_named(copy) -> None:
    screen = CAPTURE.on[0]
    word = FLOW.selectors.screens[screen].elements[CAPTURE.target[0]].words[0]
    change(page_of(copy, screen), rf"(<div style=\"[^\"]*\">{word}</div>)", r"\1\n\1")
    assert any(f"{screen}.{CAPTURE.target[0]} is not certain" in text for text in problems(copy)), problems(copy)


def test_a_page_that_shows_another_screen_is_named(copy) -> None:
    named = saved.read(copy).pages
    toml = copy / "recording.toml"
    one, other = list(named.items())[-2:]
    toml.write_text(toml.read_text().replace(f'{one[0]} = "{one[1]}"', f'{one[0]} = "{other[1]}"'))
    assert any(f"shows the screen {other[1]}, but {one[1]} is recognised" in text for text in problems(copy))


def test_a_screen_without_a_page_is_named(copy) -> None:
    named = saved.read(copy).pages
    page = next(page for page, screen in named.items() if list(named.values()).count(screen) == 1)
    (copy / f"{page}.html").unlink()
    (copy / f"{page}.aria.yaml").unlink()
    toml = copy / "recording.toml"
    toml.write_text(re.sub(rf"(?m)^{page} = .*\n", "", toml.read_text()))
    assert any(f"no page shows the screen {named[page]}" in text for text in problems(copy))


def test_a_snapshot_that_is_not_of_its_page_is_named(copy) -> None:
    path = next(copy.glob("*.aria.yaml"))
    path.write_text(path.read_text() + "- text: more\n")
    assert any(f"{path.name} is not what" in text for text in problems(copy))


def test_files_too_many_and_too_few_are_named(copy) -> None:
    (copy / "notes.txt").write_text("x")
    next(copy.glob("*.aria.yaml")).unlink()
    found = problems(copy)
    assert any("notes.txt is no part" in text for text in found)
    assert any(".aria.yaml is missing" in text for text in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"</body>", "<p>6d320472125dc50e1345f402f7c6bd60</p></body>"),
        (r"</body>", "<p>maria@example.org</p></body>"),
        (r"</body>", "<p>203.0.113.9</p></body>"),
        (r"</body>", "<script>x</script></body>"),
        (r"<body ", '<body onload="x" '),
    ],
)
def test_what_must_not_be_kept_is_found_before_a_browser_opens(copy, old: str, new: str) -> None:
    path = page_of(copy, CAPTURE.on[0])
    change(path, old, new)
    assert any(path.name in text for text in saved.unclean(FLOW, saved.read(copy)))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("format   = 1", "format   = 9"),
        lambda text: text.replace('origin   = "sandbox"', 'origin   = "elsewhere"'),
        lambda text: text.replace("[pages]", "[other]"),
        lambda text: text.replace("viewport = [", "viewport = ["[:-1] + '["a", '),
        lambda text: text + "[",
        lambda text: text.replace(f'flow     = "{FLOW.name}"', 'flow     = "nobody"'),
    ],
)
def test_a_recording_that_does_not_say_what_it_is_is_named(copy, spoil) -> None:
    toml = copy / "recording.toml"
    toml.write_text(spoil(toml.read_text()))
    assert any(copy.name in text for text in problems(copy))


def test_only_the_newest_of_an_origin_and_language_counts(copy) -> None:
    older = copy.with_name(copy.name.replace(saved.read(copy).date, "2020-01"))
    shutil.copytree(copy, older)
    toml = older / "recording.toml"
    toml.write_text(toml.read_text().replace(f'"{saved.read(copy).date}"', '"2020-01"'))
    change(page_of(older, CAPTURE.on[0]), r"</body>", "<p>Something</p></body>")
    assert [one.folder for one in saved.newest(FLOW, copy.parent.parent)[0]] == [copy]
