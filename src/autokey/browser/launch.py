"""Starts a browser for one run, privately, or joins one that runs already.

Facts behind the settings (measured): Playwright's driver inherits umask, core limit and environment; some
variables make it print or send away everything it carries; the sandbox of Chromium cannot work for root.
Knows nothing of flows, exchanges, terminals or the vault.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from autokey.browser.left import Left
from autokey.errors import RefusedError, StoppedError, UsageError
from autokey.ports import GoneError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.async_api import Browser, BrowserContext, Playwright

    from autokey.browser.page import BrowserPage
    from autokey.browser.via import Via

SETTING: Final = "AUTOKEY_BROWSER"
_TELLTALE: Final = (
    "PWDEBUG",
    "DEBUGP",
    "DEBUG_FILE",
    "SELENIUM_REMOTE_URL",
    "SELENIUM_REMOTE_CAPABILITIES",
    "SSLKEYLOGFILE",
    "PYTHONASYNCIODEBUG",
    "PYTHONDEVMODE",
    "PYTHONINSPECT",
    "PYTHONTRACEMALLOC",
)
_DROPPED: Final = ("NODE_", "PLAYWRIGHT_NODEJS_PATH")  # what begins so
_KEPT: Final = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
)
_SHELLS: Final = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge-stable",
)
_CHANNELS: Final = {
    "chrome": (
        "/opt/google/chrome/chrome",
        "/Applications/Google Chrome.app",
        "$LOCALAPPDATA/Google/Chrome/Application/chrome.exe",
        "$PROGRAMFILES/Google/Chrome/Application/chrome.exe",
    ),
    "msedge": (
        "/opt/microsoft/msedge/msedge",
        "/Applications/Microsoft Edge.app",
        "$PROGRAMFILES (x86)/Microsoft/Edge/Application/msedge.exe",
        "$PROGRAMFILES/Microsoft/Edge/Application/msedge.exe",
    ),
}
_QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,InterestFeedContentSuggestions",
)
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PR_SET_DUMPABLE: Final = 4
_LISTENS: Final = "0A"  # the state in /proc/net/tcp
_START: Final = 60.0  # seconds
_LEFT: Final[dict[object, Left]] = {}  # by driver: what it and its browser put on disk


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run's browser is to be. `hosts`: all that may be shown at top level, `host[:port]`, https."""

    hosts: tuple[str, ...]
    headless: bool = False
    via: str = ""  # http server that all requests to `hosts` are forwarded to
    connect: str = ""  # address of a running browser's debugging port
    connect_anywhere: bool = False  # also one that is not on loopback
    private: Path | None = None  # folder of mode 0700 for what the browser leaves; the caller's to empty
    executable: str = ""  # default: $AUTOKEY_BROWSER, else the best one found


@dataclass(frozen=True, slots=True)
class Found:
    """A browser on this machine. `arguments`: for Playwright's launch."""

    name: str
    arguments: Mapping[str, str]
    headless_only: bool = False

    @property
    def there(self) -> bool:
        """Whether the program is on this machine. A channel is looked for where Playwright looks for it."""
        if path := self.arguments.get("executable_path", ""):
            return os.access(path, os.X_OK) and not Path(path).is_dir()
        channel = self.arguments.get("channel", "")
        return not channel or any(Path(os.path.expandvars(place)).exists() for place in _CHANNELS[channel])

    def version(self) -> str:
        """Ask the program for its version, "" if it does not say within ten seconds."""
        path = self.arguments.get("executable_path", "")
        if not path:
            return ""
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            out = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
            return out.strip().splitlines()[0] if out.strip() else ""
        return ""


def find_browsers(*, headless: bool = False, executable: str = "", own: str = "") -> Iterator[Found]:
    """Give what could be started, best first. `own`: path of Playwright's own download, if it is there."""
    if setting := executable or os.environ.get(SETTING, ""):
        yield Found(setting, {"executable_path": setting}, headless_only="headless-shell" in setting)
        return
    if headless:
        for name in _SHELLS:
            if path := shutil.which(name):
                yield Found(name, {"executable_path": path}, headless_only=True)
    for channel in ("chrome", "msedge"):
        yield Found(channel, {"channel": channel})
    if own and Path(own).exists():
        yield Found("Playwright's Chromium", {"executable_path": own} if not headless else {})
    for name in _NAMES:
        if path := shutil.which(name):
            yield Found(name, {"executable_path": path})


