#!/bin/sh
# Makes the Java runtime that is sent to hosts without Java, as tar.gz. The same JDK makes the same bytes each time.
# usage: make-runtime.sh JDK JMODS TAR_GZ
#
# Not compressed by jlink, since gzip then does better; without an archive of classes, since the host can make one.
set -eu
umask 022
LC_ALL=C
export LC_ALL

jdk=$1
jmods=$2
target=$3
modules=java.base,java.logging,jdk.crypto.ec,jdk.net,jdk.unsupported

# What the outcome depends on; if that has not changed, what was made last time will do.
inputs=$(cat "$0" "$jdk/release" && ls -ln "$jmods")
if [ -f "$target" ] && [ "$inputs" = "$(cat "$target.inputs" 2>/dev/null)" ]; then
    exit 0
fi

work=$target.work
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

"$jdk/bin/jlink" --module-path "$jmods" --add-modules "$modules" --vm=server \
    --strip-java-debug-attributes --no-header-files --no-man-pages --output "$work/runtime"

cd "$work/runtime"
if [ ! -s lib/security/cacerts ] || [ -h lib/security/cacerts ]; then
    echo "$jmods has no certificates of authorities, without which no store can be trusted" >&2
    exit 1
fi
find . -type f | sort | xargs sha256sum >../SHA256SUMS
mv ../SHA256SUMS .
find . -type f -o -type l | sort |
    tar --create --no-recursion --files-from=- --mtime=@1767225600 --owner=0 --group=0 --numeric-owner --format=ustar |
    gzip -9n >"$work/made.tar.gz"
mv "$work/made.tar.gz" "$target"
printf '%s\n' "$inputs" >"$target.inputs"
