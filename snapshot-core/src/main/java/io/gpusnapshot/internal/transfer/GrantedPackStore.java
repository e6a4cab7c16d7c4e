package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.concurrent.StageGroup;
import io.gpusnapshot.internal.concurrent.Uninterrupted;
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
import java.util.List;

/**
 * Packs moved by grants: plain HTTP requests that carry no account key. Packs for which the store has no grant that is
 * narrow enough go another way.
 */
public final class GrantedPackStore implements PackStore, AutoCloseable {
    /** As large as most chunks, so that buffers of restores and of creates serve each other's jobs. */
    private static final int MAX_PIECE_BYTES = 4 << 20;

    /** Longer ones save time only where the store is far and each connection slow (curve of ranges in docs/performance.md). */
    private static final int MAX_RANGE_BYTES = 16 << 20;

    /** Packs on their way up at once; each is sent in several parts at once. */
    private static final int MAX_WRITERS = 16;

    private final GrantedTransfer transfer;
    private final EarlyUploads early;
    private final PackTarget smallPacks;
    private final int maxConnections;

    /**
     * @param smallPacks where packs go that are shorter than {@link GrantIssuer#minUploadBytes()}
     * @param limits requests at once, and how much of what they read may come twice
     */
    public GrantedPackStore(
            GrantIssuer issuer, PackTarget smallPacks, HttpTransport http, TransferLimits limits, Clock clock) {
        this(issuer, smallPacks, http, limits, clock, RetryPolicy.DEFAULT);
    }

    /** One of several stores with the same content, which soon gives up, so that another can be asked. */
    public static GrantedPackStore replica(
            GrantIssuer issuer, PackTarget smallPacks, HttpTransport http, TransferLimits limits, Clock clock) {
        return new GrantedPackStore(issuer, smallPacks, http, limits, clock, RetryPolicy.IMPATIENT);
    }

    GrantedPackStore(
            GrantIssuer issuer,
            PackTarget smallPacks,
            HttpTransport http,
            TransferLimits limits,
            Clock clock,
            RetryPolicy retries) {
        this.transfer = GrantedTransfer.create(issuer, http, limits, clock, retries);
        this.early = new EarlyUploads(issuer);
        this.smallPacks = smallPacks;
        this.maxConnections = limits.maxConnections();
    }

    @Override
    public void read(String key, List<ByteRange> pieces, BufferPool buffers, PieceTaker taker)
            throws IOException, InterruptedException {
        new RangeReader(transfer, key, new RangeTarget(pieces, buffers, taker)).read();
    }

    @Override
    public void prepareReads(String key) {
        transfer.prepareDownloads(key);
    }

    @Override
    public void preparePut(String key, long maxBytes) {
        early.open(key, maxBytes);
    }

    @Override
    public void endPuts() {
        early.discardAll();
    }

    @Override
    public StoredPack put(String key, ContentSource content, Runnable whenRead)
            throws IOException, InterruptedException {
        if (content.length() < transfer.issuer().minUploadBytes()) {
            early.discard(key);
            return smallPacks.put(key, content, whenRead);
        }
        OpenedUpload upload = early.take(key, content.length());
        UploadTicket ticket = upload.ticket();
        try {
            List<UploadedPart> parts = sendParts(upload, content);
            whenRead.run();
            StorageReceipt receipt = transfer.issuer().completeUpload(ticket, parts);
            ProviderPackStore.requireLength(key, content.length(), receipt);
            return new StoredPack(key, content.length(), receipt.version());
        } catch (IOException | RuntimeException failed) {
            abandon(ticket, failed);
            throw failed;
        }
    }

    /** Returns when nobody reads the content any more, whether all went well or not. */
    private List<UploadedPart> sendParts(OpenedUpload upload, ContentSource content) throws IOException {
        UploadedPart[] parts = new UploadedPart[upload.ticket().parts().size()];
        StageGroup senders = new StageGroup("send");
        for (int i = 0; i < parts.length; i++) {
            int index = i;
            PartSender sender = new PartSender(transfer, upload, index + 1, content);
            senders.add("part-" + (index + 1), 1, () -> parts[index] = sender.send());
        }
        senders.await();
        return List.of(parts);
    }

    /** Frees what the store holds of an upload that failed, also when that was because of an interrupt. */
    private void abandon(UploadTicket ticket, Exception failure) {
        Uninterrupted.runAfter(failure, () -> transfer.issuer().abandonUpload(ticket));
    }

    @Override
    public int maxReaders() {
        return maxConnections;
    }

    @Override
    public int usefulReaders() {
        return transfer.downloads().limit();
    }

    @Override
    public int maxPieceBytes() {
        return MAX_PIECE_BYTES;
    }

    @Override
    public int maxRangeBytes() {
        return MAX_RANGE_BYTES;
    }

    @Override
    public int maxWriters() {
        return Math.min(MAX_WRITERS, maxConnections);
    }

    /** Gives up what was prepared in vain and stops the threads; the transport stays open, since it is not this store's own. */
    @Override
    public void close() {
        early.close();
        transfer.close();
    }
}
