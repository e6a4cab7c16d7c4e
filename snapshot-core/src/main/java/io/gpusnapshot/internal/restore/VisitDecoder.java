package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.RestoreVerification;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Decodes and verifies the chunks of visits. Thread-safe. */
final class VisitDecoder {
    private final boolean quick;

    VisitDecoder(RestoreVerification verification) {
        this.quick = verification == RestoreVerification.CRC32C;
    }

    /**
     * Decodes a chunk.
     *
     * @param bases where its base is, if it had to be fetched; its checksum is right
     * @return the raw bytes, in a buffer that the decoder reuses
     */
    ByteBuffer decode(ChunkVisit visit, ByteBuffer stored, Optional<FetchedRange> bases, ChunkDecoder decoder)
            throws IOException {
        if (quick) {
            ChunkDecoder.requireStoredChecksum(visit.chunk(), stored);
        }
        ByteBuffer raw;
        if (visit.base().isEmpty()) {
            raw = decoder.decode(visit.chunk(), stored);
        } else if (visit.hasLocalBase()) {
            raw = decoder.applyDifference(visit.chunk(), stored, localBase(visit, decoder));
        } else {
            StoredChunk base = visit.base().get();
            raw = decoder.decodeDifference(
                    visit.chunk(), stored, base, bases.orElseThrow().stored(base));
        }
        // Nothing else vouches for a base that has just been read from the target.
        if (!quick || visit.hasLocalBase()) {
            decoder.requireRawDigest(visit.chunk(), raw);
        }
        return raw;
    }

    private static ByteBuffer localBase(ChunkVisit visit, ChunkDecoder decoder) throws IOException {
        ByteBuffer base = decoder.baseScratch();
        for (ChunkVisit.Slice slice : visit.slices()) {
            // A file that is shorter than it was leaves the base too short, which is noticed.
            slice.readFrom(slice.file().formerFile().orElseThrow(), base);
        }
        return base.flip();
    }
}
