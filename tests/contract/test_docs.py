"""What README, SECURITY and the guides say exists: commands, options, tests, files, exit codes, events."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from functools import cache

import pytest
from shipped import FOLDERS, ROOT

from autokey import catalog, errors, model

DOCUMENTS = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "docs/guide.md", "docs/exchanges/README.md")
TEXTS = {document: (ROOT / document).read_text() for document in DOCUMENTS}
COMMANDS = sorted(
    {
        (document, line.split("#")[0].split("   ")[0].strip())
        for document, text in TEXTS.items()
        for block in re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        for line in re.findall(r"^(?:\$ |\.venv/bin/)?(autokey .*)$", block, re.MULTILINE)
    }
    | {
        (document, words)
        for document, text in TEXTS.items()
        for words in re.findall(r"`(autokey [a-z]+[^`\n]*)`", text)
        if not re.search(r"autokey (COMMAND|\.)", words)
    }
)


@cache
def help_of(*command: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "autokey", *command, "--help"], capture_output=True, text=True, check=True
    )
    return ran.stdout


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_a_command_in_the_documents_exists_with_its_options(document: str, command: str) -> None:
    words = shlex.split(command.split(" -- ", maxsplit=1)[0])[1:]
    if words[0].startswith("-"):
        assert words[0] in help_of()
        return
    below = words[:2] if words[0] == "selectors" and len(words) > 1 and words[1].isalpha() else words[:1]
    told = help_of(*[word.strip(",") for word in below])
    assert [word for word in words if word.startswith("--") and word not in told] == [], document


def test_the_readme_names_every_command_and_no_other() -> None:
    listed = set(re.findall(r"^  ([a-z]+) ", help_of().split("Commands:")[1], re.MULTILINE))
    said = TEXTS["README.md"].split("\nThere: ")[1].split(";")[0]
    assert set(re.findall(r"`([a-z]+)`", said)) == listed


def test_every_test_that_security_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXTS["SECURITY.md"])
    rows = re.findall(r"^\| (\d+) \|.*$", TEXTS["SECURITY.md"], re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, len(rows) + 1))
    assert len(named) > len(rows) > 20
    for row in re.findall(r"^\| \d+ \|.*$", TEXTS["SECURITY.md"], re.MULTILINE):
        assert "`tests/" in row, f"a promise without a test: {row}"
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text())
        assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}, f"{path}::{name}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    here = (ROOT / document).parent
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", TEXTS[document]):
        path, _, anchor = (target[0] or target[1]).partition("#")
        if path.startswith("http"):
            continue
        file = (here / path).resolve() if path else ROOT / document
        assert file.exists(), f"{document}: {path}"
        if anchor:
            heads = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, f"{document}: #{anchor}"


@pytest.mark.parametrize("document", ["README.md", "docs/guide.md"])
def test_the_exit_codes_are_those_of_the_errors(document: str) -> None:
    codes = {one.exit_code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)}
    table = TEXTS[document].split("## Exit codes")[1].split("\n## ")[0]
    assert {int(code) for code in re.findall(r"^\| \**(\d)\** \|", table, re.MULTILINE)} == (codes - {1}) | {0}


def test_every_exchange_consumer_right_and_gate_is_in_the_documents() -> None:
    flows = catalog.all_flows(FOLDERS)
    assert [flow.exchange for flow in flows if f"[{flow.exchange}]" not in TEXTS["README.md"]] == []
    table = TEXTS["docs/exchanges/README.md"]
    assert [one.name for one in flows if f"[{one.name}]" not in table and f"(`{one.name}`)" not in table] == []
    words = [*FOLDERS.names("flows/consumers"), *model.PERMISSIONS, *model.ASKS]
    assert [word for word in words if f"`{word}`" not in TEXTS["docs/guide.md"]] == []


def test_the_readme_says_what_was_counted() -> None:
    counted = re.findall(r"\*\*(\d+)\*\* = .*?\*\*(\d+)\*\*:", TEXTS["docs/exchanges/README.md"])
    said = re.findall(r"\| (\d+) \| (\d+) \|$", TEXTS["README.md"], re.MULTILINE)
    assert said == counted
    assert len(said) == len(catalog.all_flows(FOLDERS))
