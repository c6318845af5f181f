"""A look-alike of plain server-rendered pages: each step is a full page load, the result a native dialog.

Knows nothing of scripts beyond one line that opens the dialog, and nothing of autokey.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lookalikes.account import MAIL, RefusedError

if TYPE_CHECKING:
    from lookalikes.coinstore import Key, World
    from lookalikes.serving import Answer

_EN = {
    "asset": "Asset", "order": "Order", "menu": ("Account Security", "Coupon Center", "API Management", "My Fee"),
    "out": "Log Out", "login": "Login", "new": "+ Create API Key", "list": ("Remark", "IP address", "API Key", "Permission", "Creation Time", "Status", "Action"),
    "none": "No Records", "remark": "Remark Name", "ips": "Bind IP Address (required)", "bound": "Bind IP Address", "perm": "Permission",
    "rights": {"read": "Read", "trade": "Trade", "withdraw": "Withdraw"}, "ok": "Confirm", "verify": "Verification",
    "sent": "Code will be sent to", "send": "Send", "again": "Resend", "ga": "Google Authenticator", "hint": "Please enter",
    "view": "View API Key", "key": "API Key", "secret": "Secret Key", "edit": "Edit", "expired": "Session expired, please log in again", "lang": "en",
}  # fmt: skip
_REDESIGN = _EN | {
    "new": "Create API Key", "remark": "Key remark", "ips": "Bind IP addresses", "bound": "Bind IP addresses", "perm": "Key permissions",
    "ok": "Continue", "verify": "Verify it is you", "sent": "A code will be sent to", "ga": "Google Authenticator code",
    "view": "Your API Key", "secret": "API Secret Key", "rights": {"read": "Read", "trade": "Trade (spot)", "withdraw": "Withdraw"},
}  # fmt: skip
_ZH = _EN | {
    "asset": "资产", "order": "订单", "menu": ("账户安全", "卡券", "API管理", "费率"), "out": "退出登录", "login": "登录", "new": "+ 创建API密钥",
    "list": ("备注", "IP地址", "API密钥", "权限", "创建时间", "状态", "操作"), "none": "暂无记录", "remark": "备注名", "ips": "绑定IP地址（必填）", "bound": "绑定IP地址",
    "perm": "权限", "rights": {"read": "读取", "trade": "交易", "withdraw": "提币"}, "ok": "确认", "verify": "验证", "sent": "验证码将发送至",
    "send": "发送", "again": "重新发送", "ga": "谷歌验证器", "hint": "请输入", "view": "查看API密钥", "key": "API密钥", "secret": "密钥", "edit": "编辑", "expired": "登录超时，请重新登录", "lang": "zh-CN",
}  # fmt: skip
_STYLE = """<style>body{font:15px serif;margin:0}header{background:#111;color:#fff;padding:10px 20px}header nav{display:flex;gap:18px;align-items:center}
header a,header summary{color:#fff;text-decoration:none}.gap{flex:1}details{position:relative}details ul{position:absolute;right:0;top:26px;background:#fff;list-style:none;margin:0;padding:10px;width:170px;border:1px solid}
details ul a{color:#000;display:block;padding:6px}summary{list-style:none;cursor:pointer}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:6px;text-align:left}
main{max-width:820px;margin:20px auto}.modalish{border:2px solid #335;border-radius:6px;padding:16px;max-width:420px;margin:0 auto;background:#fff}.error{color:#b00}footer{padding:30px;color:#666}.ad{background:#ffd;padding:8px 20px}</style>"""


def _words(world: World) -> dict:
    return _ZH if "zh" in world.flags else _REDESIGN if "redesign" in world.flags else _EN


def _shell(world: World, inside: str, tail: str = "") -> Answer:
    w = _words(world)
    items = "".join(
        f'<li><a href="{"/api-management" if i == 2 else f"/trap?what=menu{i}"}">{text}</a></li>'
        for i, text in enumerate(w["menu"])
    )
    person = '<svg width="22" height="22" viewBox="0 0 22 22"><circle cx="11" cy="7" r="4" fill="#fff"/><path d="M3 20c0-9 16-9 16 0z" fill="#fff"/></svg>'
    account = (
        f'<a href="/trap?what=asset">{w["asset"]}</a><a href="/trap?what=order">{w["order"]}</a>'
        f'<details class="account"><summary>{person}</summary><ul><li>{MAIL}</li>{items}<li><a href="/trap?what=logout">{w["out"]}</a></li></ul></details>'
        '<a href="/trap?what=news"><svg width="20" height="20"><rect width="14" height="14" fill="#fff"/></svg></a>'
        if world.signed_in
        else f'<a href="/trap?what=login">{w["login"]}</a><a href="/trap?what=signup">Register</a>'
    )
    ad = (
        '<div class="ad">Withdraw without fees <form style="display:inline" action="/trap"><button name="what" value="promo">Withdraw</button></form></div>'
        if "redesign" in world.flags
        else ""
    )
    page = (
        f'<!doctype html><html lang="{w["lang"]}"><head><title>Coinstore</title>{_STYLE}</head><body><header><nav><a href="/">Coinstore</a>'
        f'<a href="/trap?what=market">Market</a><a href="/trap?what=spot">Spot</a><span class="gap"></span>{account}</nav></header>{ad}<main>{inside}</main>'
        f'<footer><a href="/trap?what=fees">Withdrawal Fee &amp; Limit</a> <a href="/trap?what=docs">API Document</a></footer>{tail}</body></html>'
    )
    return 200, {}, page


def _go(path: str) -> Answer:
    return 303, {"location": path}, ""


def _login(world: World, why: str = "") -> Answer:
    w = _words(world)
    why = "" if "mute" in world.flags else why
    return _shell(
        world,
        f'<p class="error">{why}</p><h1>{w["login"]}</h1><form method="post" action="/login"><input name="user" placeholder="Email"><input type="password" name="pw"><button>{w["login"]}</button></form>',
    )


def get(world: World, path: str, query: dict[str, str]) -> Answer:
    """Answer a page view."""
    w = _words(world)
    if path == "/trap":
        world.wrong_clicks.append(query.get("what", "?"))
        return _go("/")
    if not world.signed_in:
        return _login(world, w["expired"] if world.expiries else "")
    try:
        if path == "/api-management":
            world.guard("listed" if world.keys else "list")
            return _list(world, None)
        if path == "/api-management/new":
            world.guard("begin")
            return _form(world)
        if path == "/api-management/made" and world.keys:
            shown = world.keys[-1]
            if getattr(world, "shown", None) is not shown:
                world.shown = shown
                return _list(world, shown)
            return _list(world, None)
    except RefusedError:
        return _login(world, w["expired"])
    return _shell(world, "<h1>Markets</h1><p>BTC/USDT 61,000</p>")


def _list(world: World, shown: Key | None) -> Answer:
    w = _words(world)
    head = "".join(f"<th>{text}</th>" for text in w["list"])
    rows = "".join(
        f"<tr><td>{escape(k.label)}</td><td>{','.join(k.ips)}</td><td>{k.api_key[:5]}...</td><td>{_rights(w, k)}</td><td>2026-01-20</td><td>Normal</td>"
        f'<td><a href="/trap?what=edit">{w["edit"]}</a></td></tr>'
        for k in world.keys
    )
    empty = f'<tr><td colspan="7">{w["none"]}</td></tr>'
    tail = _result(world, shown) if shown else ""
    return _shell(
        world,
        f'<h1>{w["menu"][2]}</h1><p>You can create 5 APIs. <a href="/trap?what=docs2">View API documentation details.</a></p>'
        f'<form action="/api-management/new"><button>{w["new"]}</button></form><table><thead><tr>{head}</tr></thead><tbody>{rows or empty}</tbody></table>',
        tail,
    )


def _rights(w: dict, key: Key) -> str:
    return ",".join(w["rights"][word] for word in key.rights)


def _result(world: World, key: Key) -> str:
    w = _words(world)
    field = '<p><label for="{0}">{1}</label><br><input id="{0}" readonly size="40" value="{2}"></p>'
    hidden = f'<p><label for="s">{w["secret"]}</label><br><input id="s" type="password" readonly size="40" value="{key.secret_key}"> <button type="button" onclick="s.type=\'text\'">Show</button></p>'
    secret = hidden if "hostile" in world.flags else field.format("s", w["secret"], key.secret_key)
    return (
        f'<dialog id="made"><h2>{w["view"]}</h2><p class="error">Please do not disclose your API key to avoid asset loss.</p>{field.format("k", w["key"], key.api_key)}{secret}'
        f"<p>{w['bound']}<br><b>{','.join(key.ips)}</b></p><p>{w['perm']}<br><b>{_rights(w, key)}</b></p>"
        f'<form method="dialog"><button type="button" onclick="location=\'/trap?what=result-edit\'">{w["edit"]}</button> <button>{w["ok"]}</button></form></dialog>'
        "<script>document.getElementById('made').showModal()</script>"
    )


def _form(world: World, why: str = "") -> Answer:
    w = _words(world)
    boxes = "".join(
        f'<label><input type="checkbox" name="right" value="{word}"{" checked disabled" if word == "read" else " checked" if word == "trade" or "hostile" in world.flags else ""}> {text}</label> '
        for word, text in w["rights"].items()
    )
    decoy = (
        f'<form action="/trap"><p>Whitelist withdrawals</p><button name="what" value="decoy">{w["ok"]}</button></form>'
        if "hostile" in world.flags
        else ""
    )
    retick = (
        "<script>setTimeout(()=>{for(const b of document.getElementsByName('right'))if(b.value=='withdraw')b.checked=true},900)</script>"
        if "hostile" in world.flags
        else ""
    )
    return _shell(
        world,
        f'<h1>{w["menu"][2]}</h1><p class="error">{why}</p>{decoy}<form method="post" action="/api-management/new" autocomplete="off"><p>* {w["remark"]}<br><input name="remark" maxlength="60"></p>'
        f'<p>* {w["ips"]}<br><input name="ips" size="60"></p><fieldset><legend>{w["perm"]}</legend>{boxes}</fieldset><button>{w["ok"]}</button></form>'
        f"<aside><h2>Tips</h2><ol><li>You can create up to 5 API Keys.</li><li>Separate addresses by commas, such as 192.168.0.1,192.168.0.2</li></ol></aside>{retick}",
    )


def _verify(world: World, order: dict[str, str], why: str = "", *, sent: bool = False) -> Answer:
    w = _words(world)
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in order.items())
    return _shell(
        world,
        f'<section class="modalish"><h2>{w["verify"]}</h2><form method="post" action="/api-management/verify" autocomplete="off">{hidden}'
        f'<label for="code">{w["sent"]} {MAIL}</label><br><input id="code" name="code" placeholder="{w["hint"]}"> <button name="do" value="send" formnovalidate>{w["again" if sent else "send"]}</button><br>'
        f'<label for="ga">{w["ga"]}</label><br><input id="ga" name="ga" placeholder="{w["hint"]}"><p class="error">{why}</p><button name="do" value="go">{w["ok"]}</button></form></section>',
    )


def post(world: World, path: str, body: dict[str, list[str]]) -> Answer:
    """Answer a form that was sent."""
    one = {name: values[0] for name, values in body.items()}
    if path == "/api-management/new":
        if not one.get("remark") or not one.get("ips"):
            return _form(world, "Please fill in all fields")
        rights = ",".join(["read", *(word for word in body.get("right", []) if word != "read")])
        return _verify(world, {"remark": one["remark"], "ips": one["ips"], "rights": rights})
    if path == "/api-management/verify":
        order = {name: one[name] for name in ("remark", "ips", "rights")}
        try:
            if one.get("do") == "send":
                world.guard("code")
                world.mail_code()
                return _verify(world, order, sent=True)
            world.create(
                order["remark"], order["ips"], order["rights"].split(","), one.get("code", ""), one.get("ga", "")
            )
        except RefusedError as error:
            if error.status == 401:
                return _login(world, _words(world)["expired"])
            return _verify(world, order, str(error), sent=True)
        return _go("/api-management/made")
    world.wrong_clicks.append(path)
    return _go("/")
