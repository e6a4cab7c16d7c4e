package io.gpusnapshot.internal.format;

import io.gpusnapshot.storage.ContentSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are written once and then read: in memory while they are few, in a private temporary file once they are
 * many. It holds metadata only, never the content of files. One thread writes and closes; then any thread reads.
 */
public final class SpillBuffer extends OutputStream implements ContentSource {
    private static final int WRITE_BYTES = 256 << 10;

    private final int memoryBytes;
    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable FileChannel file;
    private long length;

    /**
     * @param memoryBytes how much to hold in memory at most
     */
    public SpillBuffer(int memoryBytes) {
        this.memoryBytes = memoryBytes;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (memory.size() + count > memoryBytes) {
            spill();
        }
        memory.write(bytes, offset, count);
        length += count;
    }

    private void spill() throws IOException {
        FileChannel target = file;
        if (target == null) {
            Path path = Files.createTempFile("gpu-snapshot-", ".tmp");
            target = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            file = target;
        }
        ByteBuffer bytes = ByteBuffer.wrap(memory.toByteArray());
        long position = length - bytes.remaining();
        while (bytes.hasRemaining()) {
            // Piece by piece, because the JDK keeps a direct buffer as large as the largest piece.
            ByteBuffer piece = bytes.slice(bytes.position(), Math.min(bytes.remaining(), WRITE_BYTES));
            int count = target.write(piece, position);
            bytes.position(bytes.position() + count);
            position += count;
        }
        memory.reset();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public ReadableByteChannel open(long offset) throws IOException {
        FileChannel source = file;
        if (source == null) {
            ByteArrayInputStream bytes = new ByteArrayInputStream(memory.toByteArray());
            bytes.skipNBytes(offset);
            return Channels.newChannel(bytes);
        }
        return new PositionalChannel(source, offset, length);
    }

    /** Ends the writing; the bytes stay readable until {@link #discard()}. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            spill();
        }
    }

    /** Frees the memory or the file. */
    public void discard() throws IOException {
        memory = new ByteArrayOutputStream();
        if (file != null) {
            file.close();
        }
    }

    /** Reads a file from a position of its own, leaving the file open. */
    private static final class PositionalChannel implements ReadableByteChannel {
        private final FileChannel file;
        private final long end;
        private long position;
        private boolean open = true;

        PositionalChannel(FileChannel file, long position, long end) {
            this.file = file;
            this.position = position;
            this.end = end;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (position >= end) {
                return -1;
            }
            int count = file.read(target, position);
            position += Math.max(count, 0);
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
