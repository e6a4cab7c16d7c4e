#!/bin/bash
# Races gpu-snapshot against rclone, both with the B2 emulator on this machine; --help tells more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for tool in python3 java rclone diff; do
    if ! command -v "$tool" >/dev/null; then
        echo "b2-race.sh needs the program $tool" >&2
        exit 2
    fi
done
exec python3 "$here/b2_race.py" "$@"
