"""The person at a stop: wrong, late and missing answers, answers in the page, and every way to go away.

Whatever ends a run, the last event names the state of the key, the exit code fits it, no process stays behind, and
the look-alike's books hold no key that was not said.
"""

from __future__ import annotations

import os
import signal

import pytest
from driver import Create, all_gone, environment, new_keys, nothing_made, place, processes, stored, truth

from autokey import journal, sandbox
from lookalikes.coinstore import serve

WORDS = ("--label", "ICG-MM", "--ips", "192.0.2.10", "--permissions", "read,trade")
CODES = ("email-code", "authenticator-code")


def test_wrong_codes_are_asked_again_with_the_pages_own_words() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        right = run.reply(run.events[-1])
        run.say(right | {"email-code": "000000"})
        again = run.next("human")
        assert "code" in again["reason"].lower(), "the page's own message is told"
        assert again["reason_by"] == "page"
        assert new_keys(site) == []
        run.say(right | {"authenticator-code": "000000"})
        third = run.next("human")
        assert third["reason"]
        assert third["reason"] != again["reason"]
        run.say(run.reply(third))
        run.play()
        assert run.finish() == 0
        truth(site, "read,trade", "192.0.2.10")


def test_an_expired_code_is_asked_again_and_a_new_one_is_sent() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        event = run.asked(*CODES)
        old = run.reply(event)
        site.clock.move(3600)
        run.say(old)
        again = run.next("human")
        assert "expired" in again["reason"].lower()
        run.play()
        assert run.finish() == 0
        assert len(site.inbox.mails) == 2
        truth(site, "read,trade", "192.0.2.10")


def test_a_new_code_is_sent_when_the_person_says_resend() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        site.clock.move(120)
        before = len(site.inbox.mails)
        run.say({"word": "resend"})
        run.asked(*CODES)
        assert len(site.inbox.mails) == before + 1
        run.say(run.reply(run.events[-1]))
        run.play()
        assert run.finish() == 0


def test_an_authenticator_code_is_asked_for_last() -> None:
    with sandbox.start("kucoin", variant="global") as site:
        run = Create("kucoin", "--label", "X", "--no-ip", sandbox=site)
        with run:
            while True:
                event = run.next("human", "result")
                assert event["event"] == "human"
                if "authenticator-code" in event["needs"]:
                    break
                run.say(run.reply(event))
            assert event["needs"][-1] == "authenticator-code"
            assert event["seconds"], "how long there is"


def test_a_mailed_link_that_expired_is_told_and_a_new_one_works() -> None:
    with sandbox.start("poloniex") as site, Create("poloniex", "--label", "X", "--no-ip", sandbox=site) as run:
        asked = run.asked("email-link")
        assert asked["seconds"] == 900, "links live fifteen minutes"
        site.clock.move(901)
        run.say({"email-link": site.inbox.newest("link").link})
        assert run.next("human")["reason"]
        run.say({"word": "resend"})
        run.play()
        assert run.finish() == 0
        truth(site, "read", preset="trade")


def test_a_link_that_leads_elsewhere_is_not_opened() -> None:
    with sandbox.start("poloniex") as site, Create("poloniex", "--label", "X", "--no-ip", sandbox=site) as run:
        run.asked("email-link")
        run.say({"email-link": "https://poloniex.com.example.org/confirm?token=1"})
        again = run.next("human")
        assert "does not lead to" in again["reason"]
        assert again["reason_by"] == "autokey"
        result = run.play()
        assert run.finish() == 0
        assert "poloniex.com.example.org" not in str(result["hosts"])
        truth(site, "read", preset="trade")


def test_a_link_may_be_opened_in_another_browser() -> None:
    """A mail is often read on a telephone: `done` is enough, and so is nothing at all."""
    from urllib.request import Request, urlopen

    def elsewhere(site: sandbox.Running, link: str) -> None:
        at = link.replace("https://poloniex.com", site.url)
        with urlopen(Request(at, headers={"Host": "poloniex.com"}), timeout=20) as page:
            page.read()

    with sandbox.start("poloniex") as site, Create("poloniex", "--label", "X", "--no-ip", sandbox=site) as made:
        made.asked("email-link")
        seen = set()

        def answer(event: dict) -> dict | None:
            if event["needs"] != ["email-link"]:
                return None
            mail = site.inbox.newest("link")
            if mail.id not in seen:
                seen.add(mail.id)
                elsewhere(site, mail.link)
            return {"email-link": "done"}

        made.say(answer(made.events[-1]))
        made.play(answer)
        assert made.finish() == 0
        truth(site, "read", preset="trade")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_gate_ends_the_run_with_a_sentence(number: signal.Signals) -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        run.process.send_signal(number)
        assert run.finish() == 5
        assert "Stopped by you" in run.result["error"]
        assert "No key was created." in run.result["error"]
        nothing_made(site)
    assert all_gone(), processes()
    (kept,) = journal.runs()
    assert not kept.active


def test_a_signal_before_a_browser_is_used_ends_the_run_too() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.next("note")
        run.process.send_signal(signal.SIGINT)
        assert run.finish() == 5
        nothing_made(site)
    assert all_gone(), processes()


