"""`autokey exchanges`, `guide`, `check`: what is documented, and whether it is still valid.

Knows nothing of argument parsing or of any exchange by name.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from autokey import catalog, rules
from autokey import folders as own_folders
from autokey import guide as guides
from autokey.app import places
from autokey.errors import AutokeyError
from autokey.human import layout

if TYPE_CHECKING:
    from autokey.model import Flow


def exchanges(*, as_json: bool) -> None:
    """Print every flow: gates, limits, rights, expiry rules, status."""
    folders = places.flow_folders()
    for flow in catalog.all_flows(folders):
        data: dict[str, Any] = {
            "exchange": flow.exchange,
            "flow": flow.name,
            "title": flow.title,
            "status": flow.status,
            "verified": flow.verified,
            "rights": dict(flow.permissions),
            "gates": list(dict.fromkeys(kind for step in flow.steps if step.verb == "ask" for kind in step.target)),
            "label_max": flow.limits.label,
            "ips": [flow.limits.ips_min, flow.limits.ips_max],
            "keys": flow.limits.keys,
            "expiry": [guides.expiry(rule) for rule in flow.expiry],
            "sources": sorted({source.file for step in flow.steps for source in step.sources}),
            "local": flow.local,
        }
        if as_json:
            sys.stdout.write(json.dumps(data) + "\n")
            continue
        live = (
            "never run on the live site by us" if flow.verified == "never" else f"run on the live site {flow.verified}"
        )
        name = flow.exchange + (f" ({flow.name})" if flow.name != flow.exchange else "")
        layout.write(f"{name}: {flow.title}, {flow.status}, {live}{', a flow of your own' if flow.local else ''}")
        layout.write(f"  rights  {guides.rights(flow)}")
        layout.write(f"  gates   {', '.join(data['gates'])}")
        layout.write(f"  limits  {guides.limits(flow)}")
        for rule in data["expiry"]:
            layout.write(f"  expiry  {rule}")
        layout.write(f"  source  {', '.join(data['sources'])}")


def guide(exchange: str, consumer_name: str = "") -> None:
    """Print the guide of an exchange, with a consumer's rules if one is named: as Markdown, plain to a terminal."""
    folders = places.flow_folders()
    flows = catalog.flows_of(folders, exchange)
    consumer = catalog.consumer_named(folders, consumer_name) if consumer_name else None
    text = guides.markdown(flows, consumer, catalog.all_consumers(folders))
    layout.write((guides.plain(text) if sys.stdout.isatty() else text).removesuffix("\n"))


def check(exchange: str = "", *, as_json: bool = False) -> int:
    """Check one exchange or all, by rule and on their recorded pages; print every problem; give 0 or 2.

    The user's own recordings count, too: what they show must fit, though they may show less than every screen.
    """
    folders = places.flow_folders()
    if exchange and exchange not in folders.names("flows"):
        catalog.flows_of(folders, exchange)
    found: dict[str, list[str]] = {}
    flows: list[Flow] = []
    for name in folders.names("flows"):
        try:
            flow = catalog.flow_named(folders, name)
        except AutokeyError as error:
            if not exchange or name == exchange:
                found[name] = [error.what]
            continue
        if not exchange or flow.exchange == exchange:
            found[name] = [one.named(flow) for one in rules.problems(flow)]
            flows.append(flow)
    _replayed([flow for flow in flows if not found[flow.name]], found)
    for text in (text for name in sorted(found) for text in found[name]):
        _say({"event": "problem", "text": text}, f"✗ {text}", as_json=as_json)
    for flow in (flow for flow in flows if not found[flow.name]):
        mark = f", local, sha256 {flow.digest[:16]}" if flow.local else ""
        said = f"{flow.name}: {len(flow.steps)} steps, {len(flow.selectors.screens)} screens{mark}"
        _say({"event": "valid", "flow": flow.name}, f"✓ {said}", as_json=as_json)
    return 2 if any(found.values()) else 0


def _say(event: dict[str, str], said: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(event) + "\n")
    else:
        layout.write(said)


def _replayed(flows: list[Flow], found: dict[str, list[str]]) -> None:
    """Add what does not fit the shipped recordings, and the user's own."""
    from autokey import saved

    for name, problems in saved.problems_of(flows, catalog.builtin() / "recordings").items():
        found[name] += problems
    own = own_folders.find().config / "recordings"
    for name, problems in saved.problems_of(flows, own, whole=False).items() if own.is_dir() else ():
        found[name] += [f"{problem} (in {own.parent})" for problem in problems]
