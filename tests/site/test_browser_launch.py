"""Starting: a browser is found, run privately and ended; an unsafe environment is refused."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autokey.browser import Session, Settings, find_browsers
from autokey.errors import RefusedError, UsageError


@pytest.fixture(autouse=True)
def chosen(monkeypatch, browser_path):
    monkeypatch.setenv("AUTOKEY_BROWSER", browser_path)


def children(pid):
    out = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            out += [int(child), *children(int(child))]
    return out


def test_an_account_s_session_goes_from_one_browser_to_the_next_as_data(run, site, serve, tmp_path):
    serve(
        "<p id=p></p><script>document.cookie='k=v; max-age=999';localStorage.x??='kept';p.textContent=localStorage.x</script>"
    )

    async def once(state):
        async with Session(Settings(hosts=(site.url,), headless=True, private=tmp_path)) as session:
            page = await session.open(state)
            await page.open(site.url + "/")
            return await session.storage_state(), session.version

    state, version = run(once(None))
    assert version
    again, _ = run(once(json.loads(json.dumps(state))))
    assert [c["name"] for c in again["cookies"]] == ["k"]
    assert again["origins"][0]["localStorage"] == [{"name": "x", "value": "kept"}]
    assert run(once(None))[0]["cookies"] != []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "pw:api"),
        ("DEBUG", "x,pw:protocol*"),
        ("DEBUG", "*"),
        ("PWDEBUG", "1"),
        ("SELENIUM_REMOTE_URL", "http://x"),
        ("SSLKEYLOGFILE", "/tmp/keys"),
        ("NODE_OPTIONS", "--inspect-brk=9229"),
        ("PYTHONASYNCIODEBUG", "1"),
        ("PYTHONINSPECT", "1"),
    ],
)
def test_an_environment_that_tells_secrets_is_refused(run, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(RefusedError, match=name):
        run(Session(Settings(hosts=("a.test",), headless=True)).start())


def test_node_options_are_taken_away_and_files_are_private(run, monkeypatch, tmp_path):
    monkeypatch.setenv("NODE_OPTIONS", "--max-old-space-size=900")
    monkeypatch.setenv("NODE_V8_COVERAGE", str(tmp_path / "told"))

    async def go():
        async with Session(Settings(hosts=("a.test",), headless=True, private=tmp_path)):
            return sorted(name for name in os.environ if name.startswith("NODE_")), os.umask(0o077)

    assert run(go()) == (["NODE_COMPILE_CACHE"], 0o077)
    assert not (tmp_path / "told").exists()
    made = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert made
    assert not [p for p in made if stat.S_IMODE(p.stat().st_mode) & 0o077]


def test_no_browser_and_a_program_that_is_none_are_said_in_one_sentence(run, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOKEY_BROWSER", "/nowhere/chromium")
    with pytest.raises(UsageError, match="/nowhere/chromium, which AUTOKEY_BROWSER names, cannot be started here"):
        run(Session(Settings(hosts=("a.test",), headless=True)).start())
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o700)
    monkeypatch.setenv("AUTOKEY_BROWSER", str(fake))
    with pytest.raises(UsageError, match="did not start"):
        run(Session(Settings(hosts=("a.test",), headless=True)).start())


def test_the_browser_set_by_the_person_is_the_only_one_tried(browser_path):
    found = list(find_browsers(headless=True))
    assert [f.arguments for f in found] == [{"executable_path": browser_path}]
    assert "Chrom" in found[0].version()


def test_only_a_browser_on_this_machine_is_joined(run):
    with pytest.raises(RefusedError):
        run(Session(Settings(hosts=("a.test",), connect="http://192.0.2.1:9222")).start())
    with pytest.raises(UsageError):
        run(Session(Settings(hosts=("a.test",), connect="nonsense")).start())
    with pytest.raises(UsageError, match="No browser answers"):
        run(Session(Settings(hosts=("a.test",), connect="http://127.0.0.1:1")).start())


@pytest.mark.skipif(os.geteuid() != 0, reason="takes another user")
def test_another_users_debugging_port_on_this_machine_is_not_joined(run):
    wait = (
        "import os, socket; os.setuid(65534); s = socket.create_server(('127.0.0.1', 0));"
        "print(s.getsockname()[1], flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", wait], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        address = f"http://127.0.0.1:{int(other.stdout.readline())}"
        with pytest.raises(RefusedError, match="another user"):
            run(Session(Settings(hosts=("a.test",), connect=address)).start())
        other.stdin.close()


def test_memory_is_closed_to_others_and_no_core_is_written(tmp_path):
    show = (
        "import ctypes, os, resource; from autokey.browser import harden; os.umask(0); harden();"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE), os.umask(0))"
    )
    said = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True).stdout
    assert said.strip() == f"0 (0, 0) {0o077}"


def test_a_joined_browser_keeps_its_tabs_and_loses_only_ours(run, site, serve, browser_path, tmp_path):
    serve("<h1>Joined</h1>")
    arguments = [
        "--remote-debugging-port=0",
        f"--user-data-dir={tmp_path}/profile",
        "--no-sandbox",
        "--headless",
        "about:blank",
    ]
    with subprocess.Popen(
        [browser_path, *arguments], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        try:
            port = (
                next(line for line in running.stderr if "DevTools listening" in line)
                .split("127.0.0.1:")[1]
                .split("/")[0]
            )

            async def go():
                async with Session(Settings(hosts=(site.url,), connect=f"http://127.0.0.1:{port}")) as session:
                    page = await session.open()
                    before = len(session._context.pages)
                    await page.open(site.url + "/")
                    return before, [c.text for c in (await page.look()).candidates]

            assert run(go()) == (2, ["Joined"])
            assert running.poll() is None
            assert run(go())[0] == 2
        finally:
            os.killpg(running.pid, signal.SIGTERM)  # Debian starts it by a script: the browser is its child


KILLED = """
import asyncio, os, signal, sys
sys.path.insert(0, {src!r})
from pathlib import Path
from autokey.browser import Session, Settings
from autokey.ports import GoneError

