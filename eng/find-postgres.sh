#!/usr/bin/env bash
# Prints the folder of PostgreSQL's server programs, or fails. Debian keeps them off the PATH, one folder a version.
set -euo pipefail
for folder in "${PAYPRO_POSTGRES_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    if [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
        echo "$folder"
        exit 0
    fi
done
program=$(command -v initdb) || exit 1
dirname "$(readlink -f "$program")"
