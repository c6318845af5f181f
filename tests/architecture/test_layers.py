"""The house rules that a reader relies on: who may import what, who may open a secret, what a module says of itself."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "autokey"
FILES = sorted(SOURCE.rglob("*.py"))

# Each module imports only from lower layers, or from its own layer without a circle (docs/adr; design, section 2).
LAYERS = (
    {"errors", "secret"},
    {"model"},
    {"ports"},
    {
        *(
            "catalog",
            "rules",
            "table",
            "match",
            "screens",
            "orders",
            "engine",
            "resume",
            "guide",
            "scaffold",
            "overlay",
            "schema",
        ),
    },
    {"browser", "record", "saved", "human", "vault", "journal", "verify", "folders", "inventory"},
    {"app"},
    {"cli", "cli_pages", "__main__"},
)
SANDBOX = "sandbox"  # beside: imports nothing of the rest, and only `app` starts it

# Where each third-party package may be imported; a path ends a folder with `/`.
THIRD_PARTY = {
    "playwright": ("browser/", "record/"),
    "keyring": ("vault/",),
    "pyrage": ("vault/",),
    "cryptography": ("vault/", "browser/via.py"),
    "filelock": ("vault/", "inventory.py", "journal.py"),
    "platformdirs": ("folders.py",),
    "typer": ("cli.py", "cli_pages.py"),
    "click": ("cli.py",),
    "pyotp": ("human/totp.py", "sandbox/"),
    "segno": ("sandbox/",),
    "zxingcpp": ("browser/codes.py",),
    "PIL": ("browser/codes.py",),
}

# Every place where the text of a Secret is taken out, and what for.
OPENS_SECRETS = {
    "secret.py": "defines it",
    "app/shelf.py": "prints or hands over a stored credential when told to",
    "browser/keys.py": "types into a field, over CDP",
    "engine/capture.py": "checks the shape of what was read",
    "engine/links.py": "opens a mailed link",
    "human/totp.py": "makes a code from a seed",
    "vault/age.py": "encrypts",
    "vault/backends.py": "hands to the keyring",
    "vault/identity.py": "wraps the vault's key",
    "vault/item.py": "writes the stored form",
}

# The first characters of an API key, for a person to tell keys apart; of a secret never.
SHOWS_BEGINNING = {"app/people.py", "engine/keylist.py"}

LONGEST = 400
LONGER = {
    "engine/run.py": "the order of events is the contract, read in one piece",
    "browser/page.py": "one port, one class: every act beside the others that share its waiting",
    "catalog.py": "one reader for one file format",
}


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def top(path: Path) -> str:
    return name_of(path).split("/")[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Full names of everything a module imports, wherever in it, for types too."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own_imports(path: Path) -> set[str]:
    """Our own top-level modules that a file imports, besides its own."""
    parts = {one.split(".")[1] for one in imports(path) if one.startswith("autokey.")}
    return {part for part in parts if (SOURCE / part).exists() or (SOURCE / f"{part}.py").exists()} - {top(path)}


def layer(module: str) -> int:
    return next((number for number, names in enumerate(LAYERS) if module in names), -1)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_module_imports_only_from_its_layer_and_below(path: Path) -> None:
    module = top(path)
    if name_of(path) == "__init__.py":
        assert own_imports(path) == set()
        return
    if module == SANDBOX:
        assert own_imports(path) == set(), "the sandbox knows nothing of the rest"
        return
    assert layer(module) >= 0, f"{module} is in no layer: say in LAYERS where it belongs"
    used = own_imports(path)
    assert SANDBOX not in used or module == "app", "only app starts the sandbox"
    higher = {other for other in used - {SANDBOX} if layer(other) > layer(module)}
    assert higher == set()


def test_modules_of_one_layer_do_not_import_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in FILES:
        graph.setdefault(top(path), set()).update(own_imports(path))
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join([*way, module])
        if module not in done:
            for other in sorted(graph.get(module, ())):
                visit(other, (*way, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_no_two_files_import_each_other_not_even_for_types_or_inside_a_function() -> None:
    """Nor any longer circle: what needs each other is one thing, or there is a third one below them."""
    files = {"autokey." + name_of(path).removesuffix(".py").replace("/", "."): path for path in FILES}
    files = {name.removesuffix(".__init__"): path for name, path in files.items()}
    graph = {}
    for name, path in files.items():
        needed = {one for one in imports(path) if one in files}
        # `from package import part` needs the part, not the package's face, which imports all its parts.
        graph[name] = needed - {one.rpartition(".")[0] for one in needed} - {name}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_third_party_package_is_imported_only_where_it_is_said(path: Path) -> None:
    foreign = {one.split(".")[0] for one in imports(path)} - set(sys.stdlib_module_names) - {"autokey", ""}
    where = name_of(path)
    for package in foreign:
        assert package in THIRD_PARTY, f"{package} is not in THIRD_PARTY"
        assert any(
            where == place or (place.endswith("/") and where.startswith(place)) for place in THIRD_PARTY[package]
        )


def test_every_package_of_the_project_file_is_confined() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    module = {"zxing-cpp": "zxingcpp", "pillow": "PIL"}
    names = {re.split(r"[<>=~! ]", one)[0] for one in wanted}
    assert {module.get(name, name) for name in names} <= set(THIRD_PARTY)


def test_secrets_are_opened_only_in_the_named_files() -> None:
    opening = set()
    for path in FILES:
        if top(path) == SANDBOX:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"reveal", "_Secret__value"}:
                opening.add(name_of(path))
    assert opening - set(OPENS_SECRETS) == set(), "a new place opens secrets: does it have to?"
    asking = {name_of(path) for path in FILES for node in ast.walk(tree(path)) if is_named(node, "beginning")}
    assert asking == SHOWS_BEGINNING
    exists = {name for name in OPENS_SECRETS if (SOURCE / name).is_file()}
    assert exists - opening - {"secret.py"} == set(), "these open no secret any more: take them off the list"


def is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name


def exchange_names() -> set[str]:
    found = set()
    for path in (ROOT / "flows").glob("*.toml"):
        data = tomllib.loads(path.read_text())
        found |= {path.stem, data.get("exchange", path.stem)}
    return found | {path.stem for path in (ROOT / "flows" / "consumers").glob("*.toml")}


def docstrings(module: ast.Module) -> set[int]:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(module) if isinstance(node, holders) and node.body]
    return {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}


@pytest.mark.parametrize("path", [path for path in FILES if top(path) != SANDBOX], ids=name_of)
def test_the_code_knows_no_exchange_and_no_consumer_by_name(path: Path) -> None:
    """Examples in help and in sentences to a person may name one; nothing that code could ask about may."""
    known = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in exchange_names()), re.IGNORECASE)
    written = docstrings(tree(path))
    for node in ast.walk(tree(path)):
        said = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in written:
            said = "" if " " in node.value else node.value  # a sentence is for a person
        elif isinstance(node, ast.Name):
            said = node.id.replace("_", "-")
        elif isinstance(node, ast.Attribute):
            said = node.attr.replace("_", "-")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            said = node.name.replace("_", "-")
        assert not known.search(said), f"{name_of(path)}:{getattr(node, 'lineno', 0)} names an exchange or a consumer"


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.js")), ids=name_of)
def test_the_scripts_for_pages_know_no_exchange_by_name(path: Path) -> None:
    if top(path) == SANDBOX:
        pytest.skip("the look-alikes are exchanges")
    known = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in exchange_names()), re.IGNORECASE)
    assert not known.search(path.read_text())


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_module_says_what_it_is_for_and_what_it_knows_nothing_of(path: Path) -> None:
    said = ast.get_docstring(tree(path)) or ""
    assert said, "no docstring"
    if name_of(path) != "__init__.py":
        assert "Knows nothing of" in said.split("\n\n")[-1]


@pytest.mark.parametrize("path", sorted([*FILES, *SOURCE.rglob("*.js")]), ids=name_of)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST or name_of(path) in LONGER, f"{lines} lines; split it, or give a reason in LONGER"


@pytest.mark.parametrize("path", [path for path in FILES if top(path) != SANDBOX], ids=name_of)
def test_no_text_of_the_code_names_an_exchange_either(path: Path) -> None:
    exchanges = {one for one in exchange_names() if (ROOT / "flows" / f"{one}.toml").exists()}
    known = re.compile("|".join(re.escape(name) for name in exchanges), re.IGNORECASE)
    assert known.search(path.read_text()) is None
