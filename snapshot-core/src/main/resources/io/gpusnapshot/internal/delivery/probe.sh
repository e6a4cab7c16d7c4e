# Looks at a host, makes a private directory for one session, and says what there is in lines of "gpusnapshot.key=value".
# usage: sh -s -- AGENT_SHA256 AGENT_KIB [ARCHITECTURE RUNTIME_SHA256 RUNTIME_KIB]...
#
# POSIX shell; tested with dash, bash and busybox. Nothing is done before the last line, so that half a script does
# nothing. Directories are used if they are ours and nobody else can write into them, and never because of their names.

main() {
    set -u
    umask 077
    LC_ALL=C
    export LC_ALL
    unset CDPATH
    PATH=${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin
    user=$(id -u)
    agent_sha=$1
    agent_kib=$2
    shift 2
    describe
    choose_runtime "$@"
    find_cache
    find_java
    choose_places
    look_at_agent
    # Nobody needs to wait for that.
    (trap '' HUP && prune) </dev/null >/dev/null 2>&1 &
    say end 1
}

say() {
    printf 'gpusnapshot.%s=%s\n' "$1" "$2"
}

has() {
    command -v "$1" >/dev/null 2>&1
}

describe() {
    machine=$(uname -sm)
    system=${machine% *}
    architecture=${machine##* }
    case $architecture in
        amd64) architecture=x86_64 ;;
        arm64) architecture=aarch64 ;;
    esac
    libc=unknown
    for loader in /lib/ld-musl-*.so.1; do
        [ ! -e "$loader" ] || libc=musl
    done
    for loader in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.*; do
        [ ! -e "$loader" ] || libc=glibc
    done
    say system "$system"
    say architecture "$architecture"
    say libc "$libc"
    say user "$user"
}

