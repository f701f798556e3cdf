#!/usr/bin/env bash
# Runs a PostgreSQL cluster of the project's own, for the tests and for trying things out: durable as in a city, reached on loopback only.
# Usage: scripts/postgres.sh start|stop|url
# As root the server runs as an ordinary user, because PostgreSQL refuses to run as root.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077
var="${CHENGZHI_VAR:-$PWD/var}"
mkdir -p "$var"
binaries="$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)"
[ -n "$binaries" ] || { echo "PostgreSQL is not installed. Type: make test (as root), or: sudo apt-get install postgresql" >&2; exit 1; }

owner="$(id -un)"
as_owner() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    as_owner() { runuser -u "$owner" -- "$@"; }
fi

place="$var/postgres"
# A checkout below a private folder (such as a home) cannot be entered by the other user: then the cluster stands beside it.
if ! (chmod a+x "$var" && cd / && as_owner test -x "$var") 2>/dev/null; then
    place="/var/tmp/chengzhi-postgres-$(printf %s "$PWD" | cksum | cut -d' ' -f1)"
fi
if [ ! -d "$place" ]; then
    mkdir "$place"
    chown "$owner" "$place"
fi
[ "$(stat -c %U "$place")" = "$owner" ] || { echo "$place belongs to $(stat -c %U "$place"), not to $owner. Remove it and try again." >&2; exit 1; }

running() { (cd / && as_owner "$binaries/pg_ctl" -D "$place/data" status) >/dev/null 2>&1; }

start() {
    cd /
    if [ ! -f "$place/data/PG_VERSION" ]; then
        as_owner bash -c "umask 077; head -c 18 /dev/urandom | base64 | tr '+/' 'ab' > '$place/password'"
        as_owner "$binaries/initdb" -D "$place/data" -U chengzhi --pwfile="$place/password" --auth-host=scram-sha-256 --auth-local=peer \
            --encoding=UTF8 --locale=C.UTF-8 >"$place/initdb.log" 2>&1 || { cat "$place/initdb.log" >&2; exit 1; }
    fi
    running && return
    port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
    as_owner bash -c "echo $port > '$place/port'"
    as_owner "$binaries/pg_ctl" -D "$place/data" -l "$place/log" -w -t 60 -s start \
        -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=on -c max_connections=60 -c shared_buffers=256MB" \
        || { tail -n 20 "$place/log" >&2; exit 1; }
    PGPASSWORD="$(cat "$place/password")" "$binaries/psql" -q -h 127.0.0.1 -p "$port" -U chengzhi -d postgres \
        -c 'CREATE DATABASE chengzhi' 2>/dev/null || true # it is there already, except the first time
}

case "${1:-}" in
    start) start ;;
    stop) if running; then cd / && as_owner "$binaries/pg_ctl" -D "$place/data" -m fast -s stop; fi ;;
    url) echo "postgresql://chengzhi:$(cat "$place/password")@127.0.0.1:$(cat "$place/port")/chengzhi" ;;
    *) echo "Usage: scripts/postgres.sh start|stop|url" >&2; exit 2 ;;
esac
