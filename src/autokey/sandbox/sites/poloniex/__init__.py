"""Look-alike of Poloniex's main account: the profile page of about 2021 (default) and the wrench page before it.

Variant "" follows the Hash Data guide, variant "legacy" the Coygo guide. Settings beside the faults: `no-2fa`,
`enable-api-first` (default of legacy; `api-enabled` undoes it), `create-new-key` (legacy), `old-keys`.
Documented: words, order, mailed links of 15 minutes, trading ticked by itself, formats, the secret can be seen again.
Not documented, so made up: dialog titles, error texts other than "Incorrect Code", the mails and the pages behind
their links, what deleting asks for, that IPv6 and ranges are refused, whether the profile page follows by itself
what a mailed link did (here it does; the wrench page must be loaded again).
Knows nothing of sockets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from autokey.sandbox.site import Request, Response, Site, redirect
from autokey.sandbox.sites.poloniex.legacy import Legacy
from autokey.sandbox.sites.poloniex.profile import Profile
from autokey.sandbox.sites.poloniex.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOOKS: Final[dict[str, type[Profile | Legacy]]] = {"": Profile, "legacy": Legacy}


class Poloniex(Site):
    """One set of rules under two looks."""

    package: ClassVar[str] = __name__
    variants: ClassVar[tuple[str, ...]] = tuple(LOOKS)
    faults: ClassVar[frozenset[str]] = frozenset(
        {
            "lost-answer",
            "session-expiry",
            "announcement",
            "cookie-banner",
            "slow",
            "extra-right",
            "mail-expired",
            "no-2fa",
            "enable-api-first",
            "api-enabled",
            "create-new-key",
            "old-keys",
        }
    )
    places: ClassVar[Mapping[str, str]] = {
        "announcement": "keys",
        "cookie-banner": "home",
        "session-expiry": "keys",
    }

    def __init__(self, world: Any, variant: str = "") -> None:
        super().__init__(world, variant)
        first = self.variant == "legacy" or world.faults.on("enable-api-first")
        self.rules = Rules(world, enabled=not first or world.faults.on("api-enabled"))
        self.look = LOOKS[self.variant](self.rules)
        self.pages = self.look.pages  # type: ignore[misc]  # differs between the looks of one class
        self.open_paths = self.look.open_paths  # type: ignore[misc]  # the same

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], Response]]:
        """Give the handlers of the look."""
        return self.look.routes()

    def handle(self, request: Request) -> Response:
        """Answer one request; a signed-out visitor of a served page is sent to the sign-in page."""
        response = super().handle(request)
        away = response.status == 401 and self.look.served and request.path not in self.look.scripted
        return redirect("/login") if away else response


SITE = Poloniex
