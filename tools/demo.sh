#!/usr/bin/env bash
# The main job, against the built-in look-alike, in a home of its own that is emptied first, so that it can be
# run again and again. In a terminal the person plays along; without one it plays itself.
set -euo pipefail
cd "$(dirname "$0")/.."
export AUTOKEY_HOME="$PWD/build/demo"
rm -rf "$AUTOKEY_HOME"
umask 077
mkdir -p "$AUTOKEY_HOME"

# A keyring of the desktop keeps the key of the last demo, and a taken label is refused: forget that one item.
timeout 20 .venv/bin/python -m keyring del autokey-sandbox:coinstore:icg-mm json >/dev/null 2>&1 </dev/null || true

# Where there is no keyring, the vault file is the store, and its passphrase is one made up for this demo.
if [ -z "${AUTOKEY_VAULT_PASSPHRASE_FILE:-}" ]; then
  export AUTOKEY_VAULT_PASSPHRASE_FILE="$AUTOKEY_HOME/passphrase"
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$AUTOKEY_VAULT_PASSPHRASE_FILE"
fi

run=(.venv/bin/autokey create coinstore --sandbox --label ICG-MM --ips 192.0.2.10,192.0.2.11 --permissions read,trade)
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || run+=(--headless)
printf '+ AUTOKEY_HOME=%s %s\n' build/demo "${run[*]#.venv/bin/}" >&2
exec "${run[@]}"
