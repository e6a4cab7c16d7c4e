# Changes network settings for as long as standard input is open, and changes them back at its end: when the job is done,
# when its link is lost, when the orchestrator dies. What the settings were is kept in a directory that root alone can
# make and that a reboot clears, as it does the settings. Several jobs share it: the first one notes the originals, the
# last one restores them. A job that was killed is found out by the next one, which then has its originals, too.
#
# Most of it is done by what shells have built in: to start programs for each step took a good part of a short job.
#
# Arguments: triples of name, kind (exact, least or third: the last of three numbers), and value.
# Output: a line "outcome|name|before" for each, then "done".

exec 2>/dev/null
export LC_ALL=C
umask 077
# Network namespaces have settings of their own.
state=/run/gpusnapshot-tcp-$(readlink /proc/self/ns/net | tr -cd 0-9)

# Sets $file to the file of a setting.
find_file() { # name
    blanks=$IFS
    IFS=.
    set -- $1
    IFS=/
    file="/proc/sys/$*"
    IFS=$blanks
}

# Sets $value to the words of $file, separated by single blanks. Not by "read", which takes a byte at a time in some
# shells, while the kernel gives these files to the first call alone.
read_value() {
    set -- $(cat "$file")
    value="$*"
}

# When a process was started: with its id, this names it for ever.
start_of() {
    stat=$(cat "/proc/$1/stat") || return 1
    set -- ${stat##*) }
    echo "${20}"
}

forget_dead_jobs() {
    for job in "$state"/job.*; do
        [ -e "$job" ] && [ "$(cat "$job")" != "$(start_of "${job##*.}")" ] && rm -f "$job"
    done
}

is_last_job() {
    for job in "$state"/job.*; do
        [ -e "$job" ] && return 1
    done
    return 0
}

# Leaves alone what somebody else has changed meanwhile.
restore() {
    while IFS='|' read -r name before after; do
        find_file "$name"
        read_value
        [ "$value" = "$after" ] && echo "$before" > "$file"
    done < "$state/originals"
    rm -f "$state/originals"
}

release() {
    trap '' HUP INT TERM
    exec 9> "$state/lock" && flock 9
    rm -f "$state/job.$$"
    forget_dead_jobs
    [ -e "$state/originals" ] && is_last_job && restore
    exit 0
}

# Sets $target to the value to write: the wanted one, or three numbers of which the last is raised.
find_target() { # kind, wanted, words of the present value
    kind=$1 wanted=$2 target=
    shift 2
    case $kind in
        exact) target=$wanted ;;
        least) if [ "$1" -ge "$wanted" ]; then target=$1; else target=$wanted; fi ;;
        third) if [ "$3" -ge "$wanted" ]; then target="$*"; else target="$1 $2 $wanted"; fi ;;
    esac
}

tune() { # name, kind, wanted
    find_file "$1"
    read_value
    before=$value
    [ -z "$before" ] || find_target "$2" "$3" $before
    if [ -z "$before" ]; then
        echo "denied|$1|$before"
    elif [ "$before" = "$target" ]; then
        echo "already|$1|$before"
    elif ! $locked || ! [ -w "$file" ]; then
        echo "denied|$1|$before"
    else
        write "$1" "$before" "$target"
    fi
}

# Notes the original before changing anything; one that is noted from an earlier job is the true one.
write() { # name, before, target
    is_noted "$1" || echo "$1|$2|$3" >> "$state/originals"
    echo "$3" > "$file"
    read_value
    if [ "$value" = "$3" ]; then
        echo "applied|$1|$2"
    else
        echo "denied|$1|$2"
    fi
}

is_noted() { # name
    [ -e "$state/originals" ] || return 1
    while IFS='|' read -r noted rest; do
        [ "$noted" = "$1" ] && return 0
    done < "$state/originals"
    return 1
}

locked=false
if [ "$(id -u)" -eq 0 ] && mkdir -p "$state" && [ -O "$state" ] && exec 9> "$state/lock" && flock 9; then
    locked=true
    forget_dead_jobs
    start_of $$ > "$state/job.$$"
    trap release HUP INT TERM
fi
while [ $# -ge 3 ]; do
    tune "$1" "$2" "$3"
    shift 3
done
$locked && exec 9>&-
echo done
$locked || exit 0
while read -r line; do :; done
release
