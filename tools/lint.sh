#!/usr/bin/env bash
# Everything that is checked without running the program.
set -euo pipefail
cd "$(dirname "$0")/.."
set -x
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
