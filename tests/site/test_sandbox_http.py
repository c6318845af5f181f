"""The sandbox over plain HTTP: gates, limits, faults and ground truth of the look-alike, without a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest
from pyotp.totp import TOTP

from autokey.sandbox import Player, exchanges, start
from autokey.sandbox.world import FAULTS

FORM = {"remark": "icg-mm", "ips": "192.0.2.10,192.0.2.11", "read": True, "trade": True, "withdraw": False}


class Visitor:
    """A browser without a page: keeps cookies, speaks JSON."""

    def __init__(self, url, headers=None):
        self.url = url
        self.jar = CookieJar()
        self.headers = headers or {}
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.jar))

    def raw(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        with self.opener.open(Request(self.url + path, data=data, headers=headers), timeout=20) as answer:
            return answer.headers, answer.read()

    def get(self, path):
        return json.loads(self.raw(path)[1])

    def post(self, path, **body):
        return json.loads(self.raw(path, body)[1])


def codes(running):
    me = Player(running)
    return {"mail": me.answer("email-code"), "totp": me.answer("authenticator-code")}


def test_a_key_is_made_with_both_codes_and_its_secret_is_never_given_again():
    with start("coinstore") as running:
        visitor = Visitor(running.url)
        assert visitor.post("/api/keys/check", **FORM) == {"email": "ma****@example.com"}
        visitor.post("/api/code")
        made = visitor.post("/api/keys/create", **FORM, **codes(running))
        (key,) = running.state.keys
        assert (made["apiKey"], made["secretKey"]) == (key.api_key, key.secret)
        assert len(key.api_key) == len(key.secret) == 32
        assert set(key.api_key + key.secret) <= set("0123456789abcdef")
        assert (key.label, key.ips, key.permissions) == (
            "icg-mm",
            ("192.0.2.10", "192.0.2.11"),
            ("read", "trade"),
        )
        assert running.state.ever_granted() == {"read", "trade"}
        assert (running.state.create_requests, running.state.created) == (1, 1)
        assert key.secret not in visitor.raw("/api/keys")[1].decode()


def test_codes_count_once_and_wrong_ones_use_nothing_up():
    with start("coinstore") as running:
        visitor = Visitor(running.url)
        visitor.post("/api/code")
        good = codes(running)
        assert visitor.post("/api/keys/create", **FORM, **good | {"totp": "x"})["error"] == "2FA code error"
        assert visitor.post("/api/keys/create", **FORM, **good | {"mail": "x"})["error"] == "Email code error"
        assert running.state.created == 0
        assert "secretKey" in visitor.post("/api/keys/create", **FORM, **good)
        assert "error" in visitor.post("/api/keys/create", **FORM, **good)
        assert (running.state.create_requests, running.state.created) == (4, 1)
        # the same mail code is spent, and so is the authenticator's step
        running.clock.move(61)
        visitor.post("/api/code")
        again = good | {"mail": Player(running).answer("email-code")}
        assert visitor.post("/api/keys/create", **FORM, **again)["error"] == "2FA code error"


def test_a_mailed_code_dies_on_the_clock_that_tests_move():
    with start("coinstore") as running:
        visitor = Visitor(running.url)
        visitor.post("/api/code")
        mail = running.inbox.newest("code")
        visitor.post("/__sandbox__/clock", move=599)
        assert running.inbox.lives(mail)
        visitor.post("/__sandbox__/clock", move=2)
        found = visitor.post("/api/keys/create", **FORM, **codes(running))
        assert "expired" in found["error"]
        assert running.state.created == 0


def test_a_second_code_must_be_waited_for_and_voids_the_first():
    with start("coinstore") as running:
        visitor = Visitor(running.url)
        visitor.post("/api/code")
        first = running.inbox.newest("code").code
        assert "Wait" in visitor.post("/api/code")["error"]
        running.clock.move(60)
        visitor.post("/api/code")
        assert len(running.inbox.mails) == 2
        if running.inbox.newest("code").code != first:
            assert running.inbox.check_code("api-key", first)[0] == "wrong"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"remark": " "}, "remark"),
        ({"remark": "x" * 61}, "60"),
        ({"ips": ""}, "Enter an IP"),
        ({"ips": "192.0.2.1, 192.0.2.2"}, "Illegal IP"),
        ({"ips": "192.0.2.0/24"}, "Illegal IP"),
        ({"ips": "2001:db8::1"}, "Illegal IP"),
        ({"ips": "192.0.2.1,"}, "Illegal IP"),
        ({"ips": ",".join(f"192.0.2.{n}" for n in range(6))}, "5 IP"),
    ],
)
def test_the_forms_limits_are_kept_by_the_server_before_and_at_creation(change, words):
    with start("coinstore") as running:
        visitor = Visitor(running.url)
        assert words in visitor.post("/api/keys/check", **FORM | change)["error"]
        assert words in visitor.post("/api/keys/create", **FORM | change)["error"]
        assert visitor.post("/api/keys/check", **FORM | {"remark": "x" * 60}).get("error") is None
        assert running.state.keys == []


def test_a_full_account_takes_no_sixth_key():
    with start("coinstore", faults=["full-account"]) as running:
        visitor = Visitor(running.url)
        assert visitor.get("/api/keys")["full"] is True
        assert "5 API keys" in visitor.post("/api/keys/check", **FORM)["error"]
        visitor.post("/api/code")
        assert "5 API keys" in visitor.post("/api/keys/create", **FORM, **codes(running))["error"]
        assert len(running.state.keys) == 5
        assert running.state.created == 0


def test_a_lost_answer_leaves_a_key_and_gives_nothing():
    with start("coinstore", faults=["lost-answer"]) as running:
        visitor = Visitor(running.url)
        visitor.post("/api/code")
        with pytest.raises(HTTPException):
            visitor.post("/api/keys/create", **FORM, **codes(running))
        assert [key.label for key in running.state.keys] == ["icg-mm"]
        assert running.state.create_requests == 1


def test_an_extra_right_is_granted_and_stays_in_the_history_after_it_was_taken_away():
    with start("coinstore", faults=["extra-right"]) as running:
        visitor = Visitor(running.url)
        visitor.post("/api/code")
        made = visitor.post("/api/keys/create", **FORM, **codes(running))
        assert made["permission"] == "Read,Trade,Withdraw"
        running.clock.move(61)
        visitor.post("/api/code")
        assert visitor.post("/api/keys/edit", **FORM, id=made["id"], **codes(running)) == {}
        assert running.state.keys[0].permissions == ("read", "trade")
        assert "withdraw" in running.state.ever_granted()
        assert visitor.post("/api/keys/delete", id=made["id"]) == {}
        assert [change.what for change in running.state.history] == ["created", "edited", "deleted"]
        assert running.state.keys == []


def test_nothing_is_done_for_a_browser_that_is_not_signed_in():
    with start("coinstore", signed_in=False) as running:
        visitor = Visitor(running.url)
        for path in ("/api/keys/check", "/api/keys/create", "/api/keys/delete", "/api/code"):
            with pytest.raises(HTTPError) as refused:
                visitor.post(path, **FORM)
            assert refused.value.code == 401
            refused.value.close()
        assert visitor.post("/api/sign-in", email="", password="x")["error"]
        assert visitor.post("/api/sign-in", email="a@example.com", password="x") == {}
        assert visitor.get("/api/keys")["keys"] == []


def test_the_session_ends_once_on_its_screen_and_the_person_can_sign_in_again():
    with start("coinstore", faults=["session-expiry:verification"]) as running:
        visitor = Visitor(running.url)
        assert visitor.post("/__sandbox__/visit", screen="form") == {"due": []}
        assert visitor.post("/__sandbox__/visit", screen="verification") == {"due": ["session-expiry"]}
        assert visitor.get("/api/session") == {"signedIn": False}
        assert Player(running).answer("sign-in") == "done"
        assert visitor.get("/api/session")["signedIn"] is True
        assert visitor.post("/__sandbox__/visit", screen="verification") == {"due": []}


def test_a_mail_that_comes_too_late_is_followed_by_a_good_one_at_once():
    with start("coinstore", faults=["mail-expired"]) as running:
        visitor = Visitor(running.url)
        visitor.post("/api/code")
        assert "expired" in visitor.post("/api/keys/create", **FORM, **codes(running))["error"]
        visitor.post("/api/code")
        assert "secretKey" in visitor.post("/api/keys/create", **FORM, **codes(running))


def test_the_player_gives_authenticator_codes_that_are_good_and_never_the_same_after_use():
    with start("coinstore") as running:
        first = Player(running).answer("authenticator-code")
        assert TOTP(running.totp_seed).verify(first, valid_window=1)
        assert len(running.totp_seed) == 16
        step = running.world.authenticator.match(first)
        assert step is not None
        running.world.authenticator.use(step)
        assert running.world.authenticator.match(first) is None
        assert Player(running.url).answer("authenticator-code") != first
        assert Player(running.url).answer("trading-password") == running.world.account.trading_password
        with pytest.raises(ValueError, match="by-hand"):
            Player(running.url).answer("by-hand")


def test_under_the_real_host_cookies_name_no_domain_and_the_page_no_address():
    with start("coinstore") as running:
        headers, body = Visitor(running.url, {"Host": "www.coinstore.com"}).raw("/")
        cookie = headers["Set-Cookie"]
        assert "Domain" not in cookie
        assert "HttpOnly" in cookie
        assert b"http://" not in body
        assert b"https://" not in body


@pytest.mark.parametrize("exchange", exchanges())
def test_every_page_is_marked_as_sandbox_and_names_no_other_host(exchange):
    with start(exchange) as running:
        for path in [*running.site.pages, "/__sandbox__/"]:
            body = Visitor(running.url).raw(path)[1].decode()
            assert 'id="sandbox-mark"' in body
            assert "<title>SANDBOX " in body
            assert "://" not in body


def test_a_wrong_name_fault_or_variant_is_refused_with_what_there_is():
    with pytest.raises(ValueError, match="coinstore"):
        start("nowhere")
    with pytest.raises(ValueError, match="lost-answer"):
        start("coinstore", faults=["earthquake"])
    with pytest.raises(ValueError, match="no such fault"):
        start("coinstore", faults=["lost-answer:form"])
    with pytest.raises(ValueError, match="variant"):
        start("coinstore", variant="1999")


def test_paths_outside_the_site_are_not_found():
    with start("coinstore") as running:
        visitor = Visitor(running.url)
        for path in (
            "/static/coinstore.py",
            "/static/../server.py",
            "/static/%2e%2e/server.py",
            "/api/nothing",
        ):
            with pytest.raises(HTTPError) as refused:
                visitor.raw(path)
            assert refused.value.code == 404
            refused.value.close()


def test_it_listens_on_loopback_only():
    with start("coinstore") as running:
        assert running._server.server_address[0] == "127.0.0.1"


def test_as_a_process_of_its_own_it_says_where_it_is_and_ends_when_told():
    command = [sys.executable, "-m", "autokey.sandbox", "coinstore", "--fault", "slow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        visitor = Visitor(said["url"])
        visitor.post("/api/code")
        code = Player(said["url"]).answer("email-code")
        assert visitor.get("/__sandbox__/inbox")["mails"][0]["code"] == code
        assert visitor.get("/__sandbox__/state")["create_requests"] == 0
        process.terminate()
        assert process.wait(10) == 0


def test_the_look_alike_can_do_every_fault_there_is():
    with start("coinstore", faults=FAULTS) as running:
        assert set(running.world.faults) == set(FAULTS)
