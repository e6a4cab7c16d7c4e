# Unpacks a Java runtime that comes as tar.gz on standard input. It gets its name when it is whole and starts.
# usage: sh -c UNPACK sh DIRECTORY. Says the version that it has.

main() {
    set -u
    umask 077
    LC_ALL=C
    export LC_ALL
    PATH=${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
    target=$1
    for program in tar gzip; do
        command -v $program >/dev/null 2>&1 || fail "there is no $program to unpack it with"
    done
    temporary=$(mktemp -d "$target.XXXXXX") || fail "cannot make a directory beside $target"
    trap 'rm -rf "$temporary"' EXIT
    trap 'exit 1' HUP INT TERM
    unpack
    if ! is_whole "$target"; then
        [ ! -e "$target" ] || mv "$target" "$temporary/damaged"
        install
    fi
    "$target/bin/java" -version 2>&1
}

fail() {
    echo "$1" >&2
    exit 1
}

unpack() {
    mkdir "$temporary/runtime"
    said=$({ { gzip -dc || : >"$temporary/broken"; } | tar -xof - -C "$temporary/runtime"; } 2>&1) &&
        [ ! -e "$temporary/broken" ] || fail "it could not be unpacked whole: $said"
    is_whole "$temporary/runtime" || fail "it does not start here: $("$temporary/runtime/bin/java" -version 2>&1)"
}

# Whether all files are as they were when the runtime was made, and it starts.
is_whole() {
    [ -f "$1/SHA256SUMS" ] || return 1
    if command -v sha256sum >/dev/null 2>&1; then
        (cd "$1" && sha256sum -c SHA256SUMS >/dev/null 2>&1) || return 1
    fi
    "$1/bin/java" -version >/dev/null 2>&1 </dev/null
}

# Where another session was faster, mv puts ours into its directory, from where it is removed.
install() {
    ready=$target.${temporary##*.}.ready
    mv "$temporary/runtime" "$ready" && mv "$ready" "$target" || fail "cannot name it $target"
    rm -rf "$target/${ready##*/}"
}

main "$@"
