"""The person in a terminal (real ptys) and behind a program (real pipes)."""

from __future__ import annotations

import asyncio
import io
import json
import os
import pty
import re
import subprocess
import sys
import termios
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autokey.errors import StoppedError
from autokey.human import layout, words
from autokey.human.machine import Machine
from autokey.human.terminal import Terminal
from autokey.ports import Need, Said
from autokey.secret import Secret

BOTH = Need("verify", ("authenticator-code", "email-code"), "Enter both codes.", deadline=300)
MAIL = Need("verify", ("email-code",), "Enter the code.")
SIGN_IN = Need("sign-in", ("sign-in",), "Sign in.")
WHICH = Need("profile", ("which",), "Which one is it?", choices=("button 'Me'", "link 'Profile'"))


def run(coro):
    """Run in a thread of its own: the sync Playwright fixtures leave a running loop in the main thread."""
    box = {}

    def work():
        try:
            box["value"] = asyncio.run(asyncio.wait_for(coro, 20))
        except BaseException as error:  # noqa: BLE001  # handed to the caller
            box["error"] = error

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    return box["value"]


# ---------------------------------------------------------------- helpers: a pty, a pipe


class Tty:
    """A real pseudo-terminal with us in front of it."""

    def __init__(self):
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.input = os.fdopen(os.dup(self.slave), "r", encoding="utf-8")
        self.output = os.fdopen(os.dup(self.slave), "w", encoding="utf-8")
        self.seen = ""

    @property
    def echo(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.master, text.encode())

    async def until(self, words_):
        while words_ not in self.seen:
            with suppress(BlockingIOError):
                self.seen += os.read(self.master, 65536).decode()
            await asyncio.sleep(0.005)  # the other side is a kernel buffer, which has nothing to await
        return self.seen

    def close(self):
        self.input.close()
        with suppress(OSError):  # hung up
            self.output.close()
        os.close(self.slave)
        os.close(self.master)


