package io.gpusnapshot.testing;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.StorageProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Random;

/** Content to store, honest and otherwise, and the way to read it back. */
public final class TestContents {
    private static final int SMALL_READ = 1000;

    private TestContents() {}

    /** Bytes that the seed determines. */
    public static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A source that claims another length than it has. */
    public static ContentSource claiming(long length, byte[] bytes) {
        return new HookedSource(length, bytes, Long.MAX_VALUE, () -> {});
    }

    /** A source that fails at a byte, every time it is opened. */
    public static ContentSource failingAt(long position, byte[] bytes, IOException failure) {
        return new HookedSource(bytes.length, bytes, position, () -> {
            throw failure;
        });
    }

    /** A source that interrupts the thread that reads the byte at a position. */
    public static ContentSource interruptingAt(long position, byte[] bytes) {
        return new HookedSource(
                bytes.length, bytes, position, () -> Thread.currentThread().interrupt());
    }

    /** Reads a range to its end, in direct buffers of an odd size. */
    public static byte[] read(StorageProvider provider, String key, ByteRange range) throws IOException {
        try (ReadableByteChannel channel = provider.open(key, range)) {
            return readToEnd(channel);
        }
    }

    /** Reads what is left of a channel. */
    public static byte[] readToEnd(ReadableByteChannel channel) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocateDirect(65_537);
        while (channel.read(buffer) >= 0) {
            byte[] part = new byte[buffer.flip().remaining()];
            buffer.get(part);
            bytes.write(part);
            buffer.clear();
        }
        return bytes.toByteArray();
    }

    @FunctionalInterface
    private interface Hook {
        void run() throws IOException;
    }

    private record HookedSource(long length, ContentSource bytes, long position, Hook hook) implements ContentSource {
        HookedSource(long length, byte[] bytes, long position, Hook hook) {
            this(length, ContentSources.of(bytes), position, hook);
        }

        @Override
        public ReadableByteChannel open(long offset) throws IOException {
            return new HookedChannel(bytes.open(Math.min(offset, bytes.length())), position - offset, hook);
        }
    }

    /** Hands out little at a time, as a network would, and runs the hook before the byte at a position. */
    private static final class HookedChannel implements ReadableByteChannel {
        private final ReadableByteChannel bytes;
        private final Hook hook;
        private long untilHook;

        HookedChannel(ReadableByteChannel bytes, long untilHook, Hook hook) {
            this.bytes = bytes;
            this.untilHook = untilHook;
            this.hook = hook;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (untilHook == 0) {
                hook.run();
                untilHook = Long.MAX_VALUE;
            }
            int limit = target.limit();
            target.limit(target.position() + (int) Math.min(Math.min(target.remaining(), SMALL_READ), untilHook));
            try {
                int count = bytes.read(target);
                untilHook -= Math.max(count, 0);
                return count;
            } finally {
                target.limit(limit);
            }
        }

        @Override
        public boolean isOpen() {
            return bytes.isOpen();
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
