#!/bin/sh
# Lists and extracts the chunks of one pack by its footer alone, as docs/format.md describes it:
#   salvage.sh PACK DIRECTORY
# Each chunk becomes a file of DIRECTORY that is named by its SHA-256; a line tells its place in the pack.
set -eu
pack=$1 directory=$2

fail() {
    echo "salvage.sh: $1" >&2
    exit 1
}

word() {
    tail -c 24 "$pack" | od -An -tu4 --endian=little -j "$1" -N 4 | tr -d ' '
}

[ "$(tail -c 8 "$pack")" = GPUSPACK ] || fail "$pack does not end like a pack"
[ "$(word 8)" = 1 ] || fail "$pack is of another format version"
table=$(word 0)

mkdir -p "$directory"
tail -c $((table + 24)) "$pack" | head -c "$table" \
    | jq -r '"\(.offset) \(.storedBytes) \(.rawBytes) \(.codec) \(.sha256)"' \
    | while read -r offset stored raw codec sha256; do
        chunk=$directory/$sha256
        dd if="$pack" of="$chunk.stored" iflag=skip_bytes,count_bytes skip="$offset" count="$stored" status=none
        case $codec in
            none) mv "$chunk.stored" "$chunk" ;;
            lz4) lz4 -dcq "$chunk.stored" > "$chunk" && rm "$chunk.stored" ;;
            zstd) zstd -dcq "$chunk.stored" > "$chunk" && rm "$chunk.stored" ;;
            *) fail "unknown codec $codec" ;;
        esac
        [ "$(sha256sum < "$chunk" | cut -d ' ' -f 1)" = "$sha256" ] || fail "chunk $sha256 is damaged"
        echo "$offset $stored $raw $codec $sha256"
    done