def harden() -> None:
    """Make what this process and its children leave private: files, core dumps, memory. Safe to repeat."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def clean_environment(private: Path | None) -> None:
    """Refuse or remove what would make the driver print, save or send away what it carries.

    Raises RefusedError for settings that somebody must have meant (tracing, a remote browser).
    """
    debug = os.environ.get("DEBUG", "")
    if "pw:" in debug or debug.strip() == "*":
        raise RefusedError("DEBUG asks Playwright to print everything it carries.", fix="Unset DEBUG and try again.")
    for name in _TELLTALE:
        if os.environ.get(name):
            raise RefusedError(f"{name} is set, which could print or send away secrets.", fix=f"Unset {name}.")
    if "inspect" in os.environ.get("NODE_OPTIONS", ""):
        raise RefusedError("NODE_OPTIONS opens the driver to a debugger.", fix="Unset NODE_OPTIONS and try again.")
    for name in [name for name in os.environ if name.startswith(_DROPPED)]:
        del os.environ[name]
    if private is not None:
        cache = private / "node"
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["NODE_COMPILE_CACHE"] = str(cache)


class Session:
    """One run's browser. `start` (may run early, beside other work), then `open`, at the end `close`."""

    def __init__(self, settings: Settings, driver: asyncio.Future[Playwright] | None = None) -> None:
        """`driver`: what `wake` gives, started or starting on this loop; it is this session's from now on."""
        self.settings = settings
        self._driver = driver
        self.version = ""
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._via: Via | None = None
        self._page: BrowserPage | None = None
        self._tab: Any = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start driver and browser, or join the running one.

        Raises RefusedError (unsafe environment or address), UsageError (no browser, no display).
        """
        settings = self.settings
        if settings.connect:
            _check_connect(settings)
            if settings.via:
                raise UsageError("--via needs a browser of its own.", fix="Leave out --connect.")
        if settings.via:
            from autokey.browser.via import Via

            self._via = await Via(settings.via, settings.hosts).start()
        self._playwright = await (self._driver or wake(settings.private))
        from playwright import async_api as api

        await (self._join(api) if settings.connect else self._launch(api))

    async def open(self, state: Mapping[str, Any] | None = None) -> BrowserPage:
        """Open a fresh context with the kept session `state` (from `storage_state`), give its page."""
        from autokey.browser.page import BrowserPage

        assert self._browser is not None
        settings = self.settings
        if settings.connect:
            contexts = self._browser.contexts
            self._context = contexts[0] if contexts else await self._browser.new_context()
            self._tab = await self._context.new_page()
            self._page = await BrowserPage.start(self._context, settings.hosts, tab=self._tab)
            return self._page
        options: dict[str, Any] = {"accept_downloads": False}
        if settings.headless:
            options["viewport"] = {"width": 1280, "height": 900}
        else:
            options["no_viewport"] = True
        if self._via is not None:
            options["proxy"] = {"server": self._via.proxy}
        if state:
            options["storage_state"] = dict(state)
        self._context = await self._browser.new_context(**options)
        refused = self._via.refused if self._via is not None else None
        self._page = await BrowserPage.start(self._context, settings.hosts, headless=settings.headless, refused=refused)
        return self._page

    async def storage_state(self) -> dict[str, Any]:
        """Give cookies and storage of the account that is signed in. As secret as a password. Raises GoneError."""
        from playwright.async_api import Error

        assert self._context is not None
        try:
            return dict(await self._context.storage_state(indexed_db=True))
        except Error:
            raise GoneError("The browser window was closed.") from None

    async def close(self) -> None:
        """End the browser (or leave the joined one, taking only our tab). Never raises, may be repeated."""
        page, self._page = self._page, None
        context, self._context = self._context, None
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        via, self._via = self._via, None
        ends = [page.close() if page else None]
        if self.settings.connect:
            ends.append(self._tab.close() if self._tab else None)
        elif context and not browser:  # a browser of our own takes its contexts with it
            ends.append(context.close())
        ends += [browser.close() if browser else None, playwright.stop() if playwright else None]
        ends.append(via.close() if via else None)
        for end in ends:
            if end is not None:
                # A driver that died cannot be told to close: nothing more can be done then.
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(end, 10)
        if left := _LEFT.pop(playwright, None):
            left.remove()

    async def _launch(self, api: Any) -> None:
        assert self._playwright is not None
        settings, chromium = self.settings, self._playwright.chromium
        via = [self._via.launch_argument] if self._via is not None else []
        arguments = [*_QUIET, "--window-size=1280,900", "--window-position=0,0", *via]
        environment: dict[str, str | float | bool] = {k: os.environ[k] for k in _KEPT if k in os.environ}
        if settings.private is not None:
            environment["BREAKPAD_DUMP_LOCATION"] = str(settings.private)
        known = find_browsers(headless=settings.headless, executable=settings.executable, own=chromium.executable_path)
        for found in known:
            if found.headless_only and not settings.headless:
                continue
            try:
                self._browser = await chromium.launch(
                    **dict(found.arguments),  # type: ignore[arg-type]  # only executable_path and channel
                    headless=settings.headless,
                    chromium_sandbox=not _root(),
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                    args=arguments,
                    env=environment,
                    timeout=_START * 1000,
                )
            except api.Error as error:
                text = str(error)
                if "is not found at" in text or "xecutable doesn't exist" in text or "ENOENT" in text:
                    continue
                raise _no_start(found, text) from None
            self.version = self._browser.version
            return
        named = settings.executable or os.environ.get(SETTING, "")
        none = "No Chromium, Chrome or Edge was found."
        raise UsageError(
            f"{named}, which {SETTING} names, cannot be started here." if named else none,
            fix=f"Install one, run `playwright install chromium`, or set {SETTING} to its path.",
        )

    async def _join(self, api: Any) -> None:
        assert self._playwright is not None
        address = self.settings.connect
        try:
            self._browser = await self._playwright.chromium.connect_over_cdp(address, timeout=_START * 1000)
        except api.Error:
            raise UsageError(
                f"No browser answers at {address}.",
                fix="Start it with --remote-debugging-port=9222, or leave out --connect.",
            ) from None
        self.version = self._browser.version


async def wake(private: Path | None) -> Playwright:
    """Start Playwright's driver, which drives no browser yet. Raises RefusedError as `Session.start` does."""
    harden()
    clean_environment(private)
    asyncio.get_running_loop().set_exception_handler(_quiet)
    from playwright.async_api import async_playwright

    left = Left(private)
    with left.given():
        driver = await async_playwright().start()
    _LEFT[driver] = left
    return driver