choose_runtime() {
    runtime_sha=
    runtime_kib=0
    while [ $# -ge 3 ]; do
        if [ "$1" = "$architecture" ]; then
            runtime_sha=$2
            runtime_kib=$3
        fi
        shift 3
    done
}

# --- directories

# Whether a directory belongs to us and nobody else can write into it.
is_private() {
    [ -d "$1" ] && [ ! -h "$1" ] || return 1
    listed=$(ls -ldn "$1" 2>/dev/null) || return 1
    case $listed in
        d????-??-*) ;;
        *) return 1 ;;
    esac
    # mode, links, owner
    rest=${listed#* }
    rest=${rest#"${rest%%[! ]*}"}
    rest=${rest#* }
    rest=${rest#"${rest%%[! ]*}"}
    [ "${rest%% *}" = "$user" ]
}

# Whether programs that lie in a directory can be run.
runs_programs() {
    { printf '#!/bin/sh\nexit 0\n' >"$1/try" && chmod 700 "$1/try" && "$1/try"; } 2>/dev/null
    status=$?
    rm -f "$1/try"
    return $status
}

# Whether a directory has room for so many KiB; what cannot be found out is taken for enough.
has_room() {
    free=$(df -Pk "$1" 2>/dev/null) || return 0
    free=${free%"%"*}
    free=${free% *}
    free=${free%"${free##*[! ]}"}
    free=${free##* }
    case $free in
        '' | *[!0-9]*) return 0 ;;
    esac
    [ "$free" -ge "$2" ] || { lacking="$lacking $1 has $free KiB free and $2 are needed;"; return 1; }
}

# A new directory for this session below another.
new_session() {
    session=$(mktemp -d "$1/$2-XXXXXX" 2>/dev/null) && is_private "$session"
}

find_cache() {
    cache=
    caches=${XDG_CACHE_HOME:-}
    case $caches in
        /*) ;;
        *) caches=${HOME:+$HOME/.cache} ;;
    esac
    case $caches in
        /*) ;;
        *) return 0 ;;
    esac
    mkdir -p "$caches/gpu-snapshot" 2>/dev/null
    if is_private "$caches/gpu-snapshot" && new_session "$caches/gpu-snapshot" session; then
        cache=$caches/gpu-snapshot
    fi
}

# Where the agent, a runtime and the session's own files go: into the cache as far as it serves, else to a place that is
# removed with the session.
choose_places() {
    lacking=
    needed=0
    [ -f "${cache:-/nowhere}/agent-$agent_sha/agent.jar" ] || needed=$agent_kib
    [ -n "$java" ] || needed=$((needed + runtime_kib))
    agent_place=
    if [ -n "$cache" ] && has_room "$cache" "$needed"; then
        agent_place=$cache
        runtime_place=$cache
        if runs_programs "$session"; then
            finish_places
            return
        fi
    fi
    if [ -n "$cache" ]; then
        rmdir "$session"
    fi
    for place in /var/tmp /tmp /dev/shm; do
        new_session "$place" gpu-snapshot || continue
        if runs_programs "$session" && has_room "$place" "$((agent_kib + runtime_kib))"; then
            runtime_place=$session
            [ -n "$agent_place" ] || agent_place=$session
            finish_places
            return
        fi
        rmdir "$session"
    done
    say lacking "${lacking:- no directory can be written to and run programs from;}"
}

finish_places() {
    mkdir -p "$agent_place/agent-$agent_sha"
    say session "$session"
    say agentPlace "$agent_place/agent-$agent_sha"
    say runtimePlace "$runtime_place"
}

# --- Java

find_java() {
    java=
    rejected=
    seen=:
    { [ -n "${JAVA_HOME:-}" ] && try_java "$JAVA_HOME/bin/java"; } ||
        try_java "$(command -v java 2>/dev/null)" ||
        try_all /usr/lib/jvm/*/bin/java /usr/java/*/bin/java /opt/*/bin/java /opt/java/*/bin/java ||
        try_runtime
    if [ -n "$java" ]; then
        say java "$java"
        say javaVersion "$version"
    fi
    say rejectedJava "$rejected"
}

try_all() {
    for candidate in "$@"; do
        if try_java "$candidate"; then
            return 0
        fi
    done
    return 1
}

# A Java that starts, is new enough, and has the options and modules that the agent needs.
try_java() {
    case $1 in
        /*) ;;
        *) return 1 ;;
    esac
    case $seen in
        *":$1:"*) return 1 ;;
    esac
    seen=$seen$1:
    [ -f "$1" ] && [ -x "$1" ] || return 1
    if recall_java "$1"; then
        java=$1
        return 0
    fi
    modules=--add-modules=java.logging,jdk.net,jdk.unsupported
    if said=$("$1" -Xlog:disable $modules -version 2>&1 </dev/null) && read_version && [ "$major" -ge 17 ]; then
        java=$1
        remember_java
        return 0
    fi
    said=$("$1" -version 2>&1 </dev/null)
    read_version || version="does not start"
    rejected="$rejected $1 ($version)"
    return 1
}

# To start a Java takes a good part of what a session costs, so one that has been tried is known again by the sizes and
# times of its files.
recall_java() {
    fingerprint=
    [ -n "$cache" ] && has readlink && has cksum || return 1
    real=$(readlink -f "$1") || return 1
    files=$(ls -lnL "$real" "${real%/bin/java}/lib/modules" "${real%/bin/java}/lib/server/libjvm.so" 2>/dev/null) ||
        return 1
    fingerprint=$(printf '%s' "$files" | cksum)
    fingerprint=$cache/java-${fingerprint%% *}
    [ -f "$fingerprint" ] || return 1
    touch "$fingerprint"
    read -r version <"$fingerprint"
    [ -n "$version" ]
}

remember_java() {
    [ -z "$fingerprint" ] || { printf '%s\n' "$version" >"$fingerprint"; } 2>/dev/null
}

# Takes "17.0.15" and 17 out of what "java -version" said.
read_version() {
    version=${said#*version \"}
    [ "$version" != "$said" ] || return 1
    version=${version%%\"*}
    major=${version%%[!0-9]*}
    case $major in
        '' | ?????*) return 1 ;;
    esac
}

# The runtime that we sent earlier, if it is whole.
try_runtime() {
    [ -n "$cache" ] && [ -n "$runtime_sha" ] || return 1
    home=$cache/runtime-$runtime_sha
    is_private "$home" && [ -f "$home/SHA256SUMS" ] || return 1
    if has sha256sum; then
        (cd "$home" && sha256sum -c SHA256SUMS >/dev/null 2>&1) || return 1
    fi
    touch "$home"
    try_java "$home/bin/java"
}

# --- the agent

look_at_agent() {
    [ -n "$agent_place" ] || return 0
    home=$agent_place/agent-$agent_sha
    touch "$home"
    if ! [ -f "$home/agent.jar" ]; then
        # An archive fits the very file that it was made for.
        rm -f "$home"/classes-*
        say agent absent
        look_at_archive
    elif ! has sha256sum; then
        say agent unchecked
    elif [ "$(sha256sum <"$home/agent.jar")" = "$agent_sha  -" ]; then
        say agent cached
        look_at_archive
    else
        rm -f "$home"/classes-*
        say agent damaged
    fi
}

# The archive of classes lets the agent start faster. The first job notes what it loads, and the next session has an
# archive made of that, in the background.
look_at_archive() {
    [ -n "$java" ] && [ "$agent_place" = "$cache" ] || return 0
    tag=$(printf '%s' "$java $version" | cksum)
    archive=$home/classes-${tag%% *}
    if [ -f "$archive.jsa" ]; then
        say archive "$archive.jsa"
    elif ! [ -s "$archive.list" ]; then
        say classList "$archive.list"
    elif mkdir "$archive.lock" 2>/dev/null; then
        (trap '' HUP && make_archive) </dev/null >/dev/null 2>&1 &
    fi
}

make_archive() {
    cd "$archive.lock" || return
    lower=
    ! has nice || lower="nice -n 19"
    # A list that does not serve is used once.
    mv "$archive.list" list &&
        $lower "$java" -Xmx128m -Xshare:dump -XX:SharedClassListFile=list -XX:SharedArchiveFile=made.jsa \
            -cp "$home/agent.jar" &&
        mv made.jsa "$archive.jsa" &&
        rm -rf "$archive.lock"
}

# --- what nobody has used for long

prune() {
    has find || return 0
    if [ -n "$cache" ]; then
        find "$cache" -mindepth 1 -maxdepth 1 \( -name 'agent-*' -o -name 'runtime-*' -o -name 'session-*' \
            -o -name 'java-*' \) \
            -mtime +14 -exec rm -rf {} + 2>/dev/null
        find "$cache" -mindepth 2 -maxdepth 2 \( -name 'classes-*.lock' -o -name '.gpusnapshot-upload-*' \) \
            -mtime +0 -exec rm -rf {} + 2>/dev/null
    fi
    for place in /var/tmp /tmp /dev/shm; do
        find "$place" -mindepth 1 -maxdepth 1 -type d -name 'gpu-snapshot-*' -user "$user" \
            -mtime +14 -exec rm -rf {} + 2>/dev/null
    done
    return 0
}

main "$@"
