"""Every error a user can meet, each with its exit code.

    AutokeyError          1  FaultError alone: a fault of autokey's own
    ├── UsageError         2  wrong use: an argument, an order, an answer
    │   └── FlowError      2  a flow or selector file that is not valid
    ├── RefusedError       3  not safe to go on: vault, host, right
    │   └── VaultError     3  no safe place for a secret, or a place that lies
    ├── SiteChangedError   4  the page is not what the flow describes
    ├── StoppedError       5  the person stopped, or did not answer in time
    ├── KeyAtRiskError     6  a key may exist on the site that we do not hold
    └── MismatchError      7  stored, but the site shows other rights or IPs

One sentence says what was wrong and where; `fix` says what to do next. Neither ever holds a secret.
Knows nothing of any other module.
"""

from __future__ import annotations


def _seen(text: str) -> str:
    """Replace what cannot be seen: a quoted answer, file or page must not steer the terminal it is shown on."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)


class AutokeyError(Exception):
    """Base of all errors meant for a person. `exit_code` is the process's exit code (design, section 7)."""

    exit_code = 1

    def __init__(self, what: str, *, fix: str = "", step: str = "", screen: str = "") -> None:
        super().__init__(what)
        self.what = _seen(what)
        self.fix = _seen(fix)
        self.step = step
        self.screen = screen

    def __str__(self) -> str:
        return f"{self.what} {self.fix}".strip()


class FaultError(AutokeyError):
    """A fault of autokey's own. Names the kind of error and the line, never its text, which may quote a page."""

    def __init__(self, error: BaseException, said: str = "") -> None:
        at = error.__traceback__
        while at is not None and at.tb_next is not None and "autokey" in at.tb_next.tb_frame.f_code.co_filename:
            at = at.tb_next
        where = f", {at.tb_frame.f_globals.get('__name__', '?')}:{at.tb_lineno}" if at is not None else ""
        super().__init__(
            f"A fault of autokey's own ended the run ({type(error).__name__}{where}). {said}".strip(),
            fix="Please report it with these words; they hold no secret.",
        )


class UsageError(AutokeyError):
    """The command, an order or an answer is wrong. Raised before anything is done."""

    exit_code = 2


class FlowError(UsageError):
    """A flow, selector or consumer file is not valid. `what` starts with `file:line:`."""


class RefusedError(AutokeyError):
    """Going on would be unsafe: a host outside the flow, a right nobody asked for, an unsafe machine."""

    exit_code = 3


class VaultError(RefusedError):
    """A store is missing, unsafe, locked, full, hanging, damaged or lying."""


class SiteChangedError(AutokeyError):
    """A screen or element of the flow is not on the page and nobody could point at it."""

    exit_code = 4


class StoppedError(AutokeyError):
    """The person closed the window, pressed Ctrl-C, gave up, or a time limit ran out."""

    exit_code = 5


class KeyAtRiskError(AutokeyError):
    """A key may exist on the site whose secret we do not hold."""

    exit_code = 6


class MismatchError(AutokeyError):
    """The credential is stored, but what the site shows differs from the order."""

    exit_code = 7