@pytest.fixture
def tty(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Tty()
    yield terminal
    terminal.close()


@contextmanager
def pipe(text=b""):
    """A pipe that holds `text`; gives (reading stream, writing descriptor)."""
    reading, writing = os.pipe()
    os.write(writing, text)
    stream = os.fdopen(reading, "r")
    ends = {"writing": writing}
    try:
        yield stream, ends
    finally:
        stream.close()
        if ends["writing"] is not None:
            os.close(ends["writing"])


def end(ends):
    os.close(ends["writing"])
    ends["writing"] = None


def revealed(answer):
    return {kind: secret.reveal() for kind, secret in answer.given.items()}


async def terminal_dialogue(tty, need, *exchanges, **more):
    """Ask on the tty; each exchange is (wait for this, then type that)."""
    terminal = Terminal([], tty.output, stdin=tty.input, **more)
    asking = asyncio.create_task(terminal.ask(need))
    for wait_for, text in exchanges:
        await tty.until(wait_for)
        tty.seen = ""
        tty.type(text)
    return await asking


# ---------------------------------------------------------------- terminal


def test_codes_are_asked_with_the_authenticator_last_and_never_echoed(tty):
    answer = run(
        terminal_dialogue(tty, BOTH, ("E-mail code (", "314159\n"), ("Authenticator code (changes in", "271828\n"))
    )
    assert revealed(answer) == {"email-code": "314159", "authenticator-code": "271828"}
    rest = os.read(tty.master, 65536).decode()
    assert "314159" not in tty.seen + rest
    assert "271828" not in tty.seen + rest


def test_echo_is_off_while_asked_and_back_after_the_answer(tty):
    async def go():
        terminal = Terminal([], tty.output, stdin=tty.input)
        asking = asyncio.create_task(terminal.ask(MAIL))
        assert tty.echo
        await tty.until("E-mail code")
        assert not tty.echo
        tty.type("123456\n")
        await asking
        assert tty.echo

    run(go())


def test_a_cancelled_question_leaves_echo_on_and_nothing_half_typed_for_the_shell(tty):
    async def go():
        terminal = Terminal([], tty.output, stdin=tty.input)
        asking = asyncio.create_task(terminal.ask(MAIL))
        await tty.until("E-mail code")
        tty.seen = ""
        tty.type("1\n23456")  # refused, then half a code without Enter: the page is quicker
        await tty.until("E-mail code: ")  # asked again: the kernel has the half code, too
        tty.seen = ""
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert tty.echo
        tty.type("\n")
        with os.fdopen(os.dup(tty.slave), "rb", buffering=0) as shell:
            assert await asyncio.to_thread(shell.readline) == b"\n"
        assert await tty.until("\n") == "\r\x1b[K\r\n"  # the prompt is wiped, and only the new Enter shows

    run(go())


def test_what_was_typed_before_the_question_does_not_answer_it(tty):
    async def go():
        tty.type("\n\n")  # idle Enters during the run
        await tty.until("\r\n\r\n")  # echoed: the kernel has them
        terminal = Terminal([], tty.output, stdin=tty.input)
        asking = asyncio.create_task(terminal.ask(SIGN_IN))
        await tty.until("then press Enter")
        assert not asking.done()
        await asyncio.sleep(0)
        tty.type("\n")
        return await asking

    assert revealed(run(go())) == {"sign-in": "done"}


def test_ctrl_d_on_a_tty_stops_the_run_and_restores_echo(tty):
    with pytest.raises(StoppedError, match="input ended"):
        run(terminal_dialogue(tty, MAIL, ("E-mail code", "\x04")))
    assert tty.echo


def test_a_terminal_that_hangs_up_stops_the_run(tty):
    async def go():
        terminal = Terminal([], tty.output, stdin=tty.input)
        asking = asyncio.create_task(terminal.ask(MAIL))
        await tty.until("E-mail code")
        os.close(tty.master)
        try:
            await asking
        finally:
            tty.master = os.open(os.devnull, os.O_RDONLY)

    with pytest.raises(StoppedError):
        run(go())


def test_a_useless_answer_is_refused_in_one_sentence_and_asked_again(tty):
    answer = run(
        terminal_dialogue(
            tty, MAIL, ("E-mail code", "12\n"), ("4 to 12 letters or digits. Type it again.", "123 456\n")
        )
    )
    assert revealed(answer) == {"email-code": "123456"}


@pytest.mark.parametrize("word", ["stop", "resend", "by-hand", " STOP "])
def test_words_are_understood_in_place_of_a_code(tty, word):
    answer = run(terminal_dialogue(tty, BOTH, ("E-mail code (", f"{word}\n")))
    assert answer.word == word.strip().lower()
    assert not answer.given


def test_a_choice_is_a_number_or_point_or_done(tty):
    assert run(terminal_dialogue(tty, WHICH, ("Number", "3\n"), ("Give a number from 1 to 2", "2\n"))).choice == 2
    assert run(terminal_dialogue(tty, WHICH, ("Number", "point\n"))).word == "point"
    assert run(terminal_dialogue(tty, WHICH, ("Number", "done\n"))).word == "by-hand"


def test_point_and_resend_do_not_fit_where_there_is_nothing_to_point_at_or_send_again(tty):
    answer = run(
        terminal_dialogue(tty, SIGN_IN, ("Enter", "point\n"), ("answer is `done`", "resend\n"), ("again", "\n"))
    )
    assert revealed(answer) == {"sign-in": "done"}


def test_what_is_no_secret_is_seen_while_it_is_typed(tty):
    confirm = Need("danger", ("confirm-danger",), "To go on, type exactly: withdraw X")
    answer = run(terminal_dialogue(tty, confirm, ("Type it exactly: ", "withdraw X\n")))
    assert revealed(answer) == {"confirm-danger": "withdraw X"}
    assert "withdraw X" in run(tty.until("\x1b[K"))
    assert "by-hand" not in tty.seen


def test_the_countdown_is_rewritten_in_place(tty):
    async def go():
        terminal = Terminal([], tty.output, stdin=tty.input)
        asking = asyncio.create_task(terminal.ask(BOTH))
        await tty.until("(4:58 left)")
        tty.type("stop\n")
        await asking
        prompts = tty.seen[tty.seen.index("E-mail code") :]
        assert "\n" not in prompts[: prompts.index("(4:58 left)")]
        assert prompts.count("\r\x1b[KE-mail code") >= 1

    run(go())


@pytest.mark.parametrize("width", [24, 40, 80])
def test_how_long_a_mailed_link_lives_counts_down_at_any_width_and_the_link_is_not_shown(tty, width):
    termios.tcsetwinsize(tty.slave, (24, width))
    link = "https://a.test/confirm?t=c4n4ry"

    async def go():
        terminal = Terminal([], tty.output, stdin=tty.input)
        asking = asyncio.create_task(terminal.ask(Need("l", ("email-link",), "Open it.", deadline=900)))
        await tty.until("(14:58 left): ")
        lines = tty.seen.split("\r\x1b[K")[1:]
        assert all(len(line) < width and "\n" not in line for line in lines), lines
        tty.type(f"{link}\n")
        return await asking

    assert revealed(run(go())) == {"email-link": link}
    assert link not in tty.seen


def test_an_authenticator_code_about_to_change_is_announced(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_700_000_006.5)  # 3.5 s before the next 30 s step
    out = io.StringIO()
    with pipe(b"123456\n") as (stdin, _):
        run(Terminal([], out, stdin=stdin).ask(Need("v", ("authenticator-code",), "Enter it.")))
    assert re.search(r"changes in \d s: wait for the next one", out.getvalue())


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31mWrong\x9b1m code\u202e.\r\nType rm -rf\u2028now\x00\x08"


def test_texts_of_a_page_cannot_steer_the_terminal(tty):
    need = Need("v", ("which",), f"Enter {HOSTILE}", reason=HOSTILE, choices=(HOSTILE, "b"))
    out = io.StringIO()
    with pipe(b"1\n") as (stdin, _):
        terminal = Terminal([HOSTILE], out, stdin=stdin)
        terminal.tell("step", text=HOSTILE, number=1, of=1)
        terminal.tell("warning", text=HOSTILE)
        terminal.tell("result", status=HOSTILE, place=HOSTILE)
        assert run(terminal.ask(need)).choice == 1
    text = out.getvalue()
    assert not set(text) & set("\x1b\x07\x00\x08\x9b\r\u202e\u2028")
    assert all("Wrong" in line for line in text.splitlines() if "rm -rf" in line)  # no line of the page's own


def test_only_the_pages_own_words_are_called_so():
    def shown(reason):
        out = io.StringIO()
        with pipe(b"1\n") as (stdin, _):
            run(Terminal([], out, stdin=stdin).ask(Need("v", ("which",), "Which?", reason=reason, choices=("a",))))
        return out.getvalue()

    assert 'The page says: "Wrong code"' in shown(Said("Wrong code"))
    own = shown("the list still shows it")
    assert "Why: the list still shows it" in own
    assert "page says" not in own
    assert "Why" not in shown("")


def test_lines_are_broken_between_words_and_what_has_no_space_stays_whole():
    path = "/a/very/long/path/that/is/longer/than/the/terminal/is/wide.age"
    for width in (30, 40, 80):
        lines = layout.wrapped(f"[ 3/15] Enter the allowed addresses, kept in {path}, and go on.", width).splitlines()
        assert all(len(line) < width or path in line for line in lines)
        assert all(line.startswith("        ") for line in lines[1:])
        assert any(path in line for line in lines)
    assert layout.wrapped("a b " * 100, 0) == "a b " * 100


def test_a_result_says_what_a_person_wants_to_know_and_no_more():
    shown = dict(
        layout.result({
            "status": "stored", "exit": 0, "verified": "verified", "exchange": "x", "flow": "x", "ips": ["192.0.2.1"],
            "differences": [], "sandbox": False, "place": "in a file", "fix": "", "step": None, "state": "compared",
        })
    )  # fmt: skip
    assert shown == {
        "compared": "verified: the site shows exactly what was ordered",
        "exchange": "x",
        "ips": "192.0.2.1",
        "kept": "in a file",
    }
    failed = dict(layout.result({"status": "failed", "exit": 4, "error": "Gone.", "fix": "Look.", "asked": 0}))
    assert failed == {"exit code": "4", "error": "Gone.", "what to do": "Look."}
    assert "compared" not in dict(layout.result({"status": "dry-run", "verified": "not-provable"}))


@pytest.mark.parametrize("window", [True, False])
def test_nobody_is_sent_to_a_window_that_is_not_there(window):
    out = io.StringIO()
    with pipe(b"123456\nstop\n") as (stdin, _):
        terminal = Terminal([], out, stdin=stdin, window=window)
        run(terminal.ask(MAIL))
        code = out.getvalue()
        run(terminal.ask(SIGN_IN))
    assert ("in the page" in code) is window
    assert ("by-hand" in code) is window
    assert "resend" in code
    assert ("There is no window" in out.getvalue()) is not window
    assert ("in the window, then press Enter" in out.getvalue()) is window


@pytest.mark.parametrize("variable", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_it_is_not_wanted(tty, monkeypatch, variable):
    monkeypatch.setenv(*variable)
    terminal = Terminal(["One"], tty.output, stdin=tty.input)
    terminal.tell("step", text="One", number=1, of=1)
    terminal.tell("warning", text="careful")
    seen = run(tty.until("careful"))
    assert "\x1b" not in seen
    assert "[1/1] One" in seen


def test_a_log_gets_plain_lines_and_the_list_of_steps_once():
    out = io.StringIO()
    terminal = Terminal(["Sign in", "Open the form"], out, stdin=None)
    terminal.tell("step", step="a", text="Sign in", number=1, of=2)
    terminal.tell("step", step="b", text="Open the form", number=2, of=2)
    assert out.getvalue().splitlines() == [
        "   1  Sign in",
        "   2  Open the form",
        "[1/2] Sign in",
        "[2/2] Open the form",
    ]


def test_several_lines_in_one_read_of_a_pipe_answer_several_needs():
    with pipe(b"111111\n222222\nstop\n") as (stdin, _):
        terminal = Terminal([], io.StringIO(), stdin=stdin)
        assert revealed(run(terminal.ask(BOTH))) == {"email-code": "111111", "authenticator-code": "222222"}
        assert run(terminal.ask(MAIL)).word == "stop"


def test_a_line_may_come_in_pieces():
    async def go(stdin, ends):
        asking = asyncio.create_task(Terminal([], io.StringIO(), stdin=stdin).ask(MAIL))
        for piece in (b"12", b"34", b"56\r", b"\n"):
            for _ in range(4):  # rounds of the loop: the piece before is read on its own
                await asyncio.sleep(0)
            os.write(ends["writing"], piece)
        return await asking

    with pipe() as (stdin, ends):
        assert revealed(run(go(stdin, ends))) == {"email-code": "123456"}


def test_a_file_may_answer_and_its_end_without_newline_counts(tmp_path: Path):
    (tmp_path / "answers").write_text("111111\n222222")
    with (tmp_path / "answers").open() as stdin:
        answer = run(Terminal([], io.StringIO(), stdin=stdin).ask(BOTH))
    assert revealed(answer) == {"email-code": "111111", "authenticator-code": "222222"}


@pytest.mark.parametrize("make", [Terminal, Machine])
def test_no_input_at_all_stops_instead_of_hanging(make):
    def ask(stdin):
        out = io.StringIO()
        return run((Terminal([], out, stdin=stdin) if make is Terminal else Machine(stdin, out)).ask(MAIL))

    with Path(os.devnull).open() as null, pytest.raises(StoppedError) as error:
        ask(null)
    assert error.value.exit_code == 5
    with pytest.raises(StoppedError):
        ask(null)  # closed by now
    with pipe() as (stdin, ends):
        end(ends)
        with pytest.raises(StoppedError):
            ask(stdin)


def test_a_program_that_talks_nonsense_for_ever_is_given_up():
    with pipe(b"y y\n" * 50) as (stdin, _), pytest.raises(StoppedError, match="20 answers"):
        run(Terminal([], io.StringIO(), stdin=stdin).ask(MAIL))


def test_neither_answers_nor_their_other_forms_come_out_again():
    out = io.StringIO()
    with pipe(b"778899\n") as (stdin, _):
        terminal = Terminal([], out, stdin=stdin)
        run(terminal.ask(MAIL))
        terminal.tell("note", text="the page said: 778899 (hex 373738383939) is wrong")
    assert "778899" not in out.getvalue()
    assert "373738383939" not in out.getvalue()
    assert "<secret>" in out.getvalue()


def test_telling_never_raises_even_when_the_terminal_is_gone():
    reading, writing = os.pipe()
    os.close(reading)
    out = os.fdopen(writing, "w")
    Terminal([], out, stdin=None).tell("note", text="x")
    machine = Machine(None, out)
    machine.tell("note", text="x")
    with suppress(OSError):
        out.close()
    machine.tell("note", text="x")


def test_a_reader_that_went_away_does_not_change_the_exit_code():
    program = "import sys; from autokey.human.machine import Machine; m = Machine(None, sys.stdout)\n"
    program += "for _ in range(3): m.tell('note', text='x')\nsys.exit(6)"
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() == 6


# ---------------------------------------------------------------- machine


def events(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def converse(need, *lines, machine=None, out=None):
    """Ask `need`; once it is asked, write the lines in one go and close the pipe."""
    out = io.StringIO() if out is None else out

    async def go(stdin, ends):
        asking = asyncio.create_task(Machine(stdin, out).ask(need))
        await asyncio.sleep(0)
        os.write(ends["writing"], b"".join(line.encode() + b"\n" for line in lines))
        end(ends)
        return await asking

    with pipe() as (stdin, ends):
        return run(go(stdin, ends)), events(out)


def test_the_question_is_one_json_line_with_a_deadline():
    _, (event,) = converse(BOTH, '{"word":"stop"}')
    assert event["event"] == "human"
    assert event["step"] == "verify"
    assert event["needs"] == ["email-code", "authenticator-code"]
    assert event["seconds"] == 300
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["deadline"])


@pytest.mark.parametrize(("reason", "by"), [(Said("Wrong code"), "page"), ("it is still there", "autokey"), ("", "")])
def test_a_question_tells_whose_words_its_reason_is_in(reason, by):
    _, (event,) = converse(Need("v", ("email-code",), "Enter it.", reason=reason), '{"word":"stop"}')
    assert (event["reason"], event["reason_by"]) == (reason, by)


def test_a_question_has_exactly_the_fields_that_the_guide_names():
    _, (event,) = converse(BOTH, '{"word":"stop"}')
    guide = (Path(__file__).parents[2] / "docs" / "guide.md").read_text()
    (row,) = re.findall(r"^\| `human` \| (.*) \|$", guide, re.MULTILINE)
    assert set(event) - {"event"} <= set(re.findall(r"`([a-z_]+)`", row))
    (example,) = re.findall(r'^\{"event": "human".*\}$', guide, re.MULTILINE)
    assert list(json.loads(example)) == list(event)


@pytest.mark.parametrize(
    "lines",
    [
        ['{"email-code":"111111","authenticator-code":"222222"}'],
        ['{"email-code":"111111"}', '{"authenticator-code":"222222"}'],
        ['{"authenticator-code":"222 222"}', "", '{"email-code":"111111"}'],
    ],
)
def test_answers_may_come_in_one_object_or_in_several(lines):
    answer, told = converse(BOTH, *lines)
    assert revealed(answer) == {"email-code": "111111", "authenticator-code": "222222"}
    assert [event["event"] for event in told] == ["human"]


@pytest.mark.parametrize(
    ("need", "line", "expected"),
    [
        (SIGN_IN, '{"sign-in":"done"}', {"sign-in": "done"}),
        (Need("l", ("email-link",), "t"), '{"email-link":"done"}', {"email-link": "done"}),
        (
            Need("l", ("email-link",), "t"),
            '{"email-link":"https://a.test/x?y=1"}',
            {"email-link": "https://a.test/x?y=1"},
        ),
        (
            Need("t", ("trading-password",), "t"),
            '{"trading-password":" p \\u00e4"}',
            {"trading-password": " p ä"},
        ),
    ],
)
def test_every_kind_of_answer_is_understood(need, line, expected):
    answer, _ = converse(need, line)
    assert revealed(answer) == expected


def test_choices_and_words_are_understood():
    assert converse(WHICH, '{"choice":2}')[0].choice == 2
    assert converse(WHICH, '{"word":"point"}')[0].word == "point"
    assert converse(WHICH, '{"by-hand":"done"}')[0].word == "by-hand"
    assert converse(MAIL, '{"word":"resend"}')[0].word == "resend"


@pytest.mark.parametrize(
    ("need", "line"),
    [
        (MAIL, '{"email-code":""}'),
        (MAIL, '{"email-code":123456}'),
        (MAIL, '{"email-code":["123456"]}'),
        (MAIL, '{"word":"point"}'),
        (MAIL, '{"word":7}'),
        (SIGN_IN, '{"sign-in":"yes"}'),
        (SIGN_IN, '{"sign-in":""}'),
        (WHICH, '{"choice":3}'),
        (WHICH, '{"choice":true}'),
        (WHICH, '{"choice":"1"}'),
        (Need("l", ("email-link",), "t"), '{"email-link":"javascript:alert(1)"}'),
        (Need("l", ("email-link",), "t"), '{"email-link":"http://a.test/"}'),
    ],
)
def test_a_wrong_answer_is_refused_and_the_question_is_put_again(need, line):
    answer, told = converse(need, line, '{"word":"stop"}')
    assert answer.word == "stop"
    assert [event["event"] for event in told] == ["human", "warning", "human"]


@pytest.mark.parametrize(
    "line", ["", "nonsense", "[1]", '"x"', "{", "[" * 9000, '{"email-code":"123456"' + " " * 20_000 + "}"]
)
def test_broken_json_is_warned_about_and_waiting_goes_on(line):
    answer, told = converse(MAIL, line, '{"email-code":"654321"}')
    assert revealed(answer) == {"email-code": "654321"}
    assert [event["event"] for event in told][1:] == (["warning"] if line else [])


def test_unknown_keys_are_warned_about_without_quoting_what_may_be_a_code():
    _, told = converse(MAIL, '{"mail-code":"998877","998877":"email-code"}', '{"email-code":"998877"}')
    texts = [event["text"] for event in told if event["event"] == "warning"]
    assert len(texts) == 2
    assert "`mail-code`" in texts[0]
    assert "998877" not in json.dumps(told)


def test_a_script_may_answer_everything_up_front():
    out = io.StringIO()
    with pipe(b'{"sign-in":"done"}\n{"email-code":"111111"}\n{"authenticator-code":"222222"}\n') as (
        stdin,
        ends,
    ):
        end(ends)
        machine = Machine(stdin, out)
        assert revealed(run(machine.ask(SIGN_IN))) == {"sign-in": "done"}
        assert revealed(run(machine.ask(BOTH))) == {"email-code": "111111", "authenticator-code": "222222"}
    assert "warning" not in {event["event"] for event in events(out)}


def test_a_code_said_before_it_is_asked_again_is_dropped():
    out = io.StringIO()
    with pipe(b'{"email-code":"111111"}\n') as (stdin, ends):
        machine = Machine(stdin, out)
        assert revealed(run(machine.ask(MAIL))) == {"email-code": "111111"}
        os.write(ends["writing"], b'{"email-code":"222222"}\n')

        async def again():
            asking = asyncio.create_task(machine.ask(MAIL))
            await asyncio.sleep(0)
            os.write(ends["writing"], b'{"email-code":"333333"}\n')
            return await asking

        assert revealed(run(again())) == {"email-code": "333333"}
    assert [event["event"] for event in events(out)] == ["human", "warning", "human"]


def test_a_choice_made_before_the_choices_were_shown_is_dropped_even_when_its_line_ends_later():
    out = io.StringIO()

    async def go(stdin, ends):
        asking = asyncio.create_task(Machine(stdin, out).ask(WHICH))
        await asyncio.sleep(0)
        os.write(ends["writing"], b'1}\n{"choice":2}\n')
        return await asking

    with pipe(b'{"choice":1}\n{"choice":') as (stdin, ends):
        assert run(go(stdin, ends)).choice == 2
    assert [event["event"] for event in events(out)] == ["warning", "human", "warning"]


def test_a_dangerous_right_is_not_confirmed_before_it_is_asked_about():
    confirm = Need("danger", ("confirm-danger",), "To go on, type exactly: withdraw X")
    with pipe(b'{"confirm-danger":"withdraw X"}\n') as (stdin, ends):
        end(ends)
        with pytest.raises(StoppedError):
            run(Machine(stdin, io.StringIO()).ask(confirm))
    assert revealed(converse(confirm, '{"confirm-danger":"withdraw X"}')[0]) == {"confirm-danger": "withdraw X"}


def test_stop_counts_even_before_the_question():
    with pipe(b'{"word":"stop"}\n') as (stdin, _):
        assert run(Machine(stdin, io.StringIO()).ask(MAIL)).word == "stop"


def test_the_end_of_input_stops_the_run_with_exit_code_5():
    with pytest.raises(StoppedError) as error:
        converse(BOTH, '{"email-code":"111111"}')
    assert error.value.exit_code == 5


def test_nobody_reading_the_events_stops_the_run_at_the_next_question():
    reading, writing = os.pipe()
    os.close(reading)
    out = os.fdopen(writing, "w")
    with pipe() as (stdin, _), pytest.raises(StoppedError, match="Nobody reads"):
        run(Machine(stdin, out).ask(MAIL))
    with suppress(OSError):
        out.close()


def test_a_cancelled_question_loses_no_later_answer():
    async def go(stdin, ends):
        machine = Machine(stdin, io.StringIO())
        first = asyncio.create_task(machine.ask(SIGN_IN))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        second = asyncio.create_task(machine.ask(MAIL))
        await asyncio.sleep(0)
        os.write(ends["writing"], b'{"email-code":"123456"}\n')
        return await second

    with pipe() as (stdin, ends):
        assert revealed(run(go(stdin, ends))) == {"email-code": "123456"}


def test_an_event_is_valid_json_without_secrets_whatever_is_in_it():
    out = io.StringIO()
    secret = Secret('s3cr"et\\value')
    code = Secret("445566")
    Machine(None, out).tell(
        "result",
        text='it is s3cr"et\\value!',
        number=445566,
        nested={"445566": [secret, code, {"x": 's3cr"et\\value'}]},
        odd=float("nan"),
        path=Path("/445566/x"),
        fine=True,
        event="forged",
    )
    line = out.getvalue()
    told = json.loads(line)
    assert told["event"] == "result"
    assert told["fine"] is True
    assert told["odd"] is None
    assert "445566" not in line
    assert "s3cr" not in line


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["email-code", "authenticator-code", "sign-in", "choice", "by-hand"]) | st.text(max_size=12)
LINES = st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"")) | st.dictionaries(
    KEYS, JSON_VALUES, max_size=3
).map(lambda value: json.dumps(value).encode())


@settings(max_examples=150, deadline=None)
@given(before=st.lists(LINES, max_size=4), after=st.lists(LINES, max_size=6))
def test_no_line_whatever_breaks_the_protocol(before, after):
    """Whatever comes in: every line out is an event, and the run ends by an answer or by StoppedError."""
    out = io.StringIO()
    with pipe(b"".join(line + b"\n" for line in before)) as (stdin, ends):

        async def go():
            asking = asyncio.create_task(Machine(stdin, out).ask(BOTH))
            await asyncio.sleep(0)
            os.write(ends["writing"], b"".join(line + b"\n" for line in after))
            end(ends)
            return await asking

        try:
            answer = run(go())
        except StoppedError:
            answer = None
    assert all("event" in event for event in events(out))
    if answer is not None and not answer.word:
        assert set(answer.given) == set(BOTH.needs)


@settings(max_examples=200)
@given(st.text(max_size=500))
def test_a_plain_text_is_one_short_line_without_anything_a_terminal_acts_on(text):
    shown = words.plain(text)
    assert len(shown) <= 400
    assert shown.isprintable()
