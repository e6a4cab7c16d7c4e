package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.chunk.PackWriter;
import io.gpusnapshot.internal.transfer.PackReplicas;
import java.util.OptionalInt;

/**
 * How much is fetched at once.
 *
 * @param pieceBytes most stored bytes that a reader has in memory; no chunk has more
 * @param rangeBytes most stored bytes to fetch by one request, piece by piece
 */
public record RangeLimits(int pieceBytes, long rangeBytes) {
    /** Least that a range may be limited to; no shorter piece is worth a request. */
    public static final int MIN_BYTES = 1 << 20;
    /** Most that a range may be limited to, which is the most that a pack may have. */
    public static final int MAX_BYTES = PackWriter.MAX_PACK_BYTES;

    /** Pieces per reader that even a small job is cut into, so that all readers finish together. */
    private static final int PIECES_PER_READER = 4;

    /**
     * What suits a job.
     *
     * @param wanted most that a range may have; empty for what suits the stores
     */
    static RangeLimits of(PackReplicas packs, Survey survey, OptionalInt wanted) {
        long rangeBytes = wanted.orElseGet(packs::maxRangeBytes);
        long share = survey.bytes() / ((long) packs.maxReaders() * PIECES_PER_READER);
        long piece = Math.min(Math.min(packs.maxPieceBytes(), rangeBytes), Math.max(MIN_BYTES, share));
        int pieceBytes = (int) Math.max(piece, survey.largestChunk());
        return new RangeLimits(pieceBytes, Math.max(pieceBytes, rangeBytes));
    }
}
