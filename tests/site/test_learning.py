"""Pages whose words were changed: the person shows what is meant, the key is as ordered, and it is remembered."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from driver import Create, truth
from showing import Shower, go, rewritten

from autokey import catalog
from autokey.app import learn
from autokey.orders import Wish
from autokey.sandbox import Player

WISH = Wish(label="ICG-MM", ips="192.0.2.10", permissions="read,trade", sandbox=True)

# What stands on the page -> (what stands there now, what the person is asked to show of it), for each screen's element.
ELEMENTS = {
    "API Management": ("Robot Doors", "press"),
    "+ Create API Key": ("+ Begin", "press"),
    "Remark Name": ("Epithet", "field"),
    "Bind IP Address (required)": ("Origins", "field"),
    "Trade": ("Bargain", "box"),
    "Withdraw": ("Carry off", "box"),
    "Read": ("Peruse", "box"),
    "Confirm": ("Proceed", "press"),
    "Send": ("Dispatch", "press"),
    "Code will be sent to ...": ("Digits go to ", "field"),
    "Google Authenticator": ("Six digits of the app", "field"),
    "Secret Key": ("Hush", "value"),
    "API Key": ("Public half", "value"),
    "Verification": ("Who goes there", "press"),
    "View API Key": ("There you are", "press"),
}
# The words that the tool knows an element by in its question -> the sandbox's words.
ASKED = {"Create API Key": "+ Create API Key", "Bind IP Address": "Bind IP Address (required)"}


def shown(changed: dict[str, str]):
    def show(need):
        for label in [part for n, part in enumerate(need.text.split('"')) if n % 2]:
            source = ASKED.get(label, label)
            if source in ELEMENTS:
                return changed.get(source, source.removesuffix("...")), ELEMENTS[source][1]
        if "icon right of" in need.text:
            return lambda tab: tab.locator(".hd .ico").first.click()
        return None

    return show


def run(monkeypatch, changed: dict[str, str], *, choose: bool = False, wish: Wish = WISH, show=None, **more):
    monkeypatch.setenv("AUTOKEY_BROWSER", os.environ.get("AUTOKEY_BROWSER") or "/usr/bin/chromium-headless-shell")
    with rewritten("coinstore", changed, **more) as (running, url):
        person = Shower(Player(running), show or shown(changed), choose=choose)
        code = go(monkeypatch, person, url, "coinstore", wish)
        keys = [(key.label, key.permissions, key.ips) for key in running.state.keys]
        said = "\n".join(f"{event}: {data}" for event, data in person.events)
        person.made = [value for key in running.state.keys for value in (key.api_key, key.secret)]
        assert keys == [(wish.label, ("read", "trade"), ("192.0.2.10",))], said
        assert running.state.ever_granted() == {"read", "trade"}
        assert running.state.create_requests == 1
        return code, person


# Each element alone on its screen, or beside others that are asked for one by one; the rest is below.
@pytest.mark.parametrize(
    "elements",
    [
        ("+ Create API Key", "Bind IP Address (required)", "Withdraw", "Send", "Verification"),
        ("Read", "Code will be sent to ...", "Google Authenticator", "Secret Key", "API Key"),
    ],
)
def test_elements_that_are_not_found_are_pointed_at_and_the_run_finishes(monkeypatch, elements):
    code, person = run(monkeypatch, {one: ELEMENTS[one][0] for one in elements})
    assert code == 0, person.texts("human", "note", "warning", "result")
    assert len(person.by) >= len(elements), "some were found without the person, so this proves nothing"


CHINESE = {
    "Asset": "资产",
    "Order": "订单",
    "Log Out": "退出登录",
    "API Management": "API管理",
    "+ Create API Key": "+ 创建API Key",
    "Remark": "备注",
    "Permission": "权限",
    "Remark Name": "备注名称",
    "Bind IP Address (required)": "绑定IP地址",
    "Bind IP Address": "绑定IP地址",
    "Read": "读取",
    "Trade": "交易",
    "Withdraw": "提现",
    "Read,Trade": "读取,交易",
    "Confirm": "确认",
    "Verification": "安全验证",
    "Code will be sent to ...": "验证码将发送至 ",
    "Google Authenticator": "谷歌验证码",
    "Send": "发送",
    "View API Key": "查看API Key",
    "Secret Key": "私钥",
    "Market": "行情",
    "Futures": "合约",
    "Spot": "现货",
}


def test_a_site_in_chinese_is_told_and_its_words_are_used(monkeypatch):
    code, person = run(monkeypatch, CHINESE, language="zh-CN")
    assert code == 0
    assert not person.by, "a word of the flow's Chinese table does not fit"
    assert person.texts("note").count("The page is in Chinese") == 1
    assert person.result["verified"] == "verified"


# Every word that the flow relies on, and so every screen, at once.
ALL = {words: new for words, (new, _) in ELEMENTS.items()} | {
    "Remark": "Epithets",
    "Permission": "May",
    "Log Out": "Leave",
    "Bind IP Address": "Origins",
}


def test_what_was_shown_once_is_not_asked_again_and_is_a_patch_of_the_shared_file(monkeypatch, home, capsys):
    changed = {one: ELEMENTS[one][0] for one in ("API Management", "Remark Name", "Trade", "Confirm", "View API Key")}
    first, person = run(monkeypatch, changed)
    assert first == 0
    assert len(person.by) >= 5
    kept = home / "config" / "overlays" / "sandbox" / "coinstore.toml"
    assert kept.stat().st_mode & 0o077 == 0

    again = Wish(label="ICG-MM2", ips="192.0.2.10", permissions="read,trade", sandbox=True)
    code, second = run(monkeypatch, changed, wish=again)
    assert code == 0
    assert second.by == [], second.texts("human", "note", "step")
    assert "What you showed earlier is used" in second.texts("note")

    capsys.readouterr()
    learn.diff("coinstore", sandbox=True)
    patch = capsys.readouterr().out
    shared = home / "selectors"
    shared.mkdir()
    (shared / "coinstore.toml").write_text((catalog.builtin() / "selectors" / "coinstore.toml").read_text())
    applied = subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=home, capture_output=True, check=False)
    assert applied.returncode == 0, applied.stderr + patch
    new = (shared / "coinstore.toml").read_text()
    assert '"Bargain"], permission = "trade" }' in new
    assert re.search(r'^dialog +=.*"There you are"\]$', new, re.MULTILINE)

    told = kept.read_text() + patch
    values = [value for one in (person, second) for value in one.made]
    assert len(values) == 4
    assert [value for value in values if value in told] == []


def test_pages_of_which_no_word_is_known_are_gone_through_by_pointing(monkeypatch):
    code, person = run(monkeypatch, ALL)
    assert code == 0, person.texts("human", "note", "warning", "result")


def test_a_step_done_by_hand_goes_on_by_itself(monkeypatch):
    """The menu's entry cannot be told; the person opens the list themselves and says so."""

    async def by_hand(tab):
        await tab.evaluate("location.hash = '#/user/bindAuth/ManagementAPI'")

    code, _ = run(monkeypatch, {"API Management": "Robot Doors"}, show=lambda _need: by_hand)
    assert code == 0


