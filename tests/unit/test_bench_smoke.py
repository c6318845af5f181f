"""The benchmark runs: what it measures is not judged here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bench.__main__ import Pair, resident


def test_the_memory_of_a_process_counts_those_below_it():
    held = "import time; block = bytearray(60_000_000); print('ready', flush=True); input()"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    process = subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        assert resident(process.pid) > 57
    finally:
        process.communicate("\n")


def test_a_ratio_is_that_of_the_medians():
    assert Pair([3.0, 1.0, 2.0], [1.0, 9.0, 1.0]).ratio == 2.0


def test_every_comparison_is_run_and_printed(browser_path):
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--pairs", "1", "--memory", "1"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"AUTOKEY_BROWSER": browser_path},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line[:3] for line in done.stdout.splitlines()] == ["(a)", "(b)", "(c)"]


@pytest.fixture
def browser_path():
    import shutil

    found = os.environ.get("AUTOKEY_BROWSER") or shutil.which("chromium-headless-shell")
    return found or pytest.skip("no headless Chromium on this machine")
