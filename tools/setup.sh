#!/usr/bin/env bash
# Bring this folder to the point where a target can run, and do nothing when it is there already.
#   tools/setup.sh run     .venv from requirements.lock, and a browser
#   tools/setup.sh dev     .venv from requirements-dev.lock, no browser (lint, docs)
#   tools/setup.sh test    .venv from requirements-dev.lock, a browser, and what the tests start for real
# Packages of the system are installed only as root on Debian; otherwise the command to type is printed.
set -euo pipefail
cd "$(dirname "$0")/.."
goal=${1:?run, dev or test}
LOG=$(mktemp); PID=''
trap 'rm -f "$LOG"; [ -z "$PID" ] || kill "$PID" 2>/dev/null || true' EXIT

say() { printf '%s\n' "autokey setup: $*" >&2; }
die() { say "$*"; exit 1; }

# slow TEXT CMD...: run CMD with a sign of life every 5 seconds; its output is kept for `why`.
slow() {
  local text=$1 began=$SECONDS waited=0 rc=0; shift
  say "$text"
  "$@" >"$LOG" 2>&1 </dev/null &
  PID=$!
  while kill -0 "$PID" 2>/dev/null; do
    sleep 0.2; waited=$((waited + 1))
    [ $((waited % 25)) -ne 0 ] || say "  ... $((SECONDS - began)) s"
  done
  wait "$PID" || rc=$?
  PID=''
  return "$rc"
}
why() { tail -n 20 "$LOG" >&2; die "$* The lines above say why."; }

is_debian_root() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; }

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local install=(apt-get install -y --no-install-recommends "$@")
  slow "Installing Debian packages: $*" "${install[@]}" && return
  slow "Refreshing Debian's package lists, then trying again" apt-get update && slow "Installing: $*" "${install[@]}"
}

# ------------------------------------------------------------ Python
python_env() {
  local lock=requirements.lock stamp=run python=${PYTHON:-python3} run dev
  [ "$1" = run ] || { lock=requirements-dev.lock; stamp=dev; }
  run=$(cat requirements.lock pyproject.toml <(pwd) | sha256sum)
  dev=$(cat requirements*.lock pyproject.toml <(pwd) | sha256sum)
  if [ -x .venv/bin/python ] && grep -qsxF "${!stamp}" ".venv/.setup-$stamp"; then return; fi
  command -v "$python" >/dev/null || die "There is no $python here: install Python 3.11 or newer, or set PYTHON."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "$("$python" -V) is too old: install Python 3.11 or newer, or set PYTHON to one."
  if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    is_debian_root || die "Python's venv module is missing: sudo apt-get install python3-venv, then try again."
    apt_install python3-venv || why "python3-venv could not be installed."
  fi
  .venv/bin/python -m pip --version >/dev/null 2>&1 ||
    slow "Making .venv with $("$python" -V)" "$python" -m venv --clear .venv || why "No .venv could be made."
  rm -f .venv/.setup-*
  slow "Installing the $(grep -c '==' "$lock") packages of $lock (hashes checked)" \
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --only-binary :all: \
    --require-hashes -r "$lock" ||
    why "The packages of $lock could not be installed."
  slow "Installing autokey itself" \
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation -e . ||
    why "autokey itself could not be installed."
  echo "$run" >.venv/.setup-run  # what dev installs holds all of run
  [ "$stamp" = run ] || echo "$dev" >.venv/.setup-dev
}

# ------------------------------------------------------------ browsers
found() { local name; for name; do command -v "$name" >/dev/null && return; done; return 1; }
playwright_has() { compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-${XDG_CACHE_HOME:-$HOME/.cache}/ms-playwright}/$1-*" >/dev/null; }
has_window() {
  found google-chrome google-chrome-stable chrome microsoft-edge microsoft-edge-stable chromium chromium-browser ||
    playwright_has chromium || [ -d "/Applications/Google Chrome.app" ]
}
has_headless() { found chromium-headless-shell || playwright_has chromium_headless_shell || has_window; }

# PACKAGES collects what is missing, so that apt-get runs once.
PACKAGES=()
need_browser() {
  if [ "$1" = window ]; then has_window || PACKAGES+=(chromium); else has_headless || PACKAGES+=(chromium-headless-shell); fi
}
need() { local command=$1; shift; found "$command" || PACKAGES+=("$@"); }

system_packages() {
  [ ${#PACKAGES[@]} -gt 0 ] || return 0
  if is_debian_root; then
    apt_install "${PACKAGES[@]}" && return
    tail -n 5 "$LOG" >&2
  fi
  say "Missing here: ${PACKAGES[*]}. On Debian: sudo apt-get install ${PACKAGES[*]}"
}

browser_or_die() {
  has_headless && return
  slow "Downloading Playwright's own Chromium, as no browser was found" .venv/bin/python -m playwright install chromium ||
    why "There is no browser and none could be installed: install Chrome, Edge or Chromium, then try again."
}

case $goal in
  run)
    python_env run
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then need_browser window; else need_browser headless; fi
    system_packages
    browser_or_die ;;
  dev)
    python_env dev ;;
  test)
    python_env dev
    need_browser headless
    need_browser window
    need xvfb-run xvfb xauth
    need gnome-keyring-daemon gnome-keyring
    need dbus-run-session dbus-daemon
    need age age
    [ ! -e /etc/debian_version ] || [ -d /usr/share/fonts/truetype/liberation ] || PACKAGES+=(fonts-liberation)
    system_packages
    browser_or_die ;;
  *) die "What is '$goal'? Say run, dev or test." ;;
esac
