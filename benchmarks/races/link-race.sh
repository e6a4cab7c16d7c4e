#!/bin/bash
# Races gpu-snapshot with --codec auto against --codec none over a link of limited rate; --help tells more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for tool in python3 java ip tc unshare diff; do
    if ! command -v "$tool" >/dev/null; then
        echo "link-race.sh needs the program $tool" >&2
        exit 2
    fi
done
if [ "$(id -u)" -ne 0 ]; then
    echo "link-race.sh needs root, for a network of its own whose rate it can limit" >&2
    exit 2
fi
# Gone with the last process in it; the machine's own network is not touched.
exec unshare --net python3 "$here/link_race.py" "$@"
