package io.gpusnapshot.internal.protocol;

import io.gpusnapshot.error.UnsupportedFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a job on a host has to work with.
 *
 * @param stores where the job reads from, the preferred one first; it writes to that one. Questions name them by their
 *     place in this list
 * @param minUploadBytes length below which a pack has no grant
 * @param parallelism threads that work on content; 0 leaves it to the host
 * @param memoryBytes room for all buffers together
 * @param maxConnections most requests to the store at once
 * @param hedgePercent how many bytes may be fetched twice, in percent of those fetched
 */
public record Terms(
        List<Store> stores,
        long minUploadBytes,
        int parallelism,
        long memoryBytes,
        int maxConnections,
        int hedgePercent) {
    private static final int MAX_THREADS = 1000;

    public Terms {
        stores = List.copyOf(stores);
    }

    /**
     * A store.
     *
     * @param name the store, as it names itself, for reports
     * @param providerId id of its provider, for errors
     */
    public record Store(String name, String providerId) {
        private Message toMessage() {
            return Message.of("store").with("name", name).with("provider", providerId);
        }
    }

    Message toMessage() {
        return Message.of("terms")
                .withAll("stores", stores.stream().map(Store::toMessage).toList())
                .with("minUploadBytes", minUploadBytes)
                .with("parallelism", parallelism)
                .with("memoryBytes", memoryBytes)
                .with("maxConnections", maxConnections)
                .with("hedgePercent", hedgePercent);
    }

    static Terms of(Message message) throws UnsupportedFormatException {
        List<Store> stores = new ArrayList<>();
        for (Message store : message.messages("stores")) {
            stores.add(new Store(store.text("name"), store.text("provider")));
        }
        return new Terms(
                stores,
                message.number("minUploadBytes"),
                message.count("parallelism", MAX_THREADS),
                message.number("memoryBytes"),
                message.count("maxConnections", MAX_THREADS),
                message.count("hedgePercent", 100));
    }

    /** The number of threads on a machine with so many processors. */
    public int threads(int processors) {
        return parallelism == 0 ? Math.max(2, processors) : parallelism;
    }
}
