package io.gpusnapshot.internal.restore;

/**
 * How much of the machine a restore may take.
 *
 * @param workers threads that fetch, decode, verify and write
 * @param memoryBytes room for all buffers together
 */
public record RestoreResources(int workers, long memoryBytes) {
    /** As many workers as there is room for two buffers each. */
    int affordableWorkers(int largestChunk) {
        return (int) Math.max(1, Math.min(workers, memoryBytes / (2L * largestChunk)));
    }
}
