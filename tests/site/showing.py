"""A look-alike whose words were changed on the way, and a person who answers by showing what is meant.

`Rewriting` stands before a sandbox and puts a script into its pages that exchanges words as they appear.
`Shower` is the person's port of a run in this process: what no sandbox person can answer (`which`) it answers by
the number of the right choice, by pointing with real input events, or by doing the step by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from autokey import sandbox
from autokey.app import create as creating
from autokey.app import people
from autokey.app.options import Options
from autokey.browser.page import BrowserPage
from autokey.browser.world import World
from autokey.engine import capture
from autokey.engine.context import Limits
from autokey.ports import Answer, Need
from autokey.secret import Secret
from loopback import Handler, Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from autokey.orders import Wish
    from autokey.sandbox import Player

SCRIPT = """<script>(() => {
  const words = %s, wait = new Set();
  const said = t => { const f = t.replace(/\\s+/g, ' ').trim(); for (const [a, b] of words) if (f === a) return t.replace(a, b);
    else if (a.endsWith('...') && f.startsWith(a.slice(0, -3))) return b + f.slice(a.length - 3); return t; };
  const one = n => { if (n.nodeType === 3) { const t = said(n.data); if (t !== n.data) n.data = t; }
    else if (n.nodeType === 1) { for (const a of ['placeholder', 'aria-label', 'title']) if (n.hasAttribute(a)) { const t = said(n.getAttribute(a)); if (t !== n.getAttribute(a)) n.setAttribute(a, t); }
      n.childNodes.forEach(one); } };
  new MutationObserver(l => { for (const m of l) { if (m.type === 'characterData') one(m.target); else m.addedNodes.forEach(one); } })
    .observe(document, { subtree: true, childList: true, characterData: true });
})();</script>"""


class Rewriting:
    """An http server that passes everything on to `to`; in its pages each of `words` becomes another."""

    def __init__(self, to: str, words: dict[str, str], language: str = "") -> None:
        script = SCRIPT % json.dumps(list(words.items()))

        class Passing(Handler):
            def get(self) -> None:
                if (got := self.ahead(to)) is None:
                    return  # what the look-alike drops is dropped here, too
                status, headers, body = got
                kind = next((value for name, value in headers if name.lower() == "content-type"), "")
                if kind.startswith("text/html"):
                    body = body.replace(b"<head>", b"<head>" + script.encode(), 1)
                    if language:
                        body = body.replace(b'lang="en"', f'lang="{language}"'.encode(), 1)
                kept = [pair for pair in headers if pair[0].lower() != "content-security-policy"]
                self.reply(body, status=status, headers=kept)

        self._server = Server(Passing)
        self.url = self._server.url

    def close(self) -> None:
        self._server.close()


# How to find, as a person does, what is meant: (the words that stand there, what is wanted of them).
LOCATE = """([words, use]) => {
  const seen = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
  const own = e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(' ').replace(/\\s+/g, ' ').trim();
  const all = [...document.querySelectorAll('body *')].filter(seen);
  const boxed = use === 'box' && all.filter(e => own(e) === words && e.parentElement.querySelector('input[type=checkbox],[role=checkbox],[role=switch]')).pop();
  const at = boxed || all.filter(e => own(e) === words || (own(e).startsWith(words) && words.length > 4)).pop();
  const fields = all.filter(e => e.matches('input:not([type=checkbox]):not([type=radio]), textarea'));
  const middle = e => { e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; };
  if (!at) { const held = fields.find(f => f.placeholder === words); return held ? middle(held) : null; }
  if (use === 'field') {
    const said = all.filter(e => own(e) === words || (own(e).startsWith(words) && words.length > 4));
    const far = (e, f) => { const d = f.getBoundingClientRect().bottom - e.getBoundingClientRect().bottom; return d < -6 ? 9e9 : d; };
    const pairs = said.flatMap(e => fields.map(f => [far(e, f), f]));
    return pairs.length ? middle(pairs.sort((a, b) => a[0] - b[0])[0][1]) : null;
  }
  if (use === 'value') {
    const next = all.slice(all.indexOf(at) + 1).find(e => own(e) && own(e) !== words);
    return next ? middle(next) : null;
  }
  return middle(at);
}"""


class Shower:
    """Answers as the sandbox's person, and `which` by `show`: need -> (words, use), "by-hand", or None to stop."""

    def __init__(self, player: Player, show: Callable[[Need], Any], *, choose: bool = False) -> None:
        self.player = player
        self.show = show
        self.choose = choose  # by number where the right one is offered
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[Need] = []
        self.page: BrowserPage | None = None
        self.ready = asyncio.Event()
        self.by: list[str] = []
        self.made: list[str] = []  # the values of the keys the sandbox made
        self._task: asyncio.Task[None] | None = None

    def tell(self, event: str, /, **data: Any) -> None:
        self.events.append((event, data))

    async def ask(self, need: Need) -> Answer:
        self.asked.append(need)
        self.tell("human", step=need.step, needs=need.needs, text=need.text, reason=need.reason, choices=need.choices)
        if "which" not in need.needs:
            said = {kind: await asyncio.to_thread(self.player.answer, kind) for kind in need.needs}
            return Answer(given={kind: Secret(text) for kind, text in said.items()})
        answer = self.show(need)
        if answer is None:
            return Answer(word="stop")
        if callable(answer):
            await answer(self.page._tabs.current().page)
            return Answer(word="by-hand")
        words, use = answer
        fitting = [n for n, one in enumerate(need.choices, 1) if f'"{words}' in one]
        if self.choose and len(fitting) == 1:
            self.by.append("choice")
            return Answer(choice=fitting[0])
        self.by.append("point")
        self.ready.clear()
        self._task = asyncio.create_task(self._point(words, use))
        return Answer(word="point")

    async def _point(self, words: str, use: str) -> None:
        await self.ready.wait()
        assert self.page is not None
        tab = self.page._tabs.current().page
        place = await tab.evaluate(LOCATE, [words, use])
        assert place, f"nothing says {words!r}"
        await tab.mouse.move(*place)
        await tab.mouse.click(*place)

    @property
    def result(self) -> dict[str, Any]:
        return next(data for event, data in self.events if event == "result")

    def texts(self, *names: str) -> str:
        return "\n".join(str(data.get("text", "")) for event, data in self.events if event in names)


