#!/bin/sh
# Rebuilds one file of a snapshot by what docs/format.md says, with stock tools alone:
#   rebuild.sh REPOSITORY SNAPSHOT PATH OUTPUT
# PATH is the base64 of the path's bytes, so that any path can be named.
set -eu
repository=$1 snapshot=$2 path=$3 output=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "rebuild.sh: $1" >&2
    exit 1
}

# The first four bytes of a manifest tell its frame.
manifest=$repository/snapshots/$snapshot.manifest
case $(head -c 4 "$manifest" | od -An -tx1 | tr -d ' \n') in
    04224d18) lz4 -dcq "$manifest" > "$work/lines" ;;
    28b52ffd) zstd -dcq "$manifest" > "$work/lines" ;;
    7b*) cp "$manifest" "$work/lines" ;;
    *) fail "$manifest is no manifest" ;;
esac

# The last line has the digest of all the others.
stated=$(tail -n 1 "$work/lines" | jq -r 'select(.kind == "footer") | .sha256')
actual=$(sed '$d' "$work/lines" | sha256sum | cut -d ' ' -f 1)
[ "$stated" = "$actual" ] || fail "$manifest is damaged: $actual instead of $stated"
head -n 1 "$work/lines" | jq -e '.kind == "header" and .version == 1 and .critical - ["delta"] == []' > /dev/null \
    || fail "$manifest needs a newer reader"

# Takes a chunk out of its pack and its frame, and checks nothing.
decode() {
    dd if="$repository/$1" of="$work/stored" iflag=skip_bytes,count_bytes skip="$2" count="$3" status=none
    case $4 in
        none) cat "$work/stored" ;;
        lz4) lz4 -dcq "$work/stored" ;;
        zstd) zstd -dcq "$work/stored" ;;
        *) fail "unknown codec $4" ;;
    esac
}

# The exclusive-or of two files of one length.
xor() {
    perl -e 'my @c; for (@ARGV) { open my $f, "<:raw", $_ or die; local $/; push @c, scalar <$f> }
        binmode STDOUT; print $c[0] ^ $c[1]' "$1" "$2"
}

# One line per extent: where it goes, where it lies in its chunk, and where the chunk and its base lie.
jq -n -r --arg path "$path" '
    [inputs] as $lines
    | [$lines[] | select(.kind == "pack") | .key] as $packs
    | [$lines[] | select(.kind == "chunk")] as $chunks
    | def place: "\($packs[.pack]) \(.offset) \(.storedBytes) \(.codec)";
    $lines[]
    | select(.kind == "entry" and .type == "file" and (.pathBase64 // (.path | @base64)) == $path)
    | "size \(.size)", (.extents[] | . as [$to, $index, $from, $length] | $chunks[$index]
        | "extent \($to) \($from) \($length) \(.sha256) \(place) \(if .base then $chunks[.base] | place else "" end)")
' "$work/lines" > "$work/plan"
[ -s "$work/plan" ] || fail "there is no such file in $snapshot"

: > "$output"
while read -r word to from length sha256 pack offset stored codec base_pack base_offset base_stored base_codec; do
    if [ "$word" = size ]; then
        # What no extent covers is a hole.
        truncate -s "$to" "$output"
        continue
    fi
    decode "$pack" "$offset" "$stored" "$codec" > "$work/raw"
    if [ -n "$base_pack" ]; then
        decode "$base_pack" "$base_offset" "$base_stored" "$base_codec" > "$work/base"
        mv "$work/raw" "$work/difference"
        xor "$work/difference" "$work/base" > "$work/raw"
    fi
    [ "$(sha256sum < "$work/raw" | cut -d ' ' -f 1)" = "$sha256" ] || fail "chunk $sha256 is damaged"
    dd if="$work/raw" of="$output" iflag=skip_bytes,count_bytes oflag=seek_bytes conv=notrunc \
        skip="$from" count="$length" seek="$to" status=none
done < "$work/plan"
