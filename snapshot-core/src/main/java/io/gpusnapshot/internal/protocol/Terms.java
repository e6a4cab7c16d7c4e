package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.UnsupportedFormatException;

/**
 * What a job on a host has to work with.
 *
 * @param providerId id of the store's provider, for errors
 * @param minUploadBytes length below which a pack has no grant
 * @param parallelism threads that work on content; 0 leaves it to the host
 * @param memoryBytes room for all buffers together
 * @param maxConnections most requests to the store at once
 */
public record Terms(String providerId, long minUploadBytes, int parallelism, long memoryBytes, int maxConnections) {
    private static final int MAX_THREADS = 1000;

    Message toMessage() {
        return Message.of("terms")
                .with("provider", providerId)
                .with("minUploadBytes", minUploadBytes)
                .with("parallelism", parallelism)
                .with("memoryBytes", memoryBytes)
                .with("maxConnections", maxConnections);
    }

    static Terms of(Message message) throws UnsupportedFormatException {
        return new Terms(
                message.text("provider"),
                message.number("minUploadBytes"),
                message.count("parallelism", MAX_THREADS),
                message.number("memoryBytes"),
                message.count("maxConnections", MAX_THREADS));
    }

    /** The number of threads on a machine with so many processors. */
    public int threads(int processors) {
        return parallelism == 0 ? Math.max(2, processors) : parallelism;
    }
}