def go(monkeypatch: Any, shower: Shower, url: str, exchange: str, wish: Wish, **limits: float) -> int:
    """Run `autokey create` in this process with that person; give its exit code."""
    quick = {"screen": 4.0, "element": 1.0, "answer": 12.0, "human": 40.0, "quiet": 0.7} | limits
    monkeypatch.setattr(people, "teller", lambda *_a, **_k: shower)
    monkeypatch.setattr(people, "person", lambda *_a, **_k: shower)
    monkeypatch.setattr(creating, "Limits", lambda **_: Limits(**quick))
    monkeypatch.setattr(capture, "_PATIENCE", 2.0)
    send, start = World.send, BrowserPage.start.__func__

    async def sending(world: World, method: str, params: dict[str, Any] | None = None) -> Any:
        got = await send(world, method, params) if params is not None else await send(world, method)
        if method == "Overlay.setInspectMode" and (params or {}).get("mode") == "searchForNode":
            shower.ready.set()
        return got

    async def starting(cls: type, *args: Any, **more: Any) -> BrowserPage:
        shower.page = await start(cls, *args, **more)
        return shower.page

    monkeypatch.setattr(World, "send", sending)
    monkeypatch.setattr(BrowserPage, "start", classmethod(starting))
    return asyncio.run(creating.create(exchange, wish, Options(headless=True, via=url)))


@contextlib.contextmanager
def rewritten(exchange: str, words: dict[str, str], language: str = "", **more: Any) -> Any:
    """A running sandbox, and the address at which its pages have other words."""
    with sandbox.start(exchange, signed_in=True, **more) as running:
        proxy = Rewriting(running.url, words, language)
        try:
            yield running, proxy.url
        finally:
            proxy.close()
