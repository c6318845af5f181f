"""The sandbox's own paths below `/__sandbox__/`: what tests, demos and the page's own script ask of it.

GET  ""          the board: mailbox, authenticator, keys, for a person
GET  state       keys, history, counts        GET  inbox   mails          GET  code    what the app shows now
GET  clock       the time                     POST clock   {"move": s}    GET  session signed in? captcha solved?
GET  answer      ?kind=email-code: what the self-playing person would type
POST visit       {"screen": s} -> faults due  POST take    {"fault": f}   POST sign-in, captcha

Knows nothing of sockets and of any exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autokey.sandbox.site import TYPES, Response, answer, mark, refuse, static

if TYPE_CHECKING:
    from autokey.sandbox.site import Request, Site

PACKAGE: Final = "autokey.sandbox.static"
FAR: Final = 10 * 365 * 86400.0  # seconds; more than a test ever moves the clock


def control(site: Site, request: Request) -> Response:
    """Answer a request to the sandbox itself; the world's lock is held."""
    name = request.path.removeprefix("/__sandbox__/")
    answered = _get(site, request, name) if request.method == "GET" else _post(site, request, name)
    return answered or Response(b'{"error": "not found"}', status=404)


def _get(site: Site, request: Request, name: str) -> Response | None:
    world = site.world
    match name:
        case "":
            raw = static(PACKAGE, "board.html")
            assert raw is not None
            return Response(mark(raw.decode(), world).encode(), TYPES[".html"])
        case "state":
            return answer(**world.state.as_json())
        case "inbox":
            return answer(mails=world.inbox.as_json())
        case "code":
            code, left, used = world.authenticator.now()
            account = world.account
            return answer(
                code=code,
                left=left,
                used=used,
                seed=world.authenticator.seed,
                email=account.email,
                password=account.password,
                trading_password=account.trading_password,
            )
        case "clock":
            return answer(now=world.clock.now(), moved=world.clock.moved)
        case "session":
            return answer(signedIn=request.session.signed_in, captcha=world.captcha_solved, email=world.account.masked)
        case "answer":
            try:
                return answer(answer=world.answer(request.query.get("kind", "")))
            except ValueError as unknown:
                return refuse(str(unknown))
    found = static(PACKAGE, name)
    return None if found is None else Response(found, TYPES["." + name.rpartition(".")[2]])


def _post(site: Site, request: Request, name: str) -> Response | None:
    world = site.world
    match name:
        case "clock":
            seconds = request.body.get("move")
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not abs(seconds) < FAR:
                return refuse('the clock wants {"move": seconds}')
            world.clock.move(seconds)
            return answer(now=world.clock.now(), moved=world.clock.moved)
        case "visit":
            due = world.faults.due(request.text("screen"), dict(site.places))
            if "session-expiry" in due:
                request.session.signed_in = False
            return answer(due=due)
        case "take":
            fault = request.text("fault")
            if fault == "captcha":
                world.captcha_solved = False
            return answer(now=world.faults.take(fault))
        case "sign-in":
            world.sign_in()
            return answer()
        case "captcha":
            world.captcha_solved = True
            return answer()
    return None
