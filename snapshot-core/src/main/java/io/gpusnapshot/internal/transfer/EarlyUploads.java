package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.storage.GrantIssuer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads that are opened before what they will carry is there, so that nobody waits for the round trips with memory full
 * of content. Thread-safe.
 */
final class EarlyUploads implements AutoCloseable {
    /** Longer than a store needs that answers at all; a prune gives up what is left. */
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private static final Logger LOGGER = LoggerFactory.getLogger(EarlyUploads.class);

    private final GrantIssuer issuer;
    private final Map<String, Future<OpenedUpload>> opened = new ConcurrentHashMap<>();
    private final Queue<Future<?>> discards = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(new DaemonThreads("early-upload"));

    EarlyUploads(GrantIssuer issuer) {
        this.issuer = issuer;
    }

    /** Opens an upload in the background, unless the object may be too short for one. */
    void open(String key, long maxBytes) {
        if (maxBytes >= issuer.minUploadBytes()) {
            opened.put(key, threads.submit(() -> OpenedUpload.openAhead(issuer, key, maxBytes, threads)));
        }
    }

    /** The upload for an object: the one opened before, if it suits, or else one that is opened now. */
    OpenedUpload take(String key, long lengthBytes) throws IOException, InterruptedException {
        Optional<OpenedUpload> early = remove(key);
        if (early.isPresent() && early.get().ticket().suits(lengthBytes)) {
            return early.get().shortened(lengthBytes);
        }
        abandon(key, early);
        return OpenedUpload.open(issuer, key, lengthBytes);
    }

    /** Gives an upload up that was opened for an object that goes another way, if there is one. */
    void discard(String key) throws InterruptedException {
        abandon(key, remove(key));
    }

    /** No create fails because of an upload that it does not need. */
    private void abandon(String key, Optional<OpenedUpload> early) {
        try {
            if (early.isPresent()) {
                issuer.abandonUpload(early.get().ticket());
            }
        } catch (IOException | RuntimeException failed) {
            LOGGER.warn("The upload of {} stays open until a prune gives it up: {}", key, failed.toString());
        }
    }

    private Optional<OpenedUpload> remove(String key) throws InterruptedException {
        Future<OpenedUpload> early = opened.remove(key);
        if (early == null) {
            return Optional.empty();
        }
        try {
            return outcome(key, early);
        } catch (InterruptedException cancelled) {
            // It is still to be given up.
            opened.put(key, early);
            throw cancelled;
        }
    }

    /** What could not be opened fails again, and is reported then, when it is opened for what it carries. */
    private static Optional<OpenedUpload> outcome(String key, Future<OpenedUpload> early) throws InterruptedException {
        try {
            return Optional.of(early.get());
        } catch (ExecutionException failed) {
            LOGGER.debug("The upload of {} could not be opened early: {}", key, failed.toString());
            return Optional.empty();
        }
    }

    /** Gives up, in the background, what nobody has taken. */
    void discardAll() {
        for (String key : List.copyOf(opened.keySet())) {
            Future<OpenedUpload> early = opened.remove(key);
            if (early != null) {
                discards.add(threads.submit(() -> discard(key, early)));
            }
        }
    }

    private void discard(String key, Future<OpenedUpload> early) {
        try {
            abandon(key, outcome(key, early));
        } catch (InterruptedException stopped) {
            LOGGER.warn("The upload of {} stays open until a prune gives it up", key);
        }
    }

    /** Waits until what nobody has taken is given up, also after an interrupt, but not forever. */
    @Override
    public void close() {
        discardAll();
        boolean interrupted = Thread.interrupted();
        try {
            long end = System.nanoTime() + FAREWELL.toNanos();
            for (Future<?> discard : discards) {
                discard.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException again) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException failed) {
            LOGGER.warn("Uploads may stay open until a prune gives them up: {}", failed.toString());
        } finally {
            threads.shutdownNow();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
