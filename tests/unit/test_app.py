"""What a command does around a run: waiting for a sentence, a seed that is none, a session that cannot be kept."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from autokey.app import create, people, places
from autokey.app.options import Options
from autokey.engine import links
from autokey.errors import RefusedError, StoppedError, UsageError
from autokey.orders import Wish
from autokey.ports import Answer, GoneError
from autokey.secret import Secret


class Person:
    """Says `answer`, or nothing at all."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer
        self.told: list[str] = []

    def tell(self, event: str, /, **data: str) -> None:
        self.told.append(f"{event}: {data.get('text', '')}")

    async def ask(self, need) -> Answer:
        return self.answer or await asyncio.Event().wait()


def confirmed(person: Person, **more) -> None:
    wish = Wish(label="X", ips="203.0.114.7", permissions="withdraw", allow_withdraw=True)
    made = create.plan("coinstore", wish, Options(**more))
    asyncio.run(create._confirm_danger(made, person))


def test_nobody_waits_for_ever_for_the_sentence_that_a_dangerous_right_takes() -> None:
    with pytest.raises(StoppedError, match=r"Nobody confirmed .* No browser was opened\."):
        confirmed(Person(), timeout=0.05)


@pytest.mark.parametrize("said", ["withdraw", "withdraw x", "WITHDRAW X", "withdraw X and more"])
def test_only_the_very_sentence_confirms_a_dangerous_right(said: str) -> None:
    with pytest.raises(RefusedError, match="was not confirmed"):
        confirmed(Person(Answer(given={"confirm-danger": Secret(said)})))
    confirmed(Person(Answer(given={"confirm-danger": Secret("withdraw X")})))


def test_a_seed_that_is_none_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(UsageError, match="seed"):
        people.with_totp(Person(), Secret("123456"))


def test_a_mailed_link_that_is_no_address_is_told() -> None:
    opened, why = asyncio.run(links.opened_aside(SimpleNamespace(), Secret("https://[www.example.com/x")))
    assert (opened, why) == (False, "that is no address")


def test_a_browser_closed_before_its_session_is_kept_costs_a_sign_in_and_no_result() -> None:
    async def gone() -> dict:
        raise GoneError("The browser window was closed.")

    person = Person()
    ctx = SimpleNamespace(order=SimpleNamespace(account="main", exchange="x", sandbox=True), human=person)
    asyncio.run(places.keep_session(ctx, SimpleNamespace(storage_state=gone)))
    assert person.told == [
        "warning: You will have to sign in again next time: the browser was closed before its session was kept."
    ]
