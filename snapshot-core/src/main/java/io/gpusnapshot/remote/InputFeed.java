package io.gpusnapshot.remote;

import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Gives content to a program. A program may stop reading when it likes; content that cannot be read, however, kills the
 * program before it could take the end of the pipe for the end of the content.
 */
final class InputFeed {
    private static final int BUFFER_BYTES = 32 * 1024;

    private final ContentSource content;
    private final RemoteProcess process;
    private volatile @Nullable Exception failure;

    InputFeed(ContentSource content, RemoteProcess process) {
        this.content = content;
        this.process = process;
    }

    void run() {
        byte[] bytes = new byte[BUFFER_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try (ReadableByteChannel source = content.open(0)) {
            boolean wanted = true;
            while (wanted && source.read(buffer) >= 0) {
                wanted = write(bytes, buffer.position());
                buffer.clear();
            }
        } catch (IOException | RuntimeException unreadable) {
            failure = unreadable;
            process.close();
            return;
        }
        closeInput();
    }

    private boolean write(byte[] bytes, int count) {
        try {
            process.stdin().write(bytes, 0, count);
            return true;
        } catch (IOException notWanted) {
            return false;
        }
    }

    private void closeInput() {
        try (OutputStream stdin = process.stdin()) {
            stdin.flush();
        } catch (IOException notWanted) {
            // The program has ended, or stopped reading.
        }
    }

    void rethrowFailure() throws IOException {
        Exception unreadable = failure;
        if (unreadable instanceof IOException io) {
            throw io;
        }
        if (unreadable instanceof RuntimeException bug) {
            throw bug;
        }
    }
}
