package io.gpusnapshot.internal.restore;

/**
 * How much of the machine a restore may take.
 *
 * @param workers threads that decode, verify and write
 * @param memoryBytes room for all buffers together
 */
public record RestoreResources(int workers, long memoryBytes) {
    /** What a reader takes beside the range, as measured: pieces of it on the heap and below the socket, and its thread. */
    private static final int READER_BYTES = 1 << 20;

    /** As many decoders as a quarter of the memory has room for. */
    int affordableDecoders(int largestChunk) {
        return (int) Math.max(1, Math.min(workers, memoryBytes / 4 / largestChunk));
    }

    /**
     * As many readers as there is room for, each with a range.
     *
     * @param useful most that can be of use
     */
    int affordableReaders(int useful, int largestChunk, int rangeBytes) {
        long left = memoryBytes - (long) affordableDecoders(largestChunk) * largestChunk;
        return (int) Math.max(1, Math.min(useful, left / (rangeBytes + READER_BYTES)));
    }
}
