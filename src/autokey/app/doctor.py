"""`autokey doctor`: is this machine fit for the job? Every fault comes with its fix.

Knows nothing of argument parsing or of any exchange by name.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass

from autokey import catalog, rules
from autokey.app import places
from autokey.errors import AutokeyError
from autokey.human import layout


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined."""

    what: str
    good: bool
    text: str
    fix: str = ""


def run(*, as_json: bool) -> int:
    """Examine all, print it; give 0 when a key could be made now, else 3."""
    findings = [*_browser(), *_vault(), *_folders(), *_flows()]
    for one in findings:
        if as_json:
            sys.stdout.write(json.dumps(asdict(one)) + "\n")
            continue
        layout.write(f"{'✓' if one.good else '✗'} {one.what}: {one.text}")
        if one.fix and not one.good:
            layout.write(f"  → {one.fix}")
    return 0 if all(one.good for one in findings) else 3


def _browser() -> list[Finding]:
    from autokey import browser

    found = [one for one in (*browser.find_browsers(), *browser.find_browsers(headless=True)) if one.there]
    found = list({one.name: one for one in found}.values())
    if not found:
        named = os.environ.get("AUTOKEY_BROWSER", "")
        none = f"{named}, which AUTOKEY_BROWSER names, is not there" if named else "none was found"
        return [
            Finding("browser", False, none, "Install Chrome, Edge or Chromium, or run: playwright install chromium")
        ]
    windows = [one for one in found if not one.headless_only]
    result = [Finding("browser", True, "; ".join(f"{one.name} {one.version()}".strip() for one in found))]
    if not windows:
        result.append(
            Finding(
                "window",
                False,
                "only a headless browser was found",
                "Install Chrome, Edge or Chromium for headed runs.",
            )
        )
    return result


def _vault() -> list[Finding]:
    from autokey.vault import status

    state = status()
    where = f"OS keyring ({state.keyring})" if state.keyring else "vault file"
    why = f"{state.why} {state.fix}".strip() if state.safe else state.why
    return [
        Finding("keyring", state.safe, f"{where}: {why}".strip(": "), state.fix),
        Finding(
            "vault",
            state.writable,
            f"{state.folder}; its key: {state.identity}; {state.files} sealed files",
            "Make the folder writable, or set AUTOKEY_HOME to a folder of yours.",
        ),
    ]


def _folders() -> list[Finding]:
    from autokey import folders

    found = folders.find()
    try:
        for folder in (found.data, found.state, found.cache):
            folders.secure(folder)
    except AutokeyError as error:
        return [Finding("folders", False, error.what, error.fix)]
    return [Finding("folders", True, f"{found.data} (data), {found.state} (state)")]


def _flows() -> list[Finding]:
    folders = places.flow_folders()
    result = []
    for name in folders.names("flows"):
        try:
            flow = catalog.flow_named(folders, name)
            rules.require_valid(flow)
        except AutokeyError as error:
            result.append(Finding(f"flow {name}", False, error.what, "See: autokey check"))
            continue
        live = "never run live by us" if flow.verified == "never" else f"run live {flow.verified}"
        result.append(Finding(f"flow {name}", True, f"valid, {flow.status}, {live}"))
    return result
