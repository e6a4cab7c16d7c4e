#!/bin/bash
# Races jobs on a host that is reached by SSH against the same jobs on this machine; --help tells more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for tool in python3 java diff /usr/sbin/sshd ssh-keygen; do
    if ! command -v "$tool" >/dev/null; then
        echo "ssh-race.sh needs the program $tool" >&2
        exit 2
    fi
done
exec python3 "$here/ssh_race.py" "$@"
