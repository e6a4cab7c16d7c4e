#!/bin/bash
# Races jobs on a host that is reached by SSH against the same jobs on this machine; --help tells more.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for tool in python3 java diff tar lz4 ssh /usr/sbin/sshd ssh-keygen; do
    if ! command -v "$tool" >/dev/null; then
        echo "ssh-race.sh needs the program $tool" >&2
        exit 2
    fi
done
if [ "$(id -u)" -eq 0 ] && [ -f "$HOME/.bashrc" ] && command -v unshare mount >/dev/null; then
    # What the user's shell reads before each remote command is not to be measured, and may be a second's worth.
    exec unshare --mount bash -c 'mount --bind /dev/null "$HOME/.bashrc" && exec python3 "$@"' bash \
        "$here/ssh_race.py" "$@"
fi
exec python3 "$here/ssh_race.py" "$@"
