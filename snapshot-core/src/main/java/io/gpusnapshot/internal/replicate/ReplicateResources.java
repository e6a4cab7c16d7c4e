package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.model.RestoreVerification;

/**
 * How much of the machine a replication may take.
 *
 * @param workers threads that decode
 * @param memoryBytes room for all buffers together
 */
public record ReplicateResources(int workers, long memoryBytes) {
    /** What the JDK and the stores take of the memory to copy through. */
    private static final long OTHER_BUFFERS_BYTES = 4L << 20;

    /**
     * Divides the memory up.
     *
     * @throws IllegalArgumentException if the largest pack does not fit
     */
    CopyPlan plan(SnapshotContents contents, RestoreVerification verification, int rangeBytes) {
        int largestChunk = verification == RestoreVerification.SHA256 ? contents.largestChunk() : 1;
        // Each has the stored bytes of a chunk and the raw ones, and perhaps those of its base.
        long decoderBytes = (contents.bases().isEmpty() ? 2L : 4L) * largestChunk;
        int decoders = (int) Math.max(1, Math.min(workers, memoryBytes / 4 / decoderBytes));
        long others = decoders * decoderBytes + OTHER_BUFFERS_BYTES;
        long ranges = (memoryBytes - others) / rangeBytes;
        long needed = 0;
        for (StoredPack pack : contents.packs()) {
            long rangeCount = PackContent.rangeCount(pack, rangeBytes);
            if (rangeCount > ranges) {
                throw new IllegalArgumentException("The pack " + pack.key() + " of " + pack.storedBytes()
                        + " bytes does not fit into the memory of " + memoryBytes + " bytes; allow "
                        + (rangeCount * rangeBytes + others) + " bytes at least");
            }
            needed += rangeCount;
        }
        return new CopyPlan(
                verification, rangeBytes, (int) Math.max(1, Math.min(ranges, needed)), decoders, largestChunk);
    }
}
