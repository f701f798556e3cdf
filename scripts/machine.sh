#!/usr/bin/env bash
# Brings the machine to what `make demo` or `make test` needs: installs missing Debian packages as root, otherwise names the line to type.
# Usage: scripts/machine.sh demo|test
set -euo pipefail
cd "$(dirname "$0")/.."
purpose="$1"

missing=()
while IFS='|' read -r package needed_by probe _why; do
    package="${package//[[:space:]]/}"
    needed_by="${needed_by//[[:space:]]/}"
    case "$package" in '' | '#'*) continue ;; esac
    [ "$needed_by" = demo ] || [ "$needed_by" = "$purpose" ] || continue
    bash -c "$probe" >/dev/null 2>&1 </dev/null || missing+=("$package")
done <debian-packages.txt

if [ "${#missing[@]}" -gt 0 ]; then
    line="apt-get install -y --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "Missing on this machine: ${missing[*]}. Type: sudo apt-get update && sudo $line" >&2
        exit 1
    fi
    echo "→ Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    said="$(mktemp)"
    { apt-get update && $line; } >"$said" 2>&1 </dev/null || { tail -n 20 "$said" >&2; exit 1; }
    rm -f "$said"
fi

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or later is needed, but python3 is $(python3 --version 2>&1 | cut -d' ' -f2)." >&2
    exit 1
fi
