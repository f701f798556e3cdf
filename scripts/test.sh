#!/usr/bin/env bash
# Runs all tests on SQLite, then those that touch the database again on PostgreSQL, and ends with the line of counts.
# Fails when a test fails, when one is skipped, or when a database cannot be had.
set -uo pipefail
cd "$(dirname "$0")/.."
export CHENGZHI_VAR="$PWD/${CHENGZHI_TEST_VAR:-var/test}"
mkdir -p "$CHENGZHI_VAR"
rm -f "$CHENGZHI_VAR"/*.xml
ln -sfn ../static "$CHENGZHI_VAR/static"
trap 'scripts/postgres.sh stop' EXIT

echo "→ Tests on SQLite"
env -u CHENGZHI_DATABASE .venv/bin/python -m pytest -q -p no:cacheprovider --junit-xml="$CHENGZHI_VAR/sqlite.xml" "$@"

echo "→ Tests on PostgreSQL"
if scripts/postgres.sh start; then
    CHENGZHI_DATABASE="$(scripts/postgres.sh url)" \
        .venv/bin/python -m pytest -q -p no:cacheprovider --database-bound --junit-xml="$CHENGZHI_VAR/postgresql.xml" "$@"
fi

.venv/bin/python scripts/count_tests.py "$CHENGZHI_VAR/sqlite.xml" "$CHENGZHI_VAR/postgresql.xml"
