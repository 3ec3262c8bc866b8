#!/usr/bin/env bash
# Signs one flat set of members and posts it: sign.sh PATH name=value …
# Needs curl and md5sum. Reads PAYPRO_URL, PAYPRO_MERCHANT and PAYPRO_SECRET; without them it is the sandbox's merchant in Mexico.
# For keys of the kind MD5, and for values without line breaks.
set -euo pipefail
url=${PAYPRO_URL:-http://localhost:5080}
merchant=${PAYPRO_MERCHANT:-1000000001}
secret=${PAYPRO_SECRET:-sandbox-secret-mx}
[ $# -gt 0 ] || { echo "usage: sign.sh PATH name=value …" >&2; exit 2; }
path=/${1#/}
shift
printf '%s\n' "$@" | grep -q '^timestamp=' || set -- "$@" "timestamp=$(date +%s)000"
# Sorted by name byte by byte, empty values left out, joined without separators, secret at the end. A value may itself have or end with '='.
text=$(printf '%s\n' "$@" | LC_ALL=C sort -t= -k1,1 | grep -v '^[^=]*=$' | tr -d '\n')
sign=$(printf '%s%s' "$text" "$secret" | md5sum | cut -d' ' -f1)
json=$(printf '%s\n' "$@" "sign=$sign" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^\([^=]*\)=\(.*\)$/"\1":"\2"/' | paste -sd, -)
curl -sS "$url$path" -H 'Content-Type: application/json' -H "merchantNo: $merchant" -d "{$json}"
echo
