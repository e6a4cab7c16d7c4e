#!/bin/sh
# Lists and extracts the chunks of one pack by its footer alone, as docs/format.md describes it:
#   salvage.sh PACK DIRECTORY
# Each chunk becomes a file of DIRECTORY that is named by its SHA-256; a line tells its place in the pack. The bases of
# differences must be there already, so the packs of older snapshots come first.
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
[ "$(word 8)" -le 2 ] || fail "$pack is of another format version"
table=$(word 0)

xor() {
    perl -e 'my @c; for (@ARGV) { open my $f, "<:raw", $_ or die; local $/; push @c, scalar <$f> }
        binmode STDOUT; print $c[0] ^ $c[1]' "$1" "$2"
}

mkdir -p "$directory"
tail -c $((table + 24)) "$pack" | head -c "$table" \
    | jq -r '"\(.offset) \(.storedBytes) \(.rawBytes) \(.codec) \(.sha256) \(.baseSha256 // "")"' \
    | while read -r offset stored raw codec sha256 base; do
        chunk=$directory/$sha256
        dd if="$pack" of="$chunk.stored" iflag=skip_bytes,count_bytes skip="$offset" count="$stored" status=none
        case $codec in
            none) mv "$chunk.stored" "$chunk" ;;
            lz4) lz4 -dcq "$chunk.stored" > "$chunk" && rm "$chunk.stored" ;;
            zstd) zstd -dcq "$chunk.stored" > "$chunk" && rm "$chunk.stored" ;;
            *) fail "unknown codec $codec" ;;
        esac
        if [ -n "$base" ]; then
            mv "$chunk" "$chunk.difference"
            [ -f "$directory/$base" ] || fail "chunk $sha256 needs chunk $base: salvage its pack first"
            xor "$chunk.difference" "$directory/$base" > "$chunk" && rm "$chunk.difference"
        fi
        [ "$(sha256sum < "$chunk" | cut -d ' ' -f 1)" = "$sha256" ] || fail "chunk $sha256 is damaged"
        echo "$offset $stored $raw $codec $sha256"
    done
