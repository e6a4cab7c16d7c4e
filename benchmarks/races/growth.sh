#!/bin/bash
# Measures how time and memory grow with bytes, files and hosts; --help tells more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for tool in python3 java mount unshare diff; do
    if ! command -v "$tool" >/dev/null; then
        echo "growth.sh needs the program $tool" >&2
        exit 2
    fi
done
if [ "$(id -u)" -ne 0 ]; then
    echo "growth.sh needs root, for a mount of its own that is larger than the memory" >&2
    exit 2
fi
# What is mounted is gone with the last process in it.
exec unshare --mount python3 "$here/growth.py" "$@"
