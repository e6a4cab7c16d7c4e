package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.PackFooter;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotWarning;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks packs before they are stored again. Thread-safe. */
final class PackChecker {
    private final RestoreVerification verification;
    private final DecoderPool decoders;
    private final BufferPool stored;
    private final BaseReader bases;
    private final ProgressMeter progress;

    /**
     * @param decoders used for {@link RestoreVerification#SHA256} only
     * @param stored as many buffers as decoders, each with room for the largest chunk as it is stored
     * @param bases used for {@link RestoreVerification#SHA256} only
     */
    PackChecker(
            RestoreVerification verification,
            DecoderPool decoders,
            BufferPool stored,
            BaseReader bases,
            ProgressMeter progress) {
        this.verification = verification;
        this.decoders = decoders;
        this.stored = stored;
        this.bases = bases;
        this.progress = progress;
    }

    /**
     * Checks a pack that is complete.
     *
     * @param chunks what the snapshot has in it
     * @throws DataIntegrityException if any of these chunks is damaged; damage to the rest is warned of
     */
    void check(PackContent content, List<StoredChunk> chunks) throws IOException, InterruptedException {
        for (StoredChunk chunk : chunks) {
            ChunkDecoder.requireStoredChecksum(chunk, slices(content, chunk));
            if (verification == RestoreVerification.SHA256) {
                checkDecoded(content, chunk);
            }
        }
        checkRest(content, chunks);
    }

    private static ByteBuffer[] slices(PackContent content, StoredChunk chunk) {
        return content.slices(chunk.offset(), chunk.storedBytes());
    }

    private void checkDecoded(PackContent content, StoredChunk chunk) throws IOException, InterruptedException {
        Optional<StoredChunk> base = bases.of(chunk);
        if (base.isEmpty()) {
            checkDecoded(content, chunk, (decoder, bytes) -> decoder.decode(chunk, bytes));
            return;
        }
        ByteBuffer baseStored = bases.read(base.get());
        try {
            checkDecoded(
                    content, chunk, (decoder, bytes) -> decoder.decodeDifference(chunk, bytes, base.get(), baseStored));
        } finally {
            bases.release(baseStored);
        }
    }

    /** Decodes the stored bytes of a chunk. */
    @FunctionalInterface
    private interface Decoding {
        ByteBuffer decode(ChunkDecoder decoder, ByteBuffer stored) throws IOException;
    }

    private void checkDecoded(PackContent content, StoredChunk chunk, Decoding decoding)
            throws IOException, InterruptedException {
        ChunkDecoder decoder = decoders.acquire();
        ByteBuffer copy = stored.acquire();
        try {
            for (ByteBuffer slice : slices(content, chunk)) {
                copy.put(slice);
            }
            decoder.requireRawDigest(chunk, decoding.decode(decoder, copy.flip()));
        } finally {
            stored.release(copy);
            decoders.release(decoder);
        }
    }

    /** What only other snapshots need, and the table. The target will take them for copied, so they should be sound. */
    private void checkRest(PackContent content, List<StoredChunk> chunks) throws IOException, InterruptedException {
        StoredPack pack = content.pack();
        try {
            Set<StoredChunk> others = new HashSet<>(PackFooter.read(pack, length -> end(content, length)));
            chunks.forEach(others::remove);
            for (StoredChunk other : others) {
                ChunkDecoder.requireStoredChecksum(other, slices(content, other));
            }
        } catch (DataIntegrityException | UnsupportedFormatException damage) {
            progress.warn(new SnapshotWarning(
                    pack.key(), "copied with damage that this snapshot does not feel: " + damage.getMessage()));
        }
    }

    private static ByteBuffer end(PackContent content, int length) {
        ByteBuffer end = ByteBuffer.allocate(length);
        for (ByteBuffer slice : content.slices(content.pack().storedBytes() - length, length)) {
            end.put(slice);
        }
        return end.flip();
    }
}
