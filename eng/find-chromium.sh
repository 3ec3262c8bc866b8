#!/usr/bin/env bash
# Prints the path of a Chromium that Playwright can drive, or fails.
set -euo pipefail
for name in "${PAYPRO_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && program=$(command -v "$name"); then
        echo "$program"
        exit 0
    fi
done
exit 1
