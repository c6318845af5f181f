"""Chooses how the person is spoken to, and what stands in for them where they asked for it.

A sandbox plays its own person where there is no terminal; a seed from the keyring answers for the authenticator
only when that was asked for. Knows nothing of pages, stores or flows.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autokey.errors import StoppedError
from autokey.human import totp
from autokey.ports import Answer
from autokey.secret import Secret, redact

if TYPE_CHECKING:
    from autokey.app.options import Options
    from autokey.errors import AutokeyError
    from autokey.ports import Human, Need
    from autokey.sandbox import Running


def teller(json: bool) -> Human:
    """Give a port for reporting alone, before it is known what will be done."""
    return person([], json=json)


def person(steps: list[str], options: Options | None = None, *, json: bool = False) -> Human:
    """Give the terminal, or the JSON protocol with --json."""
    if json or (options is not None and options.json):
        from autokey.human.machine import Machine

        return Machine(sys.stdin, sys.stdout)
    from autokey.human.terminal import Terminal

    window = options is None or not options.headless or bool(options.connect)
    return Terminal(steps, window=window)


def next_person(before: Human, steps: list[str], options: Options) -> Human:
    """Give the person for one more run of the same command: whoever reads standard input goes on reading it."""
    return before if isinstance(before, _machine()) else person(steps, options)


def with_sandbox(human: Human, sandbox: Running, options: Options) -> Human:
    """Give the person of a sandbox run: told where inbox and authenticator are, or played where nobody is there."""
    if options.json:
        tell_of_sandbox(human, sandbox, options)
        return human
    if sys.stdin is not None and sys.stdin.isatty():
        tell_of_sandbox(human, sandbox, options)
        return _Hinted(human, sandbox)
    return _Played(human, sandbox)


def tell_of_sandbox(human: Human, sandbox: Running, options: Options) -> None:
    """Say where the sandbox's inbox and authenticator are."""
    url = f"{sandbox.url}/__sandbox__/"
    if options.json:
        human.tell("sandbox", url=url)
    else:
        human.tell("note", text=f"Inbox and authenticator of the sandbox: {url}")


def with_totp(human: Human, seed: Secret) -> Human:
    """Let a seed of the owner answer for the authenticator; everything else is still asked.

    Raises UsageError for what is no seed.
    """
    totp.check(seed)
    return _WithTotp(human, seed)


def fail(human: Human, error: AutokeyError, **summary: Any) -> int:
    """Tell how a command ended badly; give its exit code. What ended before a run began is one sentence."""
    if not summary and not isinstance(human, _machine()):
        sys.stderr.write(redact(f"autokey: {error}\n"))
        return error.exit_code
    human.tell(
        "result", status="failed", exit=error.exit_code, error=error.what, fix=error.fix, step=error.step, **summary
    )
    return error.exit_code


def _machine() -> type[object]:
    from autokey.human.machine import Machine

    return Machine


def masked(secret: Secret) -> str:
    """Give the first characters of an API key (never of a secret), to tell keys apart."""
    return f"{secret.beginning()}…"


class _Wrapped:
    def __init__(self, human: Human) -> None:
        self._human = human

    def tell(self, event: str, /, **data: Any) -> None:
        self._human.tell(event, **data)


class _Played(_Wrapped):
    """Nobody is at the terminal of a sandbox run: the sandbox's own player answers, visibly."""

    def __init__(self, human: Human, sandbox: Running) -> None:
        super().__init__(human)
        from autokey.sandbox import Player

        self._player = Player(sandbox)

    async def ask(self, need: Need) -> Answer:
        try:
            given = {kind: Secret(await asyncio.to_thread(self._player.answer, kind)) for kind in need.needs}
        except ValueError:
            raise StoppedError(
                f"{need.text} {need.reason}".strip(),
                fix="Run it in a terminal, or with --json, to answer.",
                step=need.step,
            ) from None
        self.tell("note", text=f"The sandbox answers for you: {', '.join(need.needs)}.")
        return Answer(given=given)


class _Hinted(_Wrapped):
    """A person tries the sandbox in a terminal: what they would read from mailbox and app is shown beside."""

    def __init__(self, human: Human, sandbox: Running) -> None:
        super().__init__(human)
        from autokey.sandbox import Player

        self._player = Player(sandbox)

    async def ask(self, need: Need) -> Answer:
        for kind in need.needs:
            try:
                said = await asyncio.to_thread(self._player.answer, kind)
            except ValueError:
                continue
            if said == "done":
                self.tell("note", text=f"(sandbox) {kind}: done for you")
            elif said:
                self.tell("note", text=f"(sandbox) {kind} to type: {said}")
        return await self._human.ask(need)


class _WithTotp(_Wrapped):
    """Answers authenticator-code from a seed; each period's code is used once."""

    def __init__(self, human: Human, seed: Secret) -> None:
        super().__init__(human)
        self._seed = seed
        self._used: Secret | None = None

    async def ask(self, need: Need) -> Answer:
        if "authenticator-code" not in need.needs:
            return await self._human.ask(need)
        others = tuple(kind for kind in need.needs if kind != "authenticator-code")
        answer = await self._human.ask(replace(need, needs=others)) if others else Answer()
        if answer.word:
            return answer
        if self._used is not None and totp.code(self._seed) == self._used:
            await asyncio.sleep(totp.left() + 0.1)  # a code counts once: wait for the next period's
        self._used = totp.code(self._seed)
        self.tell("note", text="The authenticator code was made from the seed in your keyring.")
        return Answer(given={**answer.given, "authenticator-code": self._used})
