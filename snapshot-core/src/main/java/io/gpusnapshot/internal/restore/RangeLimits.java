package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.transfer.PackReplicas;

/**
 * How much is fetched at once.
 *
 * @param pieceBytes most stored bytes that a reader has in memory; no chunk has more
 * @param rangeBytes most stored bytes to fetch by one request, piece by piece
 */
record RangeLimits(int pieceBytes, long rangeBytes) {
    private static final long MIN_PIECE_BYTES = 1L << 20;
    /** Pieces per reader that even a small job is cut into, so that all readers finish together. */
    private static final int PIECES_PER_READER = 4;

    static RangeLimits of(PackReplicas packs, Survey survey) {
        long share = survey.bytes() / ((long) packs.maxReaders() * PIECES_PER_READER);
        long piece = Math.min(packs.maxPieceBytes(), Math.max(MIN_PIECE_BYTES, share));
        int pieceBytes = (int) Math.max(piece, survey.largestChunk());
        return new RangeLimits(pieceBytes, Math.max(pieceBytes, packs.maxRangeBytes()));
    }
}
