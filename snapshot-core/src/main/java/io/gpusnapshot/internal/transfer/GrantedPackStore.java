package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Packs moved by grants: plain HTTP requests that carry no account key. Packs for which the store has no grant that is
 * narrow enough go another way.
 */
public final class GrantedPackStore implements PackStore, AutoCloseable {
    /** Packs on their way up at once; each is sent in several parts at once. */
    private static final int MAX_WRITERS = 8;

    private final GrantedTransfer transfer;
    private final PackStore smallPacks;
    private final int maxConnections;
    private final ExecutorService senders = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "send-part");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param smallPacks where packs go that are shorter than {@link GrantIssuer#minUploadBytes()}
     * @param maxConnections most requests at once
     */
    public GrantedPackStore(
            GrantIssuer issuer, PackStore smallPacks, HttpTransport http, int maxConnections, Clock clock) {
        this(issuer, smallPacks, http, maxConnections, clock, RetryPolicy.DEFAULT);
    }

    GrantedPackStore(
            GrantIssuer issuer,
            PackStore smallPacks,
            HttpTransport http,
            int maxConnections,
            Clock clock,
            RetryPolicy retries) {
        this.transfer = GrantedTransfer.create(issuer, http, maxConnections, clock, retries);
        this.smallPacks = smallPacks;
        this.maxConnections = maxConnections;
    }

    @Override
    public PackRange read(String key, ByteRange range, BufferPool buffers) throws IOException, InterruptedException {
        return new RangeReader(transfer, key, range, buffers).read();
    }

    @Override
    public StoredPack put(String key, ContentSource content) throws IOException, InterruptedException {
        if (content.length() < transfer.issuer().minUploadBytes()) {
            return smallPacks.put(key, content);
        }
        UploadTicket ticket = transfer.issuer().openUpload(key, content.length());
        try {
            StorageReceipt receipt = transfer.issuer().completeUpload(ticket, sendParts(ticket, content));
            ProviderPackStore.requireLength(key, content.length(), receipt);
            return new StoredPack(key, content.length(), receipt.version());
        } catch (IOException | InterruptedException | RuntimeException failed) {
            abandon(ticket, failed);
            throw failed;
        }
    }

    private List<UploadedPart> sendParts(UploadTicket ticket, ContentSource content)
            throws IOException, InterruptedException {
        List<Future<UploadedPart>> sendings = new ArrayList<>();
        for (int number = 1; number <= ticket.parts().size(); number++) {
            PartSender sender = new PartSender(transfer, ticket, number, content);
            sendings.add(senders.submit(sender::send));
        }
        try {
            List<UploadedPart> parts = new ArrayList<>();
            for (Future<UploadedPart> sending : sendings) {
                parts.add(sending.get());
            }
            return parts;
        } catch (ExecutionException failed) {
            throw asIoException(failed.getCause());
        } finally {
            sendings.forEach(sending -> sending.cancel(true));
        }
    }

    private static IOException asIoException(@Nullable Throwable cause) {
        if (cause instanceof IOException io) {
            return io;
        }
        if (cause instanceof RuntimeException bug) {
            throw bug;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IOException(cause);
    }

    /** Frees what the store holds of an upload that failed, also when that was because of an interrupt. */
    private void abandon(UploadTicket ticket, Exception failure) {
        boolean interrupted = Thread.interrupted();
        try {
            transfer.issuer().abandonUpload(ticket);
        } catch (IOException | RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public int maxReaders() {
        return maxConnections;
    }

    @Override
    public int maxWriters() {
        return Math.min(MAX_WRITERS, maxConnections);
    }

    /** Stops the threads; the transport stays open, since it is not this store's own. */
    @Override
    public void close() {
        senders.shutdownNow();
        transfer.close();
    }
}
