#!/usr/bin/env bash
# Runs all tests on SQLite and, at the same time, those that touch the database on PostgreSQL; ends with the line of counts.
# Fails when a test fails, when one is skipped, or when a database cannot be had.
set -uo pipefail
cd "$(dirname "$0")/.."
export CHENGZHI_VAR="$PWD/${CHENGZHI_TEST_VAR:-var/test}"
results="$CHENGZHI_VAR"
mkdir -p "$results"
rm -f "$results"/*.xml "$results"/*.log
trap 'CHENGZHI_VAR="$results" scripts/postgres.sh stop' EXIT

# One run, with a folder of its own for what it stores.
run() {
    local database="$1"
    shift
    mkdir -p "$results/$database"
    ln -sfn "$PWD/var/static" "$results/$database/static"
    CHENGZHI_VAR="$results/$database" .venv/bin/python -m pytest -q -p no:cacheprovider --junit-xml="$results/$database.xml" "$@"
}

echo "→ Tests on SQLite, and beside them on PostgreSQL"
if scripts/postgres.sh start; then
    CHENGZHI_DATABASE="$(scripts/postgres.sh url)" run postgresql --database-bound "$@" >"$results/postgresql.log" 2>&1 &
fi
(unset CHENGZHI_DATABASE && run sqlite "$@")

echo "→ Tests on PostgreSQL"
wait
cat "$results/postgresql.log"

.venv/bin/python scripts/count_tests.py "$results/sqlite.xml" "$results/postgresql.xml"
