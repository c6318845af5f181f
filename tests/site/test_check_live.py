"""`autokey check --live` on look-alikes: what fits, what does not, who has to sign in; nothing is made or granted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from driver import command, home

from lookalikes.coinstore import serve

CHECK = ("check", "coinstore", "--live", "--headless")


def fits(printed: str) -> dict[str, str]:
    said = [json.loads(line) for line in printed.splitlines()]
    return {f"{one['screen']}.{one['element']}": one["fit"] for one in said if one["event"] == "fit"}


def test_what_fits_is_said_of_every_screen_up_to_the_form() -> None:
    with serve("antd") as site:
        checked = command(*CHECK, "--via", site.url, "--json")
        world = site.world
    found = fits(checked.stdout)
    assert checked.returncode == 0, checked.stdout
    assert {screen: how for screen, how in found.items() if screen.endswith(".")} == {
        **dict.fromkeys(("home.", "menu.", "list.", "form."), "fits"),
        **dict.fromkeys(("verification.", "reveal."), "not-reached"),
    }
    assert found["form.withdraw"] == "fits"
    assert (world.wrong_clicks, world.keys, world.codes) == ([], [], [])


def test_what_no_longer_fits_is_named_and_the_exit_code_says_so() -> None:
    """Selectors of one's own that are out of date, in place of a site that changed."""
    source = Path(__file__).resolve().parents[2]
    for kind in ("flows", "selectors"):
        (home() / "config" / kind).mkdir(parents=True, exist_ok=True)
        shutil.copy(source / kind / "coinstore.toml", home() / "config" / kind)
    selectors = home() / "config" / "selectors" / "coinstore.toml"
    old = selectors.read_text()
    line = next(one for one in old.splitlines() if one.startswith("withdraw = { role"))
    selectors.write_text(
        old.replace(line, 'withdraw = { role = "checkbox", name = "Colour", permission = "withdraw" }')
    )
    with serve("antd") as site:
        checked = command(*CHECK, "--via", site.url, "--json")
    found = fits(checked.stdout)
    assert checked.returncode == 4, checked.stdout + checked.stderr
    assert found["form.withdraw"] in {"not-found", "ambiguous"}
    assert found["form.trade"] == "fits"


def test_a_sign_in_that_nobody_is_there_for_is_one_sentence_and_its_exit_code() -> None:
    with serve("forms", "logged-out") as site:
        checked = command(*CHECK, "--via", site.url)
    assert (checked.returncode, checked.stdout) == (5, "")
    assert "a sign-in is needed, and nobody is there" in checked.stderr
    assert "Traceback" not in checked.stderr
