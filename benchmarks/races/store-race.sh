#!/bin/bash
# Races gpu-snapshot against other programs, with a server of the same store on this machine; --help tells more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for tool in python3 java diff; do
    if ! command -v "$tool" >/dev/null; then
        echo "store-race.sh needs the program $tool" >&2
        exit 2
    fi
done
if [ "$(id -u)" -ne 0 ] || ! command -v unshare >/dev/null || ! command -v ip >/dev/null || ! command -v tc >/dev/null; then
    # Works, but with a plain network alone, on which bytes cannot be counted.
    exec python3 "$here/store_race.py" "$@"
fi
# Gone with the last process in it; the machine's own network is not touched.
exec env GPU_SNAPSHOT_RACE_NETWORK=yes unshare --net python3 "$here/store_race.py" "$@"
