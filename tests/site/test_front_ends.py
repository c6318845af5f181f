"""Three front-ends that are wholly unlike ours, with flows that anybody could write for them after CONTRIBUTING.

One sets rights and addresses after the key was made, behind codes that are sent by themselves; the other gives keys
no names and lists them without their rights; a third, in Chinese, has its form beside its list. Judged by what their server was sent.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from driver import Create, command, stored

from loopback import Handler, serving

PAGES = Path(__file__).with_name("front_ends")
CODE = "135790"
JSON = "application/json"
OLD = "61d025b8573501c2"


class Site(Handler):
    """One page, and what was asked of it. A code that is not the right one changes nothing."""

    def get(self) -> None:
        listed = json.dumps([OLD, *(one["key"] for _, one in self.server.said)]).encode()
        made = json.dumps([one for _, one in self.server.said]).encode()
        page = (PAGES / f"{self.server.page}.html").read_bytes()
        lists = {"/keys": listed, "/made": made}
        self.reply(lists[self.path], JSON) if self.path in lists else self.reply(page, "text/html")

    def post(self) -> None:
        body = self.body()
        said = json.loads(body)
        right = {said.get("app"), said.get("mail", CODE)} == {CODE}
        if right:
            self.server.said.append((self.path, said))
        self.reply(body if right else b"{}", JSON, 200 if right else 400)


@pytest.fixture
def site(request, home, secret_service):
    del secret_service
    for kind in ("flow", "selectors"):
        folder = home / "config" / f"{kind.removesuffix('s')}s"
        folder.mkdir(parents=True)
        (folder / f"{request.param}.toml").write_text((PAGES / f"{request.param}.{kind}.toml").read_text())
    with serving(Site, page=request.param, said=[]) as server:
        yield server


def made(site, label: str, *words: str) -> Create:
    with Create(site.page, "--via", site.url, "--label", label, *words) as run:
        run.play(lambda event: dict.fromkeys(event["needs"], CODE))
        run.finish()
    return run


@pytest.mark.parametrize("site", ["after"], indirect=True)
def test_rights_and_addresses_are_set_in_the_new_keys_own_row_after_it_was_made(site) -> None:
    run = made(site, "BOTH", "--ips", "192.0.2.10,192.0.2.11", "--permissions", "read,trade")
    assert (run.result["exit"], run.result.get("verified")) == (0, "verified"), run.printed
    (create, key), (change, last) = site.said
    assert (create, change) == ("/create", "/change")
    assert last["name"] == "BOTH"
    assert {right for right, on in last["rights"].items() if on} == {"read", "trade"}
    assert last["ips"] == ["192.0.2.10", "192.0.2.11"]
    kept = stored("after/BOTH")
    assert (kept["api_key"], kept["secret_key"]) == (key["key"], key["secret"])


@pytest.mark.parametrize("site", ["after"], indirect=True)
def test_a_key_that_is_as_ordered_already_is_compared_and_not_saved_again(site) -> None:
    run = made(site, "PLAIN", "--no-ip", "--permissions", "read")
    assert (run.result["exit"], run.result.get("verified")) == (0, "verified"), run.printed
    assert [path for path, _ in site.said] == ["/create"]
    assert [event["needs"] for event in run.humans] == [["authenticator-code"], ["email-code"]]


@pytest.mark.parametrize("site", ["nameless"], indirect=True)
def test_a_key_without_a_name_is_read_beside_words_that_stand_twice_and_found_by_itself(site) -> None:
    run = made(site, "FIRST", "--no-ip", "--permissions", "read,trade")
    assert (run.result["exit"], run.result.get("verified")) == (0, "not-provable"), run.printed
    ((_, key),) = site.said
    assert stored("nameless/FIRST")["secret_key"] == key["secret"]
    assert key["rights"] == "read,trade"


@pytest.mark.parametrize("site", ["nameless"], indirect=True)
def test_resume_finds_the_new_key_among_keys_without_names(site) -> None:
    with Create("nameless", "--via", site.url, "--label", "KILLED", "--no-ip", "--permissions", "read,trade") as run:
        run.say({"authenticator-code": CODE} if run.asked("authenticator-code") else {})
        run.next("step", having=lambda event: event["step"] == "capture")
        run.process.kill()
    again = command("resume", "--headless", "--json", "--via", site.url)
    ((_, key),) = site.said
    assert again.returncode == 6, again.stdout
    assert f"a key that begins with {key['key'][:4]} whose secret is not stored" in again.stdout


@pytest.mark.parametrize("site", ["beside"], indirect=True)
def test_a_form_beside_its_list_in_chinese_with_an_overlay_that_blocks_nothing(site) -> None:
    run = made(site, "BESIDE", "--ips", "192.0.2.10,192.0.2.11", "--permissions", "read,trade")
    assert (run.result["exit"], run.result.get("verified")) == (0, "verified"), run.printed
    assert run.result["notes"] == []  # the flow has the page's words
    ((_, key),) = site.said
    assert (key["name"], key["rights"], key["ips"]) == ("BESIDE", ["读取", "交易"], "192.0.2.10,192.0.2.11")
    kept = stored("beside/BESIDE")
    assert (kept["api_key"], kept["secret_key"]) == (key["key"], key["secret"])


@pytest.mark.parametrize("site", ["beside"], indirect=True)
def test_a_look_at_the_live_page_waits_for_its_boxes_and_misses_no_field_behind_a_switch(site) -> None:
    checked = command("check", "beside", "--live", "--headless", "--json", "--via", site.url)
    said = [json.loads(line) for line in checked.stdout.splitlines()]
    found = {one["element"]: one["fit"] for one in said if one.get("screen") == "list"}
    assert checked.returncode == 0, checked.stdout
    assert (found["withdraw"], found["bind"], found["ips"]) == ("fits", "fits", "not-reached")
    assert site.said == []


@pytest.mark.parametrize("site", ["beside"], indirect=True)
def test_resume_finds_a_key_in_a_list_that_stands_beside_the_form(site) -> None:
    with Create("beside", "--via", site.url, "--label", "KILLED", "--no-ip", "--permissions", "read") as run:
        run.next("step", having=lambda event: event["step"] == "capture")
        run.process.kill()
    again = command("resume", "--headless", "--json", "--via", site.url)
    assert again.returncode == 6, again.stdout
    assert "The site lists a key named KILLED whose secret is not stored here" in again.stdout
