#!/usr/bin/env bash
# Runs, at the same time, all tests on SQLite, the journeys in a browser, and on PostgreSQL the tests that touch the database.
# Ends with the line of counts.
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
    local name="$1"
    shift
    mkdir -p "$results/$name"
    ln -sfn "$PWD/var/static" "$results/$name/static"
    CHENGZHI_VAR="$results/$name" .venv/bin/python -m pytest -q -p no:cacheprovider --junit-xml="$results/$name.xml" "$@"
}

# Journeys wait for the browser most of the time, so the three runs share two cores well.
echo "→ Tests on SQLite; beside them, told below, on PostgreSQL and in a browser"
if scripts/postgres.sh start; then
    CHENGZHI_DATABASE="$(scripts/postgres.sh url)" run postgresql --database-bound "$@" >"$results/postgresql.log" 2>&1 &
fi
unset CHENGZHI_DATABASE
run browser -m browser "$@" >"$results/browser.log" 2>&1 &
run sqlite -m "not browser" "$@"
wait
for name in browser postgresql; do
    echo "→ Tests: $name"
    cat "$results/$name.log"
done

.venv/bin/python scripts/count_tests.py "$results/sqlite.xml" "$results/browser.xml" "$results/postgresql.xml"
