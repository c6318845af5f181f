"""The old server-rendered Poloniex: a wrench in the bar, one table per key, a page load for every act, mailed links.

Knows nothing of autokey.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lookalikes.account import MAIL, RefusedError

if TYPE_CHECKING:
    from lookalikes.poloniex import Key, World
    from lookalikes.serving import Answer

_EN = {
    "bar": ("EXCHANGE", "MARGIN TRADING", "LENDING"), "balances": "BALANCES", "orders": "ORDERS", "lang": "en",
    "menu": ("My Profile", "Two-Factor Authentication", "API Keys", "Login History", "Log Out"), "title": "API Keys",
    "signin": "Sign in", "user": "Email", "pw": "Password", "signup": "Create Your Account",
    "intro": "The API lets your own programs use your account. You must enable it before you can create keys.",
    "enable": "Enable API", "create": "Create New Key", "none": "You do not have any API keys.",
    "tfa": "Two-Factor Authentication", "code": "2FA Code", "ok": "Submit", "cancel": "Cancel",
    "mailed": "Confirmation Required", "mail": "An email has been sent to {}. Please click the link in it within 15 minutes to confirm.",
    "back": "Return to API Keys", "wrong": "Incorrect Code", "key": "API Key", "secret": "Secret", "created": "Created",
    "last": "Last Accessed", "never": "Never", "options": "Options", "trade": "Enable Trading", "withdraw": "Enable Withdrawals",
    "iprow": "IP Access Restriction", "open": "Unrestricted (Less Secure)", "closed": "Restrict access to trusted IPs only (Recommended)",
    "trusted": "Trusted IPs", "edit": "Edit", "save": "Save", "yourip": "Your current IP is", "show": "Show", "delete": "Delete",
    "done": {"enable": "API access has been enabled.", "create": "Your API key has been created.", "change": "Your API key has been updated."},
    "success": "Success", "expired": "Your session has expired. Please sign in again.", "disable": "Disable API",
}  # fmt: skip
_REDESIGN = _EN | {
    "menu": ("Profile", "Security (2FA)", "API keys", "Sign-in history", "Sign out"), "title": "Your API keys",
    "create": "Create API Key", "enable": "Enable API access", "tfa": "Confirm with your authenticator", "code": "Two-factor code", "ok": "Confirm",
    "mailed": "Check your inbox", "mail": "We have sent a confirmation link to {}. It expires in 15 minutes.", "back": "Back to your API keys",
    "secret": "API Secret", "trade": "Trading", "withdraw": "Withdrawals", "options": "Permissions", "iprow": "IP access", "open": "Unrestricted (less secure)",
    "closed": "Restrict to trusted IPs (recommended)", "trusted": "Trusted IP addresses", "show": "Show secret", "save": "Save changes", "yourip": "Your IP:",
    "none": "No API keys yet",
}  # fmt: skip
_ZH = _EN | {
    "bar": ("交易所", "杠杆交易", "借贷"), "balances": "余额", "orders": "订单", "lang": "zh-CN",
    "menu": ("个人资料", "双重验证", "API密钥", "登录历史", "退出登录"), "title": "API密钥", "signin": "登录", "user": "邮箱", "pw": "密码", "signup": "注册",
    "intro": "您需要先启用API才能创建密钥。", "enable": "启用API", "create": "创建新密钥", "none": "您还没有API密钥。",
    "tfa": "双重验证", "code": "双重验证码", "ok": "提交", "cancel": "取消", "mailed": "需要确认", "mail": "我们已向{}发送确认邮件，请在15分钟内点击邮件中的链接。",
    "back": "返回API密钥", "wrong": "验证码错误", "key": "API密钥", "secret": "密钥", "created": "创建时间", "last": "最后访问", "never": "从未", "options": "选项",
    "trade": "启用交易", "withdraw": "启用提现", "iprow": "IP访问限制", "open": "不限制（安全性较低）", "closed": "仅允许受信任的IP访问（推荐）", "trusted": "受信任的IP",
    "edit": "编辑", "save": "保存", "yourip": "您当前的IP是", "show": "显示", "delete": "删除", "success": "成功", "expired": "会话已过期，请重新登录。", "disable": "停用API",
    "done": {"enable": "API已启用。", "create": "您的API密钥已创建。", "change": "您的API密钥已更新。"},
}  # fmt: skip
_STYLE = """<style>body{font:13px Arial,sans-serif;margin:0;background:#f4f6f6;color:#1e2324}.navbar{background:#01545e;color:#fff;height:48px;display:flex;align-items:center;padding:0 20px}
.navbar ul{list-style:none;display:flex;gap:18px;margin:0;padding:0}.navbar a{color:#cfe2e4;text-decoration:none}.gap{flex:1}.dropdown{position:relative}.dropdown-menu{display:none!important;position:absolute;top:20px;right:0;background:#fff;flex-direction:column;padding:8px!important;width:190px;border:1px solid #888;z-index:9}
.open>.dropdown-menu,.hovers:hover>.dropdown-menu{display:flex!important}.dropdown-menu a{color:#222;display:block;padding:5px}.fa{display:inline-block;width:16px;height:16px}.fa-wrench:before{content:"\\1F527"}.fa-bell:before{content:"\\1F514"}.fa-gift:before{content:"\\1F381"}
main{max-width:900px;margin:20px auto}.box{background:#fff;border:1px solid #ccd;padding:16px;margin-bottom:16px}table.key{width:100%;border-collapse:collapse;background:#fff;margin-bottom:18px}table.key th{width:180px;text-align:left;background:#e8eef0}table.key td,table.key th{border:1px solid #cdd;padding:7px;vertical-align:top}
.bad{color:#b00}.button{background:#27929a;color:#fff;border:0;padding:7px 14px}.right{float:right}.ad{background:#ffd;padding:8px 20px}footer{padding:30px;color:#666}.trusted{display:flex;gap:8px;align-items:center}</style>"""
_SPY = """<script>addEventListener('click',e=>{const t=e.target;navigator.sendBeacon('/api/click',JSON.stringify({trusted:e.isTrusted,tag:t.tagName,text:(t.innerText||t.value||t.className||'').slice(0,60),path:location.pathname}))},true);
for(const d of document.querySelectorAll('.dropdown:not(.hovers)>a'))d.onclick=e=>{e.preventDefault();d.parentNode.classList.toggle('open')}</script>"""


def _words(world: World) -> dict:
    return _ZH if "zh" in world.flags else _REDESIGN if "redesign" in world.flags else _EN


def _shell(world: World, inside: str, tail: str = "") -> Answer:
    w = _words(world)
    hovers = " hovers" if "redesign" in world.flags else ""
    items = "".join(
        f'<li><a href="{"/apiKeys" if i == 2 else f"/trap?what=menu-{i}"}">{text}</a></li>'
        for i, text in enumerate(w["menu"])
    )
    account = (
        f'<ul><li class="dropdown"><a href="#">{w["balances"]}</a><ul class="dropdown-menu"><li><a href="/trap?what=deposits">Deposits &amp; Withdrawals</a></li></ul></li>'
        f'<li><a href="/trap?what=orders">{w["orders"]}</a></li><li><a href="/trap?what=bell"><i class="fa fa-bell"></i></a></li>'
        f'<li class="dropdown{hovers}"><a href="#"><i class="fa fa-wrench"></i></a><ul class="dropdown-menu">{items}</ul></li></ul>'
        if world.signed_in
        else f'<ul><li><a href="/trap?what=signup">{w["signup"]}</a></li><li><a href="/login">{w["signin"]}</a></li></ul>'
    )
    ad = (
        '<div class="ad">New: zero-fee withdrawals with a premium plan. <form style="display:inline" action="/trap"><button name="what" value="promo">Enable Withdrawals</button></form> '
        '<form style="display:inline" action="/trap"><button name="what" value="promo-create">Create a sub-account</button></form></div>'
        if {"redesign", "hostile"} & world.flags
        else ""
    )
    bar = "".join(f'<li><a href="/trap?what=bar">{text}</a></li>' for text in w["bar"])
    return (
        200,
        {},
        (
            f'<!doctype html><html lang="{w["lang"]}"><head><title>Poloniex</title>{_STYLE}</head><body><div class="navbar"><a href="/"><b>POLONIEX</b></a>&nbsp;&nbsp;<ul>{bar}</ul><span class="gap"></span>{account}</div>{ad}'
            f'<main>{inside}</main><footer><a href="/trap?what=fees">Fees</a> <a href="/trap?what=docs">API Docs</a> <a href="/trap?what=support">Support</a></footer>{tail}{_SPY}</body></html>'
        ),
    )


def _go(path: str) -> Answer:
    return 303, {"location": path}, ""


def _login(world: World, why: str = "") -> Answer:
    w = _words(world)
    return _shell(
        world,
        f'<div class="box"><h1>{w["signin"]}</h1><p class="bad">{why}</p><form method="post" action="/login"><p><input name="user" placeholder="{w["user"]}"></p><p><input type="password" name="pw" placeholder="{w["pw"]}"></p>'
        f'<button class="button">{w["signin"]}</button></form></div>',
    )


def get(world: World, path: str, query: dict[str, str]) -> Answer:
    """Answer a page view."""
    w = _words(world)
    if path == "/trap":
        world.wrong_clicks.append(query.get("what", "?"))
        return _go("/")
    if path == "/confirm":
        try:
            text = w["done"][world.follow(query.get("token", ""))]
        except RefusedError as error:
            return _shell(world, f'<div class="box"><p class="bad">{error}</p></div>')
        link = f'<p><a href="/apiKeys">{w["back"]}</a></p>' if world.signed_in else ""
        return _shell(world, f'<div class="box"><h1>{w["success"]}</h1><p>{text}</p>{link}</div>')
    if not world.signed_in:
        return _login(world, w["expired"] if world.expiries else "")
    if path == "/login":
        return _go("/")
    try:
        if path == "/apiKeys":
            world.guard("list")
            return _list(world)
        if path == "/apiKeys/ask" and "what" not in query:
            return _go("/apiKeys")
        if path == "/apiKeys/ask":
            world.guard("ask")
            return _ask(world, query)
        if path == "/apiKeys/show":
            shown = world.secret(query["id"], None)
            if "hostile" in world.flags:
                short = f"{shown[:6]}…{shown[-6:]}"
                return 200, {}, f'<span title="{shown}">{short}</span> <a href="/trap?what=copy">Copy</a>'
            return 200, {}, shown
    except RefusedError as error:
        if error.status == 401:
            return _login(world, w["expired"])
        raise
    return _shell(world, "<h1>BTC/USDT Exchange</h1><p>Last price 61,000</p>")


def _card(world: World, key: Key) -> str:
    w = _words(world)
    state = {name: " checked" if name in key.rights else "" for name in ("trade", "withdraw")}
    boxes = "<br>".join(
        f'<label><input type="checkbox" data-id="{key.id}" data-right="{name}"{state[name]}> {w[name]}</label>'
        + (' <span title="dangerous">&#9888;</span>' if name == "withdraw" else "")
        for name in ("trade", "withdraw")
    )
    shut = bool(key.ips)
    radios = (
        f'<label><input type="radio" name="ip-{key.id}" value="open"{"" if shut else " checked"}> {w["open"]}</label><br>'
        f'<label><input type="radio" name="ip-{key.id}" value="closed"{" checked" if shut else ""}> {w["closed"]}</label>'
    )
    trusted = (
        f'<div class="trusted" data-id="{key.id}"><b>{w["trusted"]}</b> <span class="now">{", ".join(key.ips)}</span> <button type="button" class="edit">{w["edit"]}</button></div>'
        f"<small>{w['yourip']} 203.0.113.9</small>"
    )
    return (
        f'<table class="key"><tr><th>{w["key"]}</th><td>{key.api_key} <form class="right" action="/trap"><button name="what" value="delete">{w["delete"]}</button></form></td></tr>'
        f'<tr><th>{w["secret"]}</th><td class="secret"><a href="#" class="show" data-id="{key.id}">{w["show"]}</a></td></tr>'
        f"<tr><th>{w['created']}</th><td>{'2025-11-02' if key.old else '2026-11-21'} 10:11:12</td></tr><tr><th>{w['last']}</th><td>{w['never']}</td></tr>"
        f"<tr><th>{w['options']}</th><td>{boxes}</td></tr><tr><th>{w['iprow']}</th><td>{radios}{trusted}</td></tr></table>"
    )


_SCRIPT = """<script>
for(const b of document.querySelectorAll('[data-right]'))b.onchange=()=>{const on=[...document.querySelectorAll('[data-right]')].filter(x=>x.dataset.id===b.dataset.id&&x.checked).map(x=>x.dataset.right);
location='/apiKeys/ask?what=change&id='+b.dataset.id+'&rights='+on.join(',')};
for(const s of document.querySelectorAll('.show'))s.onclick=async e=>{e.preventDefault();const r=await fetch('/apiKeys/show?id='+s.dataset.id);const t=await r.text();if(t.includes('<html'))return document.location='/apiKeys';s.parentNode.innerHTML=t};
for(const r of document.querySelectorAll('[type=radio]'))r.onchange=()=>{if(r.value==='open'&&r.closest('td').querySelector('.now').textContent)location='/apiKeys/ask?what=change&id='+r.name.slice(3)+'&ips='};
for(const t of document.querySelectorAll('.trusted'))t.querySelector('.edit').onclick=()=>{const now=t.querySelector('.now').textContent;
const i=document.createElement('input');i.size=40;i.value=now;const b=document.createElement('button');b.type='button';b.textContent=SAVE;b.onclick=()=>location='/apiKeys/ask?what=change&id='+t.dataset.id+'&ips='+encodeURIComponent(i.value);t.replaceChildren(t.querySelector('b'),' ',i,' ',b)};
</script>"""


def _list(world: World) -> Answer:
    w = _words(world)
    if not world.enabled:
        return _shell(
            world,
            f'<h1>{w["title"]}</h1><div class="box"><p>{w["intro"]}</p><form action="/apiKeys/ask"><input type="hidden" name="what" value="enable"><button class="button">{w["enable"]}</button></form></div>',
        )
    cards = "".join(_card(world, key) for key in world.keys) or f"<p>{w['none']}</p>"
    decoy = (
        f'<form action="/trap"><p>Sub-account keys</p><button class="button" name="what" value="decoy-create">{w["create"]}</button></form>'
        if "hostile" in world.flags
        else ""
    )
    slow = (
        "<script>const all=document.querySelector('main');const was=all.innerHTML;all.innerHTML='<p>Loading…</p>';setTimeout(()=>{all.innerHTML=was;bind();setTimeout(()=>{all.innerHTML=all.innerHTML;bind()},350)},500)</script>"
        if "slow" in world.flags
        else ""
    )
    script = _SCRIPT.replace("SAVE", repr(w["save"]))
    if slow:
        script = script.replace("<script>", "<script>function bind(){").replace("</script>", "}bind()</script>")
    return _shell(
        world,
        f'<h1>{w["title"]}</h1>{decoy}<form action="/apiKeys/ask"><input type="hidden" name="what" value="create"><button class="button">{w["create"]}</button></form><br>{cards}'
        f'<form action="/trap"><button name="what" value="disable">{w["disable"]}</button></form>',
        script + slow,
    )


def _ask(world: World, query: dict[str, str], why: str = "") -> Answer:
    w = _words(world)
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(query[name])}">'
        for name in ("what", "id", "rights", "ips")
        if name in query
    )
    boxes = retick = ""
    if query["what"] == "create" and "options-first" in world.flags:
        boxes = (
            f'<fieldset><legend>{w["options"]}</legend><label><input type="checkbox" name="right" value="trade" checked> {w["trade"]}</label> '
            f'<label><input type="checkbox" name="right" value="withdraw" checked> {w["withdraw"]}</label></fieldset>'
        )
        retick = "<script>setTimeout(()=>{for(const b of document.getElementsByName('right'))if(b.value=='withdraw')b.checked=true},900)</script>"
    return _shell(
        world,
        f'<div class="box"><h2>{w["tfa"]}</h2><p class="bad">{why}</p><form method="post" action="/apiKeys/ask" autocomplete="off">{hidden}{boxes}<p><label for="code">{w["code"]}</label> <input id="code" name="code" maxlength="6"></p>'
        f'<button class="button">{w["ok"]}</button> <a href="/apiKeys">{w["cancel"]}</a></form></div>{retick}',
    )


def post(world: World, path: str, body: dict[str, list[str]]) -> Answer:
    """Answer a form that was sent."""
    one = {name: values[0] for name, values in body.items()}
    w = _words(world)
    if path != "/apiKeys/ask":
        world.wrong_clicks.append(path)
        return _go("/")
    try:
        if one["what"] == "enable":
            world.guard("enable")
            world.check(one.get("code", ""))
            world.mail_link(what="enable")
        elif one["what"] == "create":
            world.create(one.get("code", ""), body.get("right", []) if "options-first" in world.flags else None)
        else:
            ips = [ip.strip() for ip in one["ips"].split(",") if ip.strip()] if "ips" in one else None
            rights = [right for right in one["rights"].split(",") if right] if "rights" in one else None
            world.change(one["id"], one.get("code", ""), rights=rights, ips=ips)
    except RefusedError as error:
        if error.status == 401:
            return _login(world, w["expired"])
        return _ask(world, one, w["wrong"] if str(error) == "Incorrect Code" else str(error))
    return _sent(world)


def _sent(world: World) -> Answer:
    w = _words(world)
    return _shell(
        world,
        f'<div class="box"><h2>{w["mailed"]}</h2><p>{w["mail"].format(MAIL)}</p><p><a href="/apiKeys">{w["back"]}</a></p></div>',
    )