def children(pid):
    out = []
    for task in Path(f"/proc/{{pid}}/task").iterdir():
        for child in (task / "children").read_text().split():
            out += [int(child), *children(int(child))]
    return out

async def main():
    session = Session(Settings(hosts=({url!r},), headless=True))
    await session.start()
    page = await session.open()
    await page.open({url!r} + "/")
    look = await page.look()
    waiting = asyncio.ensure_future(page.changed(look.stamp, 30))
    gone = asyncio.ensure_future(page.gone())
    await asyncio.sleep(0)
    names = {{pid: Path(f"/proc/{{pid}}/cmdline").read_bytes() for pid in children(os.getpid())}}
    victims = [pid for pid, line in names.items() if ({who!r} == "driver") == (b"run-driver" in line)]
    for pid in sorted(victims, reverse=True) if {who!r} == "driver" else victims:
        os.kill(pid, signal.SIGKILL)
    await asyncio.wait_for(gone, 10)
    said = []
    for call in (page.look(), waiting, page.click(1), page.press("a")):
        try:
            await asyncio.wait_for(call, 10)
            said.append("nothing")
        except GoneError:
            said.append("gone")
    for pid in names:
        try: os.kill(pid, signal.SIGKILL)
        except ProcessLookupError: pass
    await asyncio.wait_for(session.close(), 40)
    print(*said)

asyncio.run(main())
"""


@pytest.mark.parametrize("who", ["browser", "driver"])
def test_a_browser_or_driver_that_dies_is_gone_for_every_call(site, serve, who):
    serve("<p>words</p>")
    src = str(Path(__file__).parents[2] / "src")
    script = KILLED.format(src=src, url=site.url, who=who)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["gone"] * 4, done.stderr[-2000:]
