#!/usr/bin/env bash
# Makes the lock files again from requirements/*.in and package.json: exact versions with hashes, no registry addresses.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-.venv/bin/uv}"
for name in base dev; do
    "$uv" pip compile "requirements/$name.in" --output-file "requirements/$name.txt" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet "$@"
done
.venv/bin/python scripts/npm.py install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
