package io.gpusnapshot.internal.create;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.chunk.EncodedChunk;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Fetches chunks of the parent, so that new ones can be stored as their differences to them. A create does not depend on
 * it: when a base cannot be read, no more are asked for. Thread-safe.
 */
final class BaseFetcher {
    private final PackStore packs;
    private final BufferPool buffers;
    private final DecoderPool decoders;
    private final ProgressMeter progress;
    private final LongAdder bytesFetched;
    private final AtomicBoolean broken = new AtomicBoolean();

    /**
     * @param buffers room for bases as they are stored
     * @param decoders as many as shall work at once, while other threads wait for the store
     */
    BaseFetcher(
            PackStore packs, BufferPool buffers, DecoderPool decoders, ProgressMeter progress, LongAdder bytesFetched) {
        this.packs = packs;
        this.buffers = buffers;
        this.decoders = decoders;
        this.progress = progress;
        this.bytesFetched = bytesFetched;
    }

    /** Encodes a chunk as its difference to a base, unless that saves too little or the base cannot be had. */
    Optional<EncodedChunk> encodeDifference(
            ChunkId id, ByteBuffer raw, StoredChunk base, ByteBuffer scratch, ChunkEncoder encoder)
            throws IOException, InterruptedException {
        if (broken.get()) {
            return Optional.empty();
        }
        try {
            PackRange stored = fetch(base);
            try {
                return encodeDifference(id, raw, base, stored, scratch, encoder);
            } finally {
                buffers.release(stored.bytes());
            }
        } catch (SnapshotException unusable) {
            giveUp(unusable);
            return Optional.empty();
        }
    }

    private PackRange fetch(StoredChunk base) throws IOException, InterruptedException {
        PackRange stored = packs.read(base.packKey(), new ByteRange(base.offset(), base.storedBytes()), buffers);
        bytesFetched.add(stored.bytes().remaining());
        return stored;
    }

    private Optional<EncodedChunk> encodeDifference(
            ChunkId id, ByteBuffer raw, StoredChunk base, PackRange stored, ByteBuffer scratch, ChunkEncoder encoder)
            throws IOException, InterruptedException {
        if (stored.failure().isPresent()) {
            throw stored.failure().get();
        }
        ChunkDecoder decoder = decoders.acquire();
        try {
            ByteBuffer former = decoder.decode(base, stored.bytes());
            // A difference to anything else could never be undone.
            decoder.requireRawDigest(base, former);
            return encoder.encodeDifference(id, raw, base.id(), former, scratch);
        } finally {
            decoders.release(decoder);
        }
    }

    private void giveUp(SnapshotException cause) {
        if (!broken.getAndSet(true)) {
            progress.warn(new SnapshotWarning(
                    "",
                    "what is new is stored whole, since the parent's chunks cannot be read: " + cause.getMessage()));
        }
    }
}
