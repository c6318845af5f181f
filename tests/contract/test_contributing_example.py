"""Who follows CONTRIBUTING.md adds an exchange: its example is run as it stands there, and it explains every key."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from shipped import ROOT

from loopback import Handler, serving

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
PAGE = Path(__file__).with_name("sample_site.html").read_bytes()
JSON = "application/json"
MAILED, SHOWN_BY_APP = "481516", "234242"


class Site(Handler):
    """The invented exchange: one page, and the codes that it takes."""

    def get(self) -> None:
        self.reply(PAGE, "text/html")

    def post(self) -> None:
        body = self.body()
        if self.path != "/create":
            return self.reply(b"{}", JSON)
        said = json.loads(body)
        if (said["mail"], said["app"]) != (MAILED, SHOWN_BY_APP):
            return self.reply(b"{}", JSON, 400)
        self.server.made.append(said)
        return self.reply(body, JSON)


@pytest.fixture
def site():
    with serving(Site, made=[]) as server:
        yield server


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """A folder of one's own with the two files of the example, and no keyring."""
    flow, selectors = re.findall(r"^```toml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    for folder, content in (("flows", flow), ("selectors", selectors)):
        path = tmp_path / "config" / folder / "sample.toml"
        path.parent.mkdir(parents=True)
        path.write_text(content)
    return {**os.environ, "AUTOKEY_HOME": str(tmp_path), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def autokey(environment: dict[str, str], *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autokey", *words]
    return subprocess.run(command, env=environment, input=said, capture_output=True, text=True, timeout=90, check=False)


def test_the_example_has_nothing_to_mend(environment) -> None:
    checked = autokey(environment, "check", "sample")
    assert (checked.returncode, checked.stdout.split(":")[0]) == (0, "✓ sample"), checked.stdout + checked.stderr


def test_the_example_makes_a_key_as_it_was_ordered(environment, site) -> None:
    answers = json.dumps({"email-code": MAILED, "authenticator-code": SHOWN_BY_APP}) + "\n"
    words = re.search(r"^autokey (create sample --via .*)$", TEXT, re.MULTILINE)[1].split()
    words[words.index("--via") + 1] = f"http://127.0.0.1:{site.server_port}"
    ran = autokey(environment, *words, "--json", said=answers)
    result = json.loads(ran.stdout.splitlines()[-1])
    assert (ran.returncode, result["verified"]) == (0, "verified"), ran.stdout
    shown = json.loads(autokey(environment, "show", "sample/TRY", "--reveal", "--json").stdout)
    assert [one["key"] for one in site.made] == [{"name": "TRY", "rights": "Read, Trading", "ips": "192.0.2.10"}]
    assert [(one["api_key"], one["secret_key"]) for one in site.made] == [(shown["api_key"], shown["secret_key"])]


def test_a_dry_run_of_the_example_creates_nothing(environment, site) -> None:
    via = f"http://127.0.0.1:{site.server_port}"
    ran = autokey(
        environment, "create", "sample", "--via", via, "--headless", "--label", "T", "--no-ip", "--dry-run", "--json"
    )
    assert (ran.returncode, json.loads(ran.stdout.splitlines()[-1])["status"]) == (0, "dry-run"), ran.stdout
    assert site.made == []


def test_every_key_of_a_flow_is_explained() -> None:
    explained = set(re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`\n]+)`", TEXT))))
    keys = set()

    def collect(schema: object) -> None:
        if isinstance(schema, dict):
            keys.update(schema["properties"] if isinstance(schema.get("properties"), dict) else ())
            for below in schema.values():
                collect(below)
        elif isinstance(schema, list):
            for below in schema:
                collect(below)

    for path in sorted((ROOT / "docs" / "schema").glob("*.json")):
        collect(json.loads(path.read_text()))
    assert len(keys) > 60
    assert sorted(keys - explained) == []
