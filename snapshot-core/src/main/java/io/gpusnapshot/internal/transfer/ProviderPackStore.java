package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Optional;

/** Packs moved by the provider itself. */
public final class ProviderPackStore implements PackStore {
    private final StorageProvider provider;
    private final int concurrency;

    /**
     * @param parallelism threads that the caller has to work with
     */
    public ProviderPackStore(StorageProvider provider, int parallelism) {
        this.provider = provider;
        this.concurrency = Math.max(1, Math.min(provider.capabilities().advisedConcurrency(), parallelism));
    }

    @Override
    public StoredPack put(String key, ContentSource content, Runnable whenRead) throws IOException {
        StorageReceipt receipt = provider.put(key, content, PutOptions.REPLACE);
        requireLength(key, content.length(), receipt);
        whenRead.run();
        return new StoredPack(key, content.length(), receipt.version());
    }

    static void requireLength(String key, long lengthBytes, StorageReceipt receipt) throws DataIntegrityException {
        if (receipt.lengthBytes() != lengthBytes) {
            throw new DataIntegrityException(
                    key,
                    receipt.lengthBytes(),
                    "The store confirms " + receipt.lengthBytes() + " bytes of " + key + ", but " + lengthBytes
                            + " were sent",
                    null);
        }
    }

    @Override
    public void read(String key, List<ByteRange> pieces, BufferPool buffers, PieceTaker taker)
            throws IOException, InterruptedException {
        for (ByteRange piece : pieces) {
            taker.take(piece, read(key, piece, buffers));
        }
    }

    @Override
    public PackRange read(String key, ByteRange range, BufferPool buffers) throws IOException, InterruptedException {
        ByteBuffer target = buffers.acquire().limit((int) range.length());
        boolean failed = true;
        try (ReadableByteChannel channel = provider.open(key, range)) {
            while (target.hasRemaining()) {
                if (channel.read(target) < 0) {
                    throw new DataIntegrityException(
                            key, range.offset() + target.position(), key + " ended within a range", null);
                }
            }
            failed = false;
            return new PackRange(target.flip(), Optional.empty());
        } catch (ObjectNotFoundException | DataIntegrityException lost) {
            failed = false;
            return new PackRange(target.flip(), Optional.of(lost));
        } finally {
            if (failed) {
                buffers.release(target);
            }
        }
    }

    @Override
    public int maxReaders() {
        return concurrency;
    }

    /** Opening costs next to nothing here, and what is read chunk by chunk is written at once. */
    @Override
    public int maxPieceBytes() {
        return 1;
    }

    @Override
    public int maxWriters() {
        return concurrency;
    }
}