def test_a_second_ctrl_c_ends_at_once() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        run.process.send_signal(signal.SIGINT)
        run.process.send_signal(signal.SIGINT)
        code = run.process.wait(20)
        assert code in {5, 130, -signal.SIGINT}
        assert "Traceback" not in run.stderr
        nothing_made(site)
    assert all_gone(), processes()


def test_the_end_of_input_ends_the_run() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        run.process.stdin.close()
        assert run.finish() == 5
        assert "input ended" in run.result["error"]
        nothing_made(site)


def test_nobody_answering_ends_the_run() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, "--timeout", "2", sandbox=site) as run:
        run.asked(*CODES)
        assert run.finish() == 5
        assert "Nobody answered" in run.result["error"]
        assert "within 2 seconds" in run.result["error"]
        nothing_made(site)


def test_the_word_stop_ends_the_run() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        run.say({"word": "stop"})
        assert run.finish() == 5
        assert "No key was created." in run.result["error"]
        nothing_made(site)


def _browser() -> int:
    """The browser's own process: the one that node started and that starts all others."""
    mains = {
        pid: line for pid, line in processes().items() if "--remote-debugging-pipe" in line and "/bin/sh" not in line
    }
    return min(mains)


def test_a_closed_window_ends_the_run() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        os.kill(_browser(), signal.SIGTERM)
        assert run.finish() == 5
        assert "window was closed" in run.result["error"]
        assert "No key was created." in run.result["error"]
        nothing_made(site)
    assert all_gone(), processes()


@pytest.mark.parametrize("which", ["window", "driver"])
def test_a_question_that_the_page_cannot_answer_ends_with_the_window(which: str) -> None:
    """A list with further pages: the person looks through them, and nothing on the page tells when they have."""
    with serve("antd", "paged", "old-key") as site, Create("coinstore", *WORDS, sandbox=site.url) as run:
        run.next("human", having=lambda event: event["step"] == "list")
        drivers = [pid for pid, line in processes().items() if "run-driver" in line]
        os.kill(*((_browser(), signal.SIGTERM) if which == "window" else (drivers[0], signal.SIGKILL)))
        assert run.finish() == 5
        assert "No key was created." in run.result["error"]
        assert site.world.creates == 0


def test_a_driver_that_dies_ends_the_run() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        (driver,) = [pid for pid, line in processes().items() if "run-driver" in line]
        os.kill(driver, signal.SIGKILL)
        assert run.finish() == 5
        nothing_made(site)
    assert all_gone(), processes()


def test_a_window_closed_between_key_and_edit_says_what_the_key_still_can_do() -> None:
    """Poloniex: the key is made and stored, and can trade until the second confirmed change is through."""
    with sandbox.start("poloniex") as site, Create("poloniex", "--label", "X", "--no-ip", sandbox=site) as run:
        while not new_keys(site) or not any("Stored" in event.get("text", "") for event in run.events):
            event = run.next("human", "note")
            if event["event"] == "human":
                run.say(run.reply(event))
        while (event := run.next("human"))["needs"] != ["email-link"]:
            run.say(run.reply(event))
        assert "trade" in run.texts(), "that the new key can trade is said while it can"
        os.kill(_browser(), signal.SIGTERM)
        assert run.finish() == 7
        assert "still has trade" in run.result["error"]
        assert run.result["service"]
        (key,) = new_keys(site)
        assert stored("poloniex/X")["secret_key"] == key.secret


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [("gates.pass_gate", 1, "No key was created."), ("capture.read_all", 6, "A key may exist")],
)
def test_a_fault_of_our_own_is_a_sentence_with_the_keys_state(where: str, code: int, said: str) -> None:
    folder = place("tmp") / "broken"
    folder.mkdir()
    module, name = where.split(".")
    (folder / "sitecustomize.py").write_text(
        "import importlib.abc, importlib.machinery, sys\n"
        "class Broken(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name != 'autokey.engine.{module}':\n"
        "            return None\n"
        "        spec = importlib.machinery.PathFinder.find_spec(name, path)\n"
        "        run = spec.loader.exec_module\n"
        "        def exec_module(module):\n"
        "            run(module)\n"
        "            async def broken(*_):\n"
        "                raise TypeError('quotes s3cr3t')\n"
        f"            module.{name} = broken\n"
        "        spec.loader.exec_module = exec_module\n"
        "        return spec\n"
        "sys.meta_path.insert(0, Broken())\n"
    )
    source = os.pathsep.join([str(folder), environment()["PYTHONPATH"]])
    with (
        sandbox.start("coinstore", signed_in=False) as site,
        Create("coinstore", *WORDS, sandbox=site, PYTHONPATH=source) as run,
    ):
        run.play()
        assert run.finish() == code
    assert "TypeError" in run.result["error"]
    assert said in run.result["error"]
    assert "s3cr3t" not in run.printed + run.stderr
    (kept,) = journal.runs()
    assert kept.notes[-1].phase == "ended"
    assert kept.state == ("may-exist" if code == 6 else "ended")


def test_the_end_of_input_after_the_last_answer_does_not_stop_the_storing() -> None:
    with sandbox.start("coinstore") as site, Create("coinstore", *WORDS, sandbox=site) as run:
        run.asked(*CODES)
        run.say(run.reply(run.events[-1]))
        run.process.stdin.close()
        assert run.finish() == 0
        key = truth(site, "read,trade", "192.0.2.10")
    assert stored("coinstore/ICG-MM")["secret_key"] == key.secret
