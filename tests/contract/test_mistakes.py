"""What a contributor could get wrong in a flow or its selectors is found before a browser opens, with file and line.

Each mistake is made in every shipped flow, one at a time.
"""

from __future__ import annotations

import re
import shutil

import pytest
from shipped import FLOWS, ROOT

from autokey import catalog, rules
from autokey.errors import FlowError

MULTI = re.MULTILINE | re.DOTALL
STEP = r'^\[\[step\]\]\nid\s*= "{}".*?(?=^\[\[step\]\]|\Z)'
WITH = r"^\[\[step\]\]\n(?:(?!\[\[step\]\]).)*?^{}.*?(?=^\[\[step\]\]|\Z)"  # the first step with such a line


def drop(pattern: str):
    return lambda text: re.sub(pattern, "", text, count=1, flags=MULTI)


def swap(pattern: str, new: str):
    return lambda text: re.sub(pattern, new, text, count=1, flags=MULTI)


# name: file, what is changed, words of the sentence that must be said
MISTAKES = {
    "a key that nobody knows": ("flows", swap(r"^text(\s*)=", r"wait\1= 5\ntext\1="), "not a known key"),
    "no step creates the key": (
        "flows",
        lambda text: re.sub(r'(?m)^effect\s*= "creates-key"[^\n]*\n', "", text),
        "creates-key",
    ),
    "the key is created twice": (
        "flows",
        swap(r'^(id\s*= "open"\n)', r'\1effect = "creates-key"\n'),
        "cannot have it|two keys|cannot have one",
    ),
    "the secret is never read": ("flows", drop(WITH.format("capture")), "no step captures|captures it"),
    "a step is not documented": ("flows", drop(r"^guide\s*= \{[^\n]*\n"), "no `guide`"),
    "two steps of one name": ("flows", swap(r'^id(\s*)= "sign-in"', r'id\1= "open"'), "two steps are named"),
    "a screen that is not there": ("flows", swap(r'^on(\s*)= "[\w-]+"', r'on\1= "nowhere"'), "'nowhere'"),
    "an element that is not there": (
        "flows",
        swap(r'^click(\s*)= "[\w-]+"', r'click\1= "nothing"'),
        "'nothing'",
    ),
    "plain http": ("flows", swap(r'^site(\s*)= "https:', r'site\1= "http:'), "not https"),
    "a foreign address": (
        "flows",
        swap(r'^open(\s*)= "https://[^"]*"', r'open\1= "https://login.example.org/"'),
        "not https on a listed host",
    ),
    "an address that is none": ("flows", swap(r'^open(\s*)= "https://[^"]*"', r'open\1= "https://[x"'), "not https"),
    "two verbs in one step": (
        "flows",
        swap(r'^(click\s*= "[^"]*"\n)', r'\1fill = "x"\n'),
        "exactly one verb",
    ),
    "a right that does not exist": ("flows", swap(r"^read(\s*)= ", r"reed\1= "), "not a permission"),
    "nothing is compared": (
        "flows",
        lambda text: re.sub(WITH.format("expect"), "", text, flags=MULTI),
        "compare",
    ),
    "the label is not put in": ("flows", swap(r'^with(\s*)= "label"', r'with\1= "ips"'), "label"),
    "a passphrase in the place of the label": (
        "flows",
        swap(r'^with(\s*)= "label"', r'with\1= "passphrase"'),
        "no step fills in the label|fills in a passphrase",
    ),
    "a made-up date": ("flows", swap(r'^verified(\s*)= "[^"]*"', r'verified\1= "soon"'), "verified"),
    "another format": ("flows", swap(r"^format(\s*)= 1", r"format\1= 2"), "must be 1"),
    "not TOML": ("flows", swap(r"^\[permissions\]", "[permissions"), "not TOML"),
    "the selectors' secret is not marked": (
        "selectors",
        swap(r"^(secret_key\s*= \{[^\n]*?), secret = true", r"\1"),
        "not mark it as secret|shows a secret|not marked",
    ),
    "a host with a star": (
        "selectors",
        swap(r'^hosts(\s*)= \["[^"]*"', r'hosts\1= ["*.example.com"'),
        "host",
    ),
    "how rights are shown is not said": ("selectors", drop(r"^\[shown\].*?(?=^\[)"), r"\[shown\]"),
    "an element that no step uses": (
        "selectors",
        lambda text: re.sub(
            r"(?m)^(secret_key\s*=[^\n]*\n)", r'\1idle = { role = "button", name = "Idle" }\n', text, count=1
        ),
        "no step uses",
    ),
    "an element found in two ways": (
        "selectors",
        swap(r"^(secret_key\s*= \{ )", r'\1css = "x", '),
        "exactly one way",
    ),
    "an invisible character": ("selectors", swap(r"^\[screen", "# \u200b\n[screen"), "invisible character"),
}
# Mistakes that cannot be made in a flow that has no such thing.
UNLESS = dict.fromkeys(
    ("the label is not put in", "a passphrase in the place of the label"),
    lambda text: not re.search(r'with\s*= "label"', text),
)


@pytest.fixture(params=FLOWS)
def flow_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_with_file_and_line(flow_name: str, mistake: str, tmp_path) -> None:
    kind, change, said = MISTAKES[mistake]
    for folder in ("flows", "selectors"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / kind / f"{flow_name}.toml"
    before = path.read_text()
    if mistake in UNLESS and UNLESS[mistake](before):
        pytest.skip("this flow has no such thing")
    after = change(before)
    assert after != before, "the mistake could not be made: the table above does not fit this flow's text"
    path.write_text(after)
    folders = catalog.Folders(tmp_path)
    try:
        found = rules.problems(catalog.flow_named(folders, flow_name))
        told = [f"flows/{flow_name}.toml:{one.line}: {one.text}" for one in found]
    except FlowError as error:
        told = [str(error)]
    assert any(re.search(said, text) for text in told), told
    assert all(re.match(r"(flows|selectors)/[\w-]+\.toml:\d+: ", text) for text in told), told


def test_a_flow_with_a_mistake_does_not_run(tmp_path) -> None:
    for folder in ("flows", "selectors"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "flows" / f"{FLOWS[0]}.toml"
    path.write_text(MISTAKES["the secret is never read"][1](path.read_text()))
    flow = catalog.flow_named(catalog.Folders(tmp_path), FLOWS[0])
    with pytest.raises(FlowError, match=rf"flows/{FLOWS[0]}.toml:\d+: "):
        rules.require_valid(flow)
