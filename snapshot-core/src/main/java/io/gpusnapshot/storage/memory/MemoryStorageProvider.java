package io.gpusnapshot.storage.memory;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageCapabilities;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * An object store in memory, for tests and as the model of what a store does. Thread-safe. Objects are kept on the heap
 * as long as the provider is reachable; closing does nothing. An object holds less than 2 GiB.
 */
public final class MemoryStorageProvider implements StorageProvider {
    private static final String ID = "memory";
    private static final int MAX_OBJECT_BYTES = Integer.MAX_VALUE - 8;

    // Keys are ASCII, so that the order of strings is the byte order.
    private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final Clock clock;

    /** An empty store that dates its objects by the clock. */
    public MemoryStorageProvider(Clock clock) {
        this.clock = clock;
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        ObjectKeys.require(key);
        failIfInterrupted();
        Stored stored = new Stored(readAll(key, content), clock.instant());
        if (!options.ifAbsent()) {
            objects.put(key, stored);
        } else if (objects.putIfAbsent(key, stored) != null) {
            throw new PreconditionFailedException(ID, key, "\"" + key + "\" exists already in memory", null);
        }
        return new StorageReceipt(stored.bytes.length, Optional.empty(), Optional.empty());
    }

    private static byte[] readAll(String key, ContentSource content) throws IOException {
        long length = content.length();
        if (length > MAX_OBJECT_BYTES) {
            String message = "\"" + key + "\" has " + length + " bytes, too many for one object in memory";
            throw new StorageRequestException(ID, key, message, null);
        }
        // One byte more than there should be, to notice content that is too long.
        ByteBuffer bytes = ByteBuffer.allocate((int) length + 1);
        try (ReadableByteChannel channel = content.open(0)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                failIfInterrupted();
            }
        }
        if (bytes.position() != length) {
            String message = "The content of \"" + key + "\" should have " + length + " bytes, but has "
                    + (bytes.hasRemaining() ? bytes.position() : "more");
            throw new DataIntegrityException(key, Math.min(length, bytes.position()), message, null);
        }
        byte[] exact = new byte[(int) length];
        bytes.flip().get(exact);
        return exact;
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        ObjectKeys.require(key);
        failIfInterrupted();
        Stored stored = objects.get(key);
        if (stored == null) {
            throw new ObjectNotFoundException(ID, key, "There is no object \"" + key + "\" in memory", null);
        }
        if (range.end() > stored.bytes.length) {
            String message = "\"" + key + "\" has " + stored.bytes.length + " bytes, too few for " + range;
            throw new DataIntegrityException(key, stored.bytes.length, message, null);
        }
        ByteBuffer bytes = ByteBuffer.wrap(stored.bytes, (int) range.offset(), (int) range.length());
        return new InterruptibleChannel(ContentSources.of(bytes).open(0));
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        ObjectKeys.require(key);
        failIfInterrupted();
        return Optional.ofNullable(objects.get(key)).map(stored -> stored.describe(key));
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        failIfInterrupted();
        String prefix = options.prefix();
        String after = options.startAfter().orElse("");
        boolean beyondPrefix = after.compareTo(prefix) >= 0;
        List<StorageObject> found = new ArrayList<>();
        for (Map.Entry<String, Stored> entry :
                objects.tailMap(beyondPrefix ? after : prefix, !beyondPrefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (found.size() == options.limit()) {
                return new StoragePage(
                        found, Optional.of(found.get(found.size() - 1).key()));
            }
            found.add(entry.getValue().describe(entry.getKey()));
        }
        return new StoragePage(found, Optional.empty());
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        keys.forEach(ObjectKeys::require);
        failIfInterrupted();
        keys.forEach(objects::remove);
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return Optional.empty();
    }

    @Override
    public StorageCapabilities capabilities() {
        return new StorageCapabilities(true, false, Runtime.getRuntime().availableProcessors());
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "memory (" + objects.size() + " objects)";
    }

    private static void failIfInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted");
        }
    }

    private static final class Stored {
        private final byte[] bytes;
        private final Instant lastModified;

        Stored(byte[] bytes, Instant lastModified) {
            this.bytes = bytes;
            this.lastModified = lastModified;
        }

        StorageObject describe(String key) {
            return new StorageObject(key, bytes.length, lastModified);
        }
    }

    private record InterruptibleChannel(ReadableByteChannel bytes) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            failIfInterrupted();
            return bytes.read(target);
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
