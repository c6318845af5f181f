"""Takes the pictures of docs/pictures: a run in a terminal (SVG) and the sandbox's page during a run (PNG).

    python tools/pictures.py [terminal] [page]

Both are of the built-in look-alike, never of a real site. Needs tmux, dbus and gnome-keyring for the terminal, Xvfb
and a browser with a window for the page. The address bar is cut off: the page keeps the exchange's real address.
"""

# ruff: noqa: T201, INP001 - a script for the terminal, no part of a package

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "docs" / "pictures"
CREATE: Final = (
    *("create", "coinstore", "--sandbox", "--label", "ICG-MM"),
    *("--ips", "192.0.2.10,192.0.2.11", "--permissions", "read,trade"),
)
WIDE, HIGH = 116, 70  # characters
COLOURS: Final = {"1": "#ffffff", "2": "#7d8590", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff"}
USUAL: Final = "#d6dbe1"
CELL, LINE, EDGE = 8.0, 18, 16  # pixels


def terminal() -> str:
    """Play a run in tmux, as a person would; give what the terminal shows, with colours."""
    socket = f"autokey-picture-{os.getpid()}"
    home = Path(tempfile.mkdtemp(prefix="autokey-picture-"))

    def tmux(*words: str) -> str:
        return subprocess.run(["tmux", "-L", socket, *words], check=True, capture_output=True, text=True).stdout

    def wait_for(pattern: str) -> str:
        for _ in range(300):
            text = tmux("capture-pane", "-p", "-S", "-")
            if found := re.search(pattern, text):
                return found[1]
            time.sleep(0.2)
        raise SystemExit(f"the terminal never showed {pattern}:\n{text}")

    start = home / "start.sh"
    start.write_text(
        "printf picture | gnome-keyring-daemon --unlock --components=secrets >/dev/null\n"
        f"export AUTOKEY_HOME={home}/home PATH={Path(sys.executable).parent}:$PATH PS1='$ '\n"
        "exec bash --norc --noprofile -i\n"
    )
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR"}}
    kept |= {"HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_RUNTIME_DIR": str(home)}  # a keyring of its own
    command = ["dbus-run-session", "--", "sh", str(start)]
    size = ["-x", str(WIDE), "-y", str(HIGH)]
    try:
        subprocess.run(["tmux", "-L", socket, "new-session", "-d", *size, *command], check=True, env=kept)
        wait_for(r"(\$)\s*\Z")
        tmux("send-keys", "clear", "Enter")
        time.sleep(0.5)
        tmux("clear-history")
        tmux("send-keys", "-l", f"autokey {' '.join(CREATE)} --headless")
        tmux("send-keys", "Enter")
        for kind, prompt in (("email-code", "(E-mail code) "), ("authenticator-code", "(Authenticator code) ")):
            code = wait_for(rf"{kind} to type: (\d+)")
            wait_for(prompt + r"\(")
            tmux("send-keys", "-l", code)
            tmux("send-keys", "Enter")
        wait_for(r"(?s)Result: stored.*(\$)\s*\Z")
        tmux("send-keys", "-l", "autokey show coinstore/ICG-MM")
        tmux("send-keys", "Enter")
        wait_for(r"(?s)secret_key .*(\$)\s*\Z")
        return tmux("capture-pane", "-p", "-e", "-S", "-")
    finally:
        subprocess.run(["tmux", "-L", socket, "kill-server"], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def svg(text: str) -> str:
    """Draw what a terminal shows; understands the colours that autokey uses."""
    lines = text.rstrip().removesuffix("$").rstrip().split("\n")
    drawn = []
    colour, bold = USUAL, False  # tmux says only what changes, across lines
    for row, line in enumerate(lines):
        column = 0
        for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
            if found := re.fullmatch(r"\x1b\[([0-9;]*)m", piece):
                for code in found[1].split(";"):
                    reset = code in {"", "0", "39", "22"}
                    bold = code == "1" or (bold and not reset)
                    colour = USUAL if reset else COLOURS.get(code, colour)
            elif piece:
                weight = ' font-weight="bold"' if bold else ""
                drawn.append(
                    f'<text x="{EDGE + column * CELL:g}" y="{EDGE + 14 + row * LINE}" fill="{colour}"{weight} '
                    f'textLength="{len(piece) * CELL:g}" xml:space="preserve">{html.escape(piece)}</text>'
                )
                column += len(piece)
    width, height = 2 * EDGE + WIDE * CELL, 2 * EDGE + len(lines) * LINE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" width="{width:g}" '
        f'height="{height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, Liberation Mono, monospace" '
        f'font-size="13.3"><rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


def page(path: Path) -> None:
    """Run headed on a screen of its own up to the verification, and keep what the page shows there."""
    from PIL import ImageGrab

    display = f":{90 + os.getpid() % 9}"
    screen = subprocess.Popen(["Xvfb", display, "-screen", "0", "1180x800x24"], stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as home:
            time.sleep(1)
            environment = {**os.environ, "DISPLAY": display, "AUTOKEY_HOME": home}
            command = [sys.executable, "-m", "autokey", *CREATE, "--json"]
            run = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert run.stdin is not None
            assert run.stdout is not None
            for line in run.stdout:
                if json.loads(line)["event"] == "human":
                    time.sleep(2)
                    bar = 87  # pixels of tabs and address bar
                    ImageGrab.grab(xdisplay=display).crop((0, bar, 1165, 660)).quantize(64).save(path, optimize=True)
                    run.stdin.close()
            run.wait(30)
    finally:
        screen.terminate()
        screen.wait()


def main(arguments: list[str]) -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    if not arguments or "terminal" in arguments:
        (OUT / "terminal.svg").write_text(svg(terminal()))
        print("docs/pictures/terminal.svg")
    if not arguments or "page" in arguments:
        page(OUT / "page.png")
        print("docs/pictures/page.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
