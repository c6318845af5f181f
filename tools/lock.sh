#!/usr/bin/env bash
# Resolve pyproject.toml anew into the two lock files: every platform, every hash, no registry named.
# Needs uv (pip install uv). Versions already locked are kept unless they no longer fit: add --upgrade to raise them.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
[ -x "$uv" ] || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
compile=("$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml --group build)
"${compile[@]}" "$@" -o requirements.lock
"${compile[@]}" "$@" --group dev -c requirements.lock -o requirements-dev.lock
