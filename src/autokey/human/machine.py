"""The person behind a program: events as JSON lines on stdout, answers on stdin (design, section 7).

Input is read only while a question is open. What was said before its question counts if nothing of that kind
was asked so far (a script may answer everything up front); a repeated or late answer, and any choice made
before the choices were known, is dropped with a warning. `stop` always counts.
Knows nothing of terminals, pages or flows.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any, Final

from autokey.errors import StoppedError
from autokey.human import words
from autokey.human.lines import LONGEST, Lines, drop
from autokey.ports import Answer, Said
from autokey.secret import MASK, Secret, redact

if TYPE_CHECKING:
    from autokey.ports import Need

_HARMLESS_KEY: Final = re.compile(r"[a-z][a-z-]{0,30}")  # anything else could be a code put in the wrong place


class Machine:
    """`stdin` and `stdout` are text streams with a descriptor; either may be closed."""

    def __init__(self, stdin: IO[str] | None, stdout: IO[str]) -> None:
        self._lines = Lines(stdin)
        self._out = stdout
        self._asked: set[str] = set()
        self._kept: dict[str, Secret] = {}
        self._deaf = False  # nobody reads our events any more

    def tell(self, event: str, /, **data: Any) -> None:
        """Write one event. Never raises: a reader that went away must not stop a secret from being stored."""
        safe = {str(key): _clean(value) for key, value in data.items() if key != "event"}
        try:
            self._out.write(json.dumps({"event": event, **safe}) + "\n")
            self._out.flush()
        except (OSError, ValueError):
            self._deaf = True
            drop(self._out)

    async def ask(self, need: Need) -> Answer:
        """Ask, and wait until every need is answered or a word is said.

        Raises StoppedError at the end of input, when nobody reads the events, or after 20 useless answers.
        """
        question = _Question(need)
        for line in self._lines.waiting():
            self._take(line, question, early=True)
        early = self._lines.begun()
        self._emit(need)
        question.given |= {kind: self._kept.pop(kind) for kind in need.needs if kind in self._kept}
        self._asked.update(need.needs)
        while not question.answered():
            if self._deaf:
                raise StoppedError("Nobody reads our events any more.", step=need.step)
            line_or_end = await self._lines.next()
            if line_or_end is None:
                raise StoppedError(
                    f"The input ended before the question at {need.step} was answered.",
                    fix="Keep stdin open and answer each `human` event with one JSON object per line.",
                    step=need.step,
                )
            before = question.refused
            self._take(line_or_end, question, early=early)
            early = False
            if question.refused > before:
                if question.refused >= words.TOO_MANY:
                    raise StoppedError(f"{words.TOO_MANY} answers in a row could not be used.", step=need.step)
                self._emit(need)
        return question.answer()

    def _emit(self, need: Need) -> None:
        until = datetime.now(UTC) + timedelta(seconds=need.deadline)
        self.tell(
            "human",
            step=need.step,
            needs=words.in_order(need.needs),
            text=need.text,
            reason=need.reason,
            reason_by=("page" if isinstance(need.reason, Said) else "autokey") if need.reason else "",
            choices=list(need.choices),
            deadline=until.isoformat(timespec="seconds").replace("+00:00", "Z") if need.deadline else None,
            seconds=round(need.deadline) if need.deadline else None,
        )

    def _warn(self, text: str) -> None:
        self.tell("warning", text=text)

    def _take(self, line: bytes, question: _Question, *, early: bool) -> None:
        if not line.strip():
            return
        try:
            said = json.loads(line.decode() if len(line) < LONGEST else "")
        except (ValueError, RecursionError):
            self._broken(question, "That line is not JSON; answer with one JSON object per line.")
            return
        if not isinstance(said, dict):
            self._broken(question, 'That line is not a JSON object such as {"email-code":"123456"}.')
            return
        for key, value in said.items():
            try:
                self._understand(key, value, question, early=early)
            except words.RefusedAnswerError as error:
                question.refused += 1
                self._warn(str(error))

    def _broken(self, question: _Question, text: str) -> None:
        question.broken += 1
        self._warn(text)
        if question.broken >= words.TOO_MANY * 10:
            raise StoppedError("What comes in is not the answer protocol.", step=question.need.step)

    def _understand(self, key: str, value: object, question: _Question, *, early: bool) -> None:
        if key == "word":
            self._word(value, question, early=early)
        elif key == "choice":
            self._choice(value, question, early=early)
        elif words.is_kind(key):
            self._kind(key, value, question, early=early)
        else:
            name = f"`{key}`" if _HARMLESS_KEY.fullmatch(key) else "A key"
            self._warn(f"{name} is not a word of the answer protocol; it was ignored.")

    def _word(self, value: object, question: _Question, *, early: bool) -> None:
        if value == "stop":
            question.word = "stop"
        elif early:
            self._warn("A word said before its question was dropped.")
        elif value == words.DONE and words.by_hand(question.need.needs):
            question.word = question.word or "by-hand"
        elif isinstance(value, str) and words.allowed(value, question.need.needs):
            question.word = question.word or value
        else:
            fitting = ", ".join(word for word in words.WORDS if words.allowed(word, question.need.needs))
            raise words.RefusedAnswerError(f"That word does not fit here; the words are: {fitting}.")

    def _choice(self, value: object, question: _Question, *, early: bool) -> None:
        if early or "which" not in question.need.needs:
            self._warn("A choice made before its question was dropped.")
        elif type(value) is int and 1 <= value <= len(question.need.choices):
            question.choice = value
        else:
            raise words.RefusedAnswerError(f"A choice is a whole number from 1 to {len(question.need.choices)}.")

    def _kind(self, kind: str, value: object, question: _Question, *, early: bool) -> None:
        if not isinstance(value, str):
            raise words.RefusedAnswerError(f'The {kind} must be a text in quotes, as in {{"{kind}":"..."}}.')
        secret = words.answer(kind, value)
        if kind == "by-hand" and kind not in question.need.needs and not early:
            question.word = question.word or "by-hand"
        elif kind in question.need.needs and not early:
            question.given[kind] = secret
        elif kind not in self._asked and kind not in {words.CONFIRM, words.VALUE}:
            self._kept[kind] = secret
        else:
            self._warn(f"The {kind} came before its question and was dropped.")


class _Question:
    """One open question and what was said to it so far."""

    def __init__(self, need: Need) -> None:
        self.need = need
        self.given: dict[str, Secret] = {}
        self.choice = 0
        self.word = ""
        self.refused = 0
        self.broken = 0

    def answered(self) -> bool:
        named = [kind for kind in self.need.needs if kind != "which"]
        return bool(self.word or self.choice) or (bool(named) and all(kind in self.given for kind in named))

    def answer(self) -> Answer:
        if self.word:
            return Answer(word=self.word)
        return Answer(given=dict(self.given), choice=self.choice)


def _clean(value: object) -> object:
    """Give what JSON can hold, without secrets; what it cannot hold becomes text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return None
        return value if redact(str(value)) == str(value) else MASK
    if isinstance(value, Mapping):
        return {redact(str(key)): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(one) for one in value]
    return redact(str(value))
