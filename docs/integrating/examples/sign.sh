#!/usr/bin/env bash
# Signs one flat set of members and posts it: sign.sh PATH name=value …
# Needs curl and md5sum. Settings: PAYPRO_URL, PAYPRO_MERCHANT, PAYPRO_SECRET.
set -euo pipefail
url=${PAYPRO_URL:-http://localhost:5080}
merchant=${PAYPRO_MERCHANT:-1000000001}
secret=${PAYPRO_SECRET:-sandbox-secret-mx}
path=$1
shift
[ "$(printf '%s\n' "$@" | grep -c '^timestamp=')" = 1 ] || set -- "$@" "timestamp=$(date +%s%3N)"
# Sorted by name byte by byte, empty values left out, joined without separators, secret at the end.
text=$(printf '%s\n' "$@" | LC_ALL=C sort -t= -k1,1 | grep -v '=$' | tr -d '\n')
sign=$(printf '%s%s' "$text" "$secret" | md5sum | cut -d' ' -f1)
json=$(printf '%s\n' "$@" "sign=$sign" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^\([^=]*\)=\(.*\)$/"\1":"\2"/' | paste -sd, -)
curl -sS "$url$path" -H 'Content-Type: application/json' -H "merchantNo: $merchant" -d "{$json}"
echo
