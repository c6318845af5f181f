"""Pages whose words were changed: the person shows what is meant, the key is as ordered, and it is remembered."""

from __future__ import annotations

import os

import pytest
from showing import Shower, go, rewritten

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


def run(monkeypatch, changed: dict[str, str], *, choose: bool = False, wish: Wish = WISH, **more):
    monkeypatch.setenv("AUTOKEY_BROWSER", os.environ.get("AUTOKEY_BROWSER") or "/usr/bin/chromium-headless-shell")
    with rewritten("coinstore", changed, **more) as (running, url):
        person = Shower(Player(running), shown(changed), choose=choose)
        code = go(monkeypatch, person, url, "coinstore", wish)
        keys = [(key.label, key.permissions, key.ips) for key in running.state.keys]
        said = "\n".join(f"{event}: {data}" for event, data in person.events)
        assert keys == [("ICG-MM", ("read", "trade"), ("192.0.2.10",))], said
        assert running.state.ever_granted() == {"read", "trade"}
        assert running.state.create_requests == 1
        return code, person


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_that_is_not_found_is_pointed_at_and_the_run_finishes(monkeypatch, element):
    code, person = run(monkeypatch, {element: ELEMENTS[element][0]})
    assert code == 0, person.texts("human", "note", "warning", "result")
    assert person.by, "it was found without the person, so this proves nothing"


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