def _quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Keep asyncio from printing what Playwright leaves behind when its driver dies: `gone` tells of it."""
    if "from the driver" not in str(context.get("exception", "")):
        loop.default_exception_handler(context)


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _check_connect(settings: Settings) -> None:
    parts = urlsplit(settings.connect)
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        raise UsageError(f"{settings.connect!r} is no address of a running browser.", fix="Use http://127.0.0.1:9222.")
    if parts.hostname not in _LOOPBACK and not settings.connect_anywhere:
        raise RefusedError(
            f"The browser at {parts.hostname} is not on this machine: whoever runs it would see the secret.",
            fix="Connect to one on this machine.",
        )
    if not settings.connect_anywhere and _foreign(parts.port or 0):
        raise RefusedError(
            f"The browser at port {parts.port} is another user's: whoever that is would see the secret.",
            fix="Connect to one of yours.",
        )


def _foreign(port: int) -> bool:
    """Say whether a port of this machine is held open by another user, who is not root. False where that is unknown."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                _, local, _, state, *_, uid = line.split()[:8]
                if state == _LISTENS and int(local.rpartition(":")[2], 16) == port and int(uid) not in {0, os.getuid()}:
                    return True
    return False


def _no_start(found: Found, text: str) -> UsageError | StoppedError:
    if "XServer" in text or "DISPLAY" in text or "ozone" in text.lower():
        return UsageError(
            "There is no display to show the browser on.",
            fix="Run it in a desktop session, or add --headless.",
        )
    if "No usable sandbox" in text or "without --no-sandbox is not supported" in text:
        return UsageError(
            f"{found.name} could not set up its sandbox.",
            fix="Allow unprivileged user namespaces, or use a browser that brings its own sandbox helper.",
        )
    return UsageError(f"{found.name} did not start.", fix=f"Try another browser: set {SETTING} to its path.")
