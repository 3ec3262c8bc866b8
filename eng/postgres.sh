#!/usr/bin/env bash
# A throw-away PostgreSQL on a free port of 127.0.0.1, for tests and measurements. It runs as durably as a real one
# (fsync, full_page_writes and synchronous_commit stay on: Paypro refuses to start on less).
#
#   eng/postgres.sh start  DIRECTORY [name=value …]   makes a cluster in a new DIRECTORY, starts it, prints its connection string
#   eng/postgres.sh kill   DIRECTORY                  SIGKILL to its first process, as a crash would
#   eng/postgres.sh resume DIRECTORY                  starts it again on its port after a kill or a crash
#   eng/postgres.sh stop   DIRECTORY                  stops it and deletes DIRECTORY
#   eng/postgres.sh standby DIRECTORY PRIMARY [PORT]  copies the server in PRIMARY into a new DIRECTORY and follows it, synchronously
#                                                     when it is asked for under the name "standby"; prints its connection string
#   eng/postgres.sh promote DIRECTORY                 makes a standby the primary
set -euo pipefail

fail() {
    echo "postgres.sh: $*" >&2
    exit 1
}

[ $# -ge 2 ] || fail "usage: eng/postgres.sh start|kill|resume|stop|standby|promote DIRECTORY …"
action=$1
directory=$(readlink -m "$2")
shift 2
data=$directory/data

bin=$("$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/find-postgres.sh") ||
    fail "PostgreSQL's server is not installed (on Debian: apt-get install postgresql)"

# initdb and postgres refuse to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd "$directory" && runuser -u "$(stat -c %U "$directory")" -- "$@")
    else
        (cd "$directory" && "$@")
    fi
}

launch() {
    as_owner "$bin/pg_ctl" start -D "$data" -w -t 60 -l "$directory/server.log" -o "-p $1" >/dev/null 2>>"$directory/start.log" </dev/null
}

claim() {
    [ ! -e "$directory" ] || [ -z "$(ls -A "$directory")" ] || fail "$directory is not empty"
    mkdir -p "$directory"
    if [ "$(id -u)" = 0 ]; then
        if id postgres >/dev/null 2>&1; then chown postgres: "$directory"; else chown nobody: "$directory"; fi
    fi
    touch "$directory/.paypro-postgres"
    # Half a cluster helps nobody: whoever ends this script early, or whatever fails, it cleans up behind itself.
    trap 'code=$?; [ "$code" = 0 ] || stop; exit "$code"' EXIT
    trap 'exit 143' INT TERM
}

start() {
    claim
    as_owner "$bin/initdb" -D "$data" -U postgres -A trust --locale=C --encoding=UTF8 --no-sync >"$directory/initdb.log" 2>&1 </dev/null ||
        { cat "$directory/initdb.log" >&2; fail "initdb failed"; }
    {
        echo "listen_addresses = '127.0.0.1'"
        echo "unix_socket_directories = ''"
        echo "max_connections = 300"
        echo "shared_buffers = 256MB"
        echo "max_wal_size = 4GB"
        echo "timezone = 'UTC'"
        echo "log_lock_waits = on"
        for setting in "$@"; do echo "${setting%%=*} = '${setting#*=}'"; done
    } >>"$data/postgresql.conf"

    listen
}

# Below the range from which outgoing connections get their ports; another process may still be quicker, hence the tries.
listen() {
    local port
    for _ in $(seq 20); do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue; fi
        if launch "$port"; then
            echo "$port" >"$directory/port"
            echo "Host=127.0.0.1;Port=$port;Username=postgres;Database=postgres"
            return
        fi
    done
    cat "$directory/start.log" "$directory/server.log" >&2 || true
    fail "the server did not start"
}

standby() {
    local primary
    primary=$(readlink -m "$1")
    [ -f "$primary/port" ] || fail "$primary holds no cluster of ours"
    claim
    as_owner "$bin/pg_basebackup" -h 127.0.0.1 -p "$(cat "$primary/port")" -U postgres -D "$data" -c fast -R -d application_name=standby \
        >"$directory/start.log" 2>&1 </dev/null || { cat "$directory/start.log" >&2; fail "the primary could not be copied"; }
    if [ -z "${2:-}" ]; then
        listen
    else
        launch "$2" || { cat "$directory/start.log" "$directory/server.log" >&2; fail "the standby did not start"; }
        echo "$2" >"$directory/port"
        echo "Host=127.0.0.1;Port=$2;Username=postgres;Database=postgres"
    fi
}

promote() {
    as_owner "$bin/pg_ctl" promote -D "$data" -w -t 60 >/dev/null 2>>"$directory/start.log" </dev/null
}

resume() {
    [ -f "$directory/port" ] || fail "$directory holds no cluster of ours"
    # The killed server's other processes need a moment to notice, and until then the new one refuses to start; one that had only
    # crashed may be back by itself.
    for _ in $(seq 50); do
        if "$bin/pg_isready" -q -h 127.0.0.1 -p "$(cat "$directory/port")" || launch "$(cat "$directory/port")"; then return; fi
        sleep 0.2
    done
    cat "$directory/start.log" >&2
    fail "the server did not start again"
}

stop() {
    [ -e "$directory" ] || return 0
    [ -f "$directory/.paypro-postgres" ] || fail "$directory holds no cluster of ours"
    if [ -f "$data/postmaster.pid" ]; then
        # Immediate: nobody needs the data afterwards, so a checkpoint would be wasted.
        as_owner "$bin/pg_ctl" stop -D "$data" -m immediate -w -t 60 >/dev/null 2>&1 </dev/null || true
    fi
    rm -rf "$directory"
}

case $action in
    start) start "$@" ;;
    resume) resume ;;
    stop) stop ;;
    standby) standby "$@" ;;
    promote) promote ;;
    kill) kill -KILL "$(head -1 "$data/postmaster.pid")" ;;
    *) fail "unknown action: $action" ;;
esac
