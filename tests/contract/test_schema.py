"""The schemas in docs/schema take what the reader takes: every shipped file, and no key that the reader does not know."""

from __future__ import annotations

import importlib.util
import json
import tomllib

import jsonschema
import pytest
from shipped import FOLDERS, ROOT

from autokey import catalog
from autokey.errors import FlowError

KINDS = {"flow": "flows", "selectors": "selectors", "consumer": "flows/consumers"}
FILES = [(kind, path) for kind, folder in KINDS.items() for path in sorted((ROOT / folder).glob("*.toml"))]
MISSPELT = {
    "flow": [
        ("[limits]", "[limit]"),
        ("ask   = ", "asks  = "),
        ("effect = ", "efect = "),
        ('ask   = "sign-in"', 'ask   = "signin"'),
    ],
    "selectors": [("role = ", "rol = "), ("labelled = ", "labeled = "), ("hosts = ", "host = "), ("is  ", "ist ")],
    "consumer": [("needs ", "need "), ("about ", "abuot "), ('"trade"', '"trading"')],
}
EXAMPLE = {"flow": "coinstore", "selectors": "coinstore", "consumer": "icg"}


def schema(kind: str) -> dict:
    return json.loads((ROOT / "docs" / "schema" / f"{kind}.json").read_text())


def wrong(kind: str, text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(schema(kind))
    return [error.message for error in validator.iter_errors(tomllib.loads(text))]


def tool():
    spec = importlib.util.spec_from_file_location("schema_tool", ROOT / "tools" / "schema.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_schemas_in_docs_are_what_the_reader_asks_for() -> None:
    made = tool()
    for kind, content in made.schemas().items():
        assert (made.OUT / f"{kind}.json").read_text() == made.written(content), "docs/schema is old: run make docs"


def test_every_sentence_of_the_schemas_stands_beside_a_key() -> None:
    made = tool()
    for kind, sentences in made.SENTENCES.items():
        text = json.dumps(schema(kind), ensure_ascii=False)
        assert [key for key, one in sentences.items() if json.dumps(one, ensure_ascii=False) not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_itself_one(kind: str) -> None:
    jsonschema.Draft7Validator.check_schema(schema(kind))


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda one: getattr(one, "stem", one))
def test_a_shipped_file_names_its_schema_and_is_taken_by_it(kind: str, path) -> None:
    text = path.read_text()
    first = text.splitlines()[0]
    assert first.startswith("#:schema ")
    assert (path.parent / first.removeprefix("#:schema ")).resolve() == ROOT / "docs" / "schema" / f"{kind}.json"
    assert wrong(kind, text) == []


@pytest.mark.parametrize(
    ("kind", "right", "misspelt"), [(kind, *pair) for kind, pairs in MISSPELT.items() for pair in pairs]
)
def test_a_misspelt_word_is_refused(kind: str, right: str, misspelt: str) -> None:
    text = (ROOT / KINDS[kind] / f"{EXAMPLE[kind]}.toml").read_text()
    assert right in text
    assert wrong(kind, text.replace(right, misspelt, 1)) != []


def test_the_reader_refuses_a_misspelt_key_too(tmp_path) -> None:
    for kind in ("flows", "selectors"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "other.toml").write_text((ROOT / kind / "coinstore.toml").read_text())
    flow = tmp_path / "flows" / "other.toml"
    flow.write_text(flow.read_text().replace("effect = ", "efect = ", 1))
    with pytest.raises(FlowError, match=r"flows/other\.toml:\d+: .*efect: is not a known key"):
        catalog.flow_named(catalog.Folders(FOLDERS.builtin, tmp_path), "other")