def test_a_box_is_not_taken_for_another_right_and_a_button_not_for_a_field(monkeypatch):
    """The person slips: first they point at Withdraw for Trade, then at words; neither is taken."""
    slips = [("Withdraw", "box"), ("Permission", "press"), ("Bargain", "box")]
    code, person = run(monkeypatch, {"Trade": "Bargain"}, show=lambda _need: slips.pop(0))
    assert code == 0
    reasons = [need.reason for need in person.asked if need.needs == ("which",)]
    assert any("Withdraw" in reason for reason in reasons[1:]), reasons
    assert slips == []


def test_an_unknown_box_that_could_show_the_secret_is_never_closed(monkeypatch):
    """A new title, and the one button it has would be harmless anywhere else."""
    code, person = run(
        monkeypatch, {"View API Key": "Well done", "API Key": "A", "Secret Key": "B", "Confirm": "Got it"}
    )
    assert code == 0
    assert "A message of the site that is not part of the flow was closed" not in person.texts("note")


def test_an_answer_over_json_by_number_finishes_the_run(monkeypatch):
    monkeypatch.setenv("AUTOKEY_BROWSER", os.environ.get("AUTOKEY_BROWSER") or "/usr/bin/chromium-headless-shell")
    words = ["--label", "ICG-MM", "--ips", "192.0.2.10", "--permissions", "read,trade"]

    def answer(event):
        if event["needs"] != ["which"]:
            return None
        right = [n for n, one in enumerate(event["choices"], 1) if "Trade spot" in one]
        return {"choice": right[0]} if right else {"word": "stop"}

    with (
        rewritten("coinstore", {"Trade": "Trade spot"}) as (running, url),
        Create("coinstore", *words, sandbox=url, answers=running) as made,
    ):
        made.play(answer)
        assert made.finish() == 0, made.printed
        truth(running, "read,trade", "192.0.2.10")
