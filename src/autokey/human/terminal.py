"""The person in a terminal: what is being done, what to do now, how long there is; answers without echo.

Plain lines, so that a log of them reads well; only the prompt's countdown is rewritten in place, and only on
a terminal that can. Whatever comes from a page is made harmless first (`words.plain`).
Knows nothing of pages, flows or JSON.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Final

from autokey.errors import StoppedError
from autokey.human import layout, words
from autokey.human.lines import LONGEST, Lines, drop
from autokey.human.totp import left
from autokey.human.words import plain
from autokey.ports import Answer, Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autokey.ports import Need
    from autokey.secret import Secret

_ASKED: Final = {
    "sign-in": "Sign in, in the window, then press Enter",
    "email-code": "E-mail code",
    "email-link": "Link from the e-mail, or Enter once you opened it",
    "sms-code": "SMS code",
    "authenticator-code": "Authenticator code",
    "trading-password": "Trading password (not the API passphrase)",
    "captcha": "Solve the captcha, in the window, then press Enter",
    "read-notice": "Read the notice, in the window, then press Enter",
    "by-hand": "Do this step yourself, in the window, then press Enter",
    "which": "Number or word",
    words.VALUE: "Number, word, or the value itself",
    words.CONFIRM: "Type it exactly",
}
_ENTER_IS_DONE: Final = frozenset({"sign-in", "email-link", "captcha", "read-notice", "by-hand"})
_MEANS: Final = {
    "stop": "stop: give up here",
    "resend": "resend: have a new one sent",
    "by-hand": "by-hand: you do this step in the page",
    "point": "point: click it in the window",
}
_IN_WINDOW: Final = frozenset({"sign-in", "captcha", "read-notice", "by-hand"})
_NO_WINDOW: Final = (
    "There is no window to do that in (--headless): say stop, and run it again without --headless, or with an "
    "--account that is signed in. "
)
_ELSEWHERE: Final = "Say stop, or press Enter once it was done elsewhere"
_SOON: Final = 5.0  # seconds: too few to type an authenticator code and have it accepted


class Terminal:
    """`steps`: the sentences of the run, in order; `out`: sys.stderr and `stdin`: sys.stdin unless given.

    `window`: whether the person can see the page.
    """

    def __init__(
        self,
        steps: Sequence[str] = (),
        out: IO[str] | None = None,
        *,
        stdin: IO[str] | None = None,
        window: bool = True,
    ) -> None:
        self._out = out if out is not None else sys.stderr
        self._steps = [plain(step) for step in steps]
        self._lines = Lines(sys.stdin if stdin is None else stdin)
        self._is_tty = _is_tty(self._out)
        self._live = self._is_tty and os.environ.get("TERM", "dumb") != "dumb"
        self._colour = self._live and not os.environ.get("NO_COLOR")
        self._prompt = ""  # the text that stands on the last line, unfinished
        self._listed = False
        self._window = window
        self._hidden = True  # what is typed is not shown; a countdown would run over it otherwise

    # ------------------------------------------------------------ telling

    def tell(self, event: str, /, **data: Any) -> None:
        """Show one event in a line. Never raises: a terminal that went away must not lose a secret.

        step: `text`, `number` from 1 and `of` · result: `status` and facts, one per line ·
        others: `text`. Texts may come from a page.
        """
        text = plain(data.get("text") or _joined(data))
        if event == "step":
            self._step(data, text)
        elif event == "warning":
            self._line(f"Warning: {text}", "33")
        elif event == "done":
            self._line(f"Done: {text}" if text else "Done.", "32")
        elif event == "result":
            self._result(data)
        elif text:
            self._line(f"  {text}")

    def _step(self, data: dict[str, Any], text: str) -> None:
        if self._steps and not self._listed:
            self._listed = True
            for index, sentence in enumerate(self._steps, 1):
                self._line(f"  {index:>2}  {sentence}", "2")
        number, count = data.get("number"), data.get("of", len(self._steps))
        mark = f"[{number:>{len(str(count))}}/{count}]" if type(number) is int and type(count) is int else ">"
        self._line(f"{mark} {text}", "36")

    def _result(self, data: dict[str, Any]) -> None:
        self._line("")
        self._line(f"Result: {plain(data.get('text') or data.get('status', ''))}", "1")
        for name, text in layout.result(data):
            self._line(f"  {name:<{layout.NAME}} {text}")

    def _line(self, text: str, colour: str = "") -> None:
        wipe = "\r\x1b[K" if self._prompt and self._live else ("\n" if self._prompt and self._is_tty else "")
        text = layout.wrapped(text, layout.columns(self._out))
        dressed = f"\x1b[{colour}m{text}\x1b[0m" if colour and self._colour else text
        self._write(f"{wipe}{dressed}\n{self._prompt if wipe else ''}")

    def _write(self, text: str) -> None:
        encoding = getattr(self._out, "encoding", None) or "utf-8"
        try:
            self._out.write(text.encode(encoding, "replace").decode(encoding, "replace"))
            self._out.flush()
        except (OSError, ValueError):
            drop(self._out)

    # ------------------------------------------------------------ asking

    async def ask(self, need: Need) -> Answer:
        """Ask for what is needed, one after the other, the authenticator code last.

        Raises StoppedError at the end of input and after 20 answers that cannot be used. Cancelled (the page
        answered first), it leaves the terminal as it was, with echo, and nothing half typed for the shell.
        """
        until = time.monotonic() + need.deadline if need.deadline else 0.0
        given: dict[str, Secret] = {}
        self._hidden = not words.TYPED.isdisjoint(need.needs)
        with self._quiet():
            self._explain(need)
            for kind in words.in_order(need.needs):
                if kind == words.VALUE and "which" in need.needs:
                    continue  # taken in the place of a number
                answer = await self._one(kind, need, until)
                if isinstance(answer, Answer):
                    return answer
                given[kind] = answer
                if len(need.needs) > 1 and kind in words.TYPED:
                    self._line(f"  {_ASKED[kind]}: noted.", "32")
        return Answer(given=given)

    def _explain(self, need: Need) -> None:
        self._line("")
        self._line(f"You are needed: {plain(need.text)}", "1")
        if need.reason:
            said = plain(need.reason)
            self._line(f'  The page says: "{said}"' if isinstance(need.reason, Said) else f"  Why: {said}", "33")
        for number, choice in enumerate(need.choices, 1):
            self._line(f"  {number}  {plain(choice, 150)}")
        where = "" if words.CONFIRM in need.needs else "Answer here or in the page, whichever you like. "
        if not self._window:
            blind = not _IN_WINDOW.isdisjoint(need.needs) or ("which" in need.needs and not need.choices)
            where = _NO_WINDOW if blind else ""
        hidden = "What you type here is not shown." if self._is_tty and self._hidden else ""
        if where or hidden:
            self._line(f"  {where}{hidden}".rstrip())
        fitting = [word for word in words.WORDS if words.allowed(word, need.needs)]
        if "which" in need.needs:
            fitting = ["stop"]  # the question itself says the others
        elif not self._window:
            fitting = [word for word in fitting if word not in {"by-hand", "point"}]
        offered = [need.means.get(word, _MEANS[word]).replace(" ", layout.WHOLE) for word in fitting]
        self._line(f"  Or say  {' · '.join(one for one in offered if one)}")

    async def _one(self, kind: str, need: Need, until: float) -> Answer | Secret:
        for _ in range(words.TOO_MANY):
            asked = words.VALUE if kind == "which" and words.VALUE in need.needs else kind
            blind = not self._window and asked in _IN_WINDOW
            prompt = need.means.get("") or (_ELSEWHERE if blind else _ASKED.get(asked, asked))
            line = await self._read(prompt, until, kind=asked)
            if line is None:
                raise StoppedError(
                    f"The input ended before the question at {need.step} was answered.",
                    fix="Run autokey in a terminal, or with --json and a program that answers.",
                    step=need.step,
                )
            try:
                said = line.decode() if len(line) < LONGEST else ""
                return self._understand(kind, said, need)
            except UnicodeDecodeError:
                self._line("  That was not readable text; type it again.", "33")
            except words.RefusedAnswerError as error:
                self._line(f"  {error} Type it again.", "33")
        raise StoppedError(f"{words.TOO_MANY} answers could not be used.", step=need.step)

    def _understand(self, kind: str, said: str, need: Need) -> Answer | Secret:
        word = said.strip().lower()
        if words.allowed(word, need.needs):
            return Answer(word=word)
        if kind == "which":
            if word == words.DONE:
                return Answer(word="by-hand")
            if word.isascii() and word.isdigit() and 1 <= int(word[:4]) <= len(need.choices):
                return Answer(choice=int(word[:4]))
            if words.VALUE in need.needs:
                return Answer(given={words.VALUE: words.answer(words.VALUE, said)})
            numbers = f"a number from 1 to {len(need.choices)}, " if need.choices else ""
            raise words.RefusedAnswerError(f"Give {numbers}`point`, or `done` when you did it in the page.")
        return words.answer(kind, words.DONE if not word and kind in _ENTER_IS_DONE else said)

    # ------------------------------------------------------------ the prompt

    async def _read(self, said: str, until: float, *, kind: str) -> bytes | None:
        ticking = asyncio.create_task(self._tick(said, kind, until)) if self._live and self._hidden else None
        if ticking is None:
            self._prompt = f"{said}{_hint(kind, until, ticks=False)}: "
            self._write(self._prompt if self._is_tty else f"{self._prompt}\n")
        try:
            return await self._lines.next()
        finally:
            if ticking is not None:
                ticking.cancel()
            self._write("\r\x1b[K" if self._live else "\n" if self._is_tty and self._hidden else "")
            self._prompt = ""

    async def _tick(self, said: str, kind: str, until: float) -> None:
        while True:
            rest = f"{_hint(kind, until)}: "
            room = (layout.columns(self._out) or 80) - 1 - len(rest)  # a wrapped line is not rewritten
            self._prompt = (said if len(said) <= room else said[: max(0, room)].rstrip()) + rest
            self._write(f"\r\x1b[K{self._prompt}")
            await asyncio.sleep(1)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """No echo of codes, and nothing typed ahead: an idle Enter from before must not answer a question."""
        fd = self._lines.fd
        if fd < 0 or not os.isatty(fd):
            yield
            return
        import termios

        before = termios.tcgetattr(fd)
        silent = list(before)
        if self._hidden:
            silent[3] = before[3] & ~(termios.ECHO | termios.ECHONL)
        termios.tcsetattr(fd, termios.TCSAFLUSH, silent)
        self._lines.forget()
        try:
            yield
        finally:
            self._lines.forget()
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(fd, termios.TCSAFLUSH, before)


def _hint(kind: str, until: float, *, ticks: bool = True) -> str:
    """Give how long there is; where the text stays as it is, until when."""
    if kind == "authenticator-code":
        rest = left()
        return f" (changes in {rest:.0f} s: wait for the next one)" if rest < _SOON else f" (changes in {rest:.0f} s)"
    if not until:
        return ""
    rest = max(0.0, until - time.monotonic())
    if not ticks:
        return f" (until {time.strftime('%H:%M', time.localtime(time.time() + rest))})"
    return f" ({int(rest) // 60}:{int(rest) % 60:02d} left)"


def _joined(data: dict[str, Any]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in data.items() if key != "step" and value not in ("", None))


def _is_tty(out: IO[str]) -> bool:
    try:
        return out.isatty()
    except (AttributeError, ValueError):
        return False
