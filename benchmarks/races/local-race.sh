#!/bin/bash
# Races gpu-snapshot against tar and lz4 on this machine; --help tells more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for tool in python3 java tar lz4 tee sha256sum cmp diff; do
    if ! command -v "$tool" >/dev/null; then
        echo "local-race.sh needs the program $tool" >&2
        exit 2
    fi
done
exec python3 "$here/local_race.py" "$@"
