package io.gpusnapshot.storage.local;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;

/** A range of a file, read by the system straight into the caller's buffer if that is direct. */
final class FileRangeChannel implements ReadableByteChannel {
    // The JDK copies through a direct buffer as large as the request, and keeps it for the thread.
    private static final int HEAP_STEP_BYTES = 1 << 20;

    private final FileChannel file;
    private final String key;
    private final LocalErrors errors;
    private final long end;
    private long position;

    FileRangeChannel(FileChannel file, ByteRange range, String key, LocalErrors errors) {
        this.file = file;
        this.key = key;
        this.errors = errors;
        this.position = range.offset();
        this.end = range.end();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (position == end && file.isOpen()) {
            return -1;
        }
        int limit = target.limit();
        long most = target.isDirect() ? end - position : Math.min(end - position, HEAP_STEP_BYTES);
        if (target.remaining() > most) {
            target.limit(target.position() + (int) most);
        }
        try {
            return advance(file.read(target, position));
        } catch (IOException e) {
            throw file.isOpen() ? errors.translate("read", key, e) : e;
        } finally {
            target.limit(limit);
        }
    }

    private int advance(int count) throws DataIntegrityException {
        if (count < 0) {
            String message = "\"" + key + "\" was cut off at " + position + " bytes while it was being read";
            throw new DataIntegrityException(key, position, message, null);
        }
        position += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
