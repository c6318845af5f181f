"""What a person answers does not help: the next question is another one, and the run ends well all the same."""

from __future__ import annotations

import asyncio
import os

import pytest
from driver import new_keys
from showing import Rewriting, Shower, go, rewritten

from autokey.orders import Wish
from autokey.ports import Answer
from autokey.sandbox import Player
from autokey.secret import Secret
from lookalikes import kucoin
from lookalikes.poloniex import World, serve

WISH = Wish(label="ICG-MM", no_ip=True, permissions="read", yes=True)
# Every word of a key's card: what stands on it -> (what stands there now, what the person is asked to show of it).
CARD = {
    "API Key": ("Public part", "value"),
    "Secret": ("Hush", "value"),
    "Show": ("Uncover", "press"),
    "Enable Trading": ("Dealing", "box"),
    "Enable Withdrawals": ("Carrying off", "box"),
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch, home):
    (home / "passphrase").write_text("a passphrase of the tests")
    (home / "passphrase").chmod(0o600)
    monkeypatch.setenv("AUTOKEY_VAULT_PASSPHRASE_FILE", str(home / "passphrase"))
    monkeypatch.setenv("AUTOKEY_BROWSER", os.environ.get("AUTOKEY_BROWSER") or "/usr/bin/chromium-headless-shell")


def test_a_card_of_which_no_word_is_known_is_told_by_its_key_and_gone_through_by_pointing(monkeypatch):
    birth = World.birth

    def last(world, *given):  # the person of these tests points at the last of several alike things
        key = birth(world, *given)
        world.keys.sort(key=lambda one: not one.old)
        return key

    monkeypatch.setattr(World, "birth", last)

    def show(need):
        for label in [part for n, part in enumerate(need.text.split('"')) if n % 2]:
            if label in CARD:
                return CARD[label]
        return None

    with serve("main", "old-key") as site:
        proxy = Rewriting(site.url, {old: new for old, (new, _) in CARD.items()})
        person = Shower(site.world, show)
        try:
            code = go(monkeypatch, person, proxy.url, "poloniex", WISH)
        finally:
            proxy.close()
    said = "\n".join(f"{event}: {data}" for event, data in person.events)
    assert code == 0, said
    (key,) = site.world.made
    assert key.rights == {"read"}, said
    assert site.world.wrong_clicks == []
    assert site.world.creates == 1


class Renames(Shower):
    """Somebody who gives the key another label in the page when a step is theirs to do."""

    async def ask(self, need):
        if need.needs != ("by-hand",):
            return await super().ask(need)
        self.asked.append(need)
        fields = self.page._tabs.current().page.locator("input:not([type=checkbox]):not([type=radio])")
        for field in await fields.all():
            if await field.input_value() == "ICG-MM":
                await field.fill("ICG-MM2")
        return Answer(given={"by-hand": Secret("done")})


def test_a_label_changed_in_the_page_ends_the_run_before_anything_is_created(monkeypatch):
    with kucoin.serve("taken") as site:
        person = Renames(site.world, lambda _need: None)
        code = go(
            monkeypatch,
            person,
            site.url,
            "kucoin",
            Wish(label="ICG-MM", ips="192.0.2.10", permissions="read", yes=True),
        )
    needs = [one for one in person.asked if one.needs == ("by-hand",)]
    assert len(needs) == 1, person.events
    (need,) = needs
    assert "another --label" in need.text
    assert "already exists" in need.reason
    assert code == 3, person.events
    assert "label in the page was changed" in person.result["error"]
    assert site.world.keys == []


def test_one_question_has_one_time_limit_however_often_it_is_answered(monkeypatch):
    """Answers that cannot be used, one each half second: two seconds are over all the same."""

    class Talks(Shower):
        async def ask(self, need):
            if "which" not in need.needs:
                return await super().ask(need)
            self.asked.append(need)
            await asyncio.sleep(0.5)
            return Answer(choice=9)

    with kucoin.serve("old", "click-menu", "no-figure") as site:
        person = Talks(site.world, lambda _need: None)
        wish = Wish(label="ICG-MM", no_ip=True, permissions="read", yes=True)
        code = go(monkeypatch, person, site.url, "kucoin", wish, human=2.0)
    asked = [need for need in person.asked if "which" in need.needs]
    assert code == 5
    assert 2 <= len(asked) <= 4
    assert asked[1].deadline < asked[0].deadline
    assert len({need.text for need in asked}) == len(asked), "asked again in the same words"


class Takes(Shower):
    """Somebody who does not know what a ticked box stands for, and has it taken off; or does, and lets it stand."""

    def __init__(self, player, choice):
        super().__init__(player, lambda _need: None)
        self.choice = choice

    async def ask(self, need):
        if "take it off" in need.choices:
            self.asked.append(need)
            return Answer(choice=self.choice)
        return await super().ask(need)


@pytest.mark.parametrize(("choice", "rights"), [(1, ["read"]), (2, ["read", "trade"])])
def test_a_ticked_box_in_other_words_where_an_unordered_right_is_not_found_is_asked_about(monkeypatch, choice, rights):
    with rewritten("poloniex-futures", {"Trade": "Bargain"}, variant="preticked") as (running, url):
        person = Takes(Player(running), choice)
        go(monkeypatch, person, url, "poloniex-futures", WISH)
        said = "\n".join(f"{event}: {data}" for event, data in person.events)
        asked = [need.text for need in person.asked if "take it off" in need.choices]
        assert [text.split(" is ticked")[0] for text in asked] == ['box "Bargain"'], said
        assert [sorted(key.permissions) for key in new_keys(running)] == [rights], said
