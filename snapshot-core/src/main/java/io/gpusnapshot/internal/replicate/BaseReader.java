package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.BaseChunks;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.storage.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads what chunks are the difference to, since its pack need not be in memory along with theirs. Thread-safe. */
final class BaseReader {
    private final PackStore packs;
    private final BaseChunks bases;
    private final BufferPool buffers;
    private final ProgressMeter progress;

    /**
     * @param buffers each with room for the largest chunk as it is stored
     */
    BaseReader(PackStore packs, BaseChunks bases, BufferPool buffers, ProgressMeter progress) {
        this.packs = packs;
        this.bases = bases;
        this.buffers = buffers;
        this.progress = progress;
    }

    /** The base of a chunk, if it is stored as the difference to one. */
    Optional<StoredChunk> of(StoredChunk chunk) {
        return bases.of(chunk);
    }

    /**
     * Reads the stored bytes of a base and checks them by their CRC32C.
     *
     * @return a buffer that has to be given back
     */
    ByteBuffer read(StoredChunk base) throws IOException, InterruptedException {
        PackRange range = packs.read(base.packKey(), new ByteRange(base.offset(), base.storedBytes()), buffers);
        progress.addWireBytes(range.bytes().remaining());
        try {
            if (range.failure().isPresent()) {
                throw range.failure().get();
            }
            ChunkDecoder.requireStoredChecksum(base, range.bytes());
        } catch (IOException damaged) {
            release(range.bytes());
            throw damaged;
        }
        return range.bytes();
    }

    void release(ByteBuffer stored) {
        buffers.release(stored);
    }
}
