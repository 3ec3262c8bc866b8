#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: PostgreSQL's server and Chromium, Debian's packages.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

missing=()
"$here/find-postgres.sh" >/dev/null || missing+=(postgresql)
"$here/find-chromium.sh" >/dev/null || missing+=(chromium)
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
    # -n: a question for a password would hang where nobody sits in front.
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        echo "The tests need ${missing[*]}: install them (on Debian: apt-get install ${missing[*]}), or run ./test as root." >&2
        exit 1
    fi
fi
command -v apt-get >/dev/null || { echo "The tests need ${missing[*]}, and this machine has no apt-get to install them." >&2; exit 1; }

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" </dev/null
}

# A mirror in the middle of an update answers with lists that do not match; a moment later it is well.
install() {
    apt install --no-install-recommends "$@" || { sleep 5; apt update && apt install --no-install-recommends "$@"; }
}

echo "Installing ${missing[*]} …"
apt update || { sleep 5; apt update; }

if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    # Debian's package makes and starts a cluster of its own. Nobody asked for one here, so that is off while it installs.
    install postgresql-common
    settings=/etc/postgresql-common/createcluster.conf
    kept=$(mktemp)
    [ ! -f "$settings" ] || cp "$settings" "$kept"
    restore() { "${as_root[@]}" cp "$kept" "$settings"; rm -f "$kept"; }
    trap restore EXIT
    "${as_root[@]}" sh -c "sed -i '/^[# ]*create_main_cluster/d' '$settings' && echo 'create_main_cluster = false' >>'$settings'"
fi
install "${missing[@]}"
