package io.gpusnapshot.storage.b2.emulator;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** The bytes of a file: pieces on disk, one behind the other. */
record StoredContent(List<Piece> pieces) {
    static final StoredContent EMPTY = new StoredContent(List.of());
    private static final int BUFFER_BYTES = 64 * 1024;

    /** A file that holds {@code length} bytes. */
    record Piece(Path file, long length) {}

    long length() {
        return pieces.stream().mapToLong(Piece::length).sum();
    }

    void copy(ByteRange range, OutputStream sink) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long start = 0;
        for (Piece piece : pieces) {
            long from = Math.max(range.offset() - start, 0);
            long to = Math.min(range.offset() + range.length() - start, piece.length());
            if (from < to) {
                copy(piece, new ByteRange(from, to - from), sink, buffer);
            }
            start += piece.length();
        }
    }

    private static void copy(Piece piece, ByteRange range, OutputStream sink, byte[] buffer) throws IOException {
        try (FileChannel channel = FileChannel.open(piece.file()).position(range.offset());
                InputStream source = Channels.newInputStream(channel)) {
            for (long left = range.length(); left > 0; ) {
                int count = source.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new EOFException(piece.file() + " lacks its last " + left + " bytes");
                }
                sink.write(buffer, 0, count);
                left -= count;
            }
        }
    }
}
