package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.concurrent.Uninterrupted;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.protocol.Grants;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a host may write: the packs of the snapshot that it creates, each once, until it hands in its manifest. Nothing
 * that is there can be replaced, and what has become of each pack is known from the store, not from the host.
 * Thread-safe.
 */
final class Uploads {
    private static final Duration LIFETIME = Duration.ofMinutes(15);

    /** Twice the largest pack that a create makes. */
    private static final long MAX_PACK_BYTES = 512L << 20;

    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern ENTITY_TAG = Pattern.compile("[\\p{Graph}]{1,200}");

    private final String host;
    private final SnapshotId snapshot;
    private final StorageProvider store;
    private final GrantIssuer issuer;
    private final Clock clock;
    private final UploadLedger ledger;

    Uploads(String host, SnapshotId snapshot, StorageProvider store, GrantIssuer issuer, Clock clock) {
        this.host = host;
        this.snapshot = snapshot;
        this.store = store;
        this.issuer = issuer;
        this.clock = clock;
        this.ledger = new UploadLedger(host);
    }

    /** The packs that are durable. From now on nothing can be written. */
    List<StoredPack> seal() {
        return ledger.seal();
    }

    Message open(Question.OpenUpload question) throws IOException {
        requirePack(question, question.key(), question.lengthBytes());
        if (question.lengthBytes() < issuer.minUploadBytes()) {
            throw Refusals.of(host, question, "a pack of that length has no grant");
        }
        ledger.claim(question, question.key());
        UploadTicket ticket;
        try {
            ticket = issuer.openUpload(question.key(), question.lengthBytes());
        } catch (IOException | RuntimeException failed) {
            ledger.release(question.key());
            throw failed;
        }
        if (!ledger.put(ticket)) {
            Uninterrupted.run(() -> issuer.abandonUpload(ticket));
            throw Refusals.of(host, question, "its job is over");
        }
        return Grants.ofParts(ticket.parts());
    }

    Message grant(Question.GrantPart question) throws IOException {
        UploadTicket ticket = ledger.ticket(question, question.key());
        if (question.number() < 1 || question.number() > ticket.parts().size()) {
            throw Refusals.of(host, question, "there is no such part");
        }
        ByteRange part = ticket.parts().get(question.number() - 1);
        if (question.lengthBytes() < 1 || question.lengthBytes() > part.length()) {
            throw Refusals.of(host, question, "that part has 1 to " + part.length() + " bytes");
        }
        UploadTicket upToIt = ticket.shortened(part.offset() + question.lengthBytes());
        return Grants.of(issuer.grantPart(upToIt, question.number(), LIFETIME), clock.instant());
    }

    Message complete(Question.CompleteUpload question) throws IOException {
        requireParts(question, ledger.ticket(question, question.key()));
        UploadTicket ticket = ledger.take(question, question.key());
        try {
            UploadTicket sent = ticket.shortened(lengthOf(question.parts()));
            return store(question.key(), sent.lengthBytes(), issuer.completeUpload(sent, question.parts()));
        } catch (IOException | RuntimeException failed) {
            giveBack(ticket, failed);
            throw failed;
        }
    }

    private static long lengthOf(List<UploadedPart> parts) {
        return parts.stream().mapToLong(UploadedPart::lengthBytes).sum();
    }

    /** Those that were granted, from the first on; the last of them may be shorter. */
    private void requireParts(Question.CompleteUpload question, UploadTicket ticket) throws IOException {
        List<UploadedPart> sent = question.parts();
        if (sent.isEmpty() || sent.size() > ticket.parts().size()) {
            throw Refusals.of(host, question, "it has 1 to " + ticket.parts().size() + " parts");
        }
        for (int i = 0; i < sent.size(); i++) {
            ByteRange granted = ticket.parts().get(i);
            long least = i == sent.size() - 1 ? 1 : granted.length();
            if (!isProper(sent.get(i), i + 1, least, granted.length())) {
                throw Refusals.of(host, question, "other parts were granted");
            }
        }
        if (!ticket.suits(lengthOf(sent))) {
            throw Refusals.of(host, question, "of several parts two must be left");
        }
    }

    private static boolean isProper(UploadedPart part, int number, long leastBytes, long mostBytes) {
        return part.number() == number
                && part.lengthBytes() >= leastBytes
                && part.lengthBytes() <= mostBytes
                && matches(SHA1, part.sha1())
                && matches(ENTITY_TAG, part.entityTag());
    }

    private static boolean matches(Pattern pattern, Optional<String> text) {
        return text.isEmpty() || pattern.matcher(text.get()).matches();
    }

    private Message store(String key, long lengthBytes, StorageReceipt receipt) throws DataIntegrityException {
        if (receipt.lengthBytes() != lengthBytes) {
            throw new DataIntegrityException(
                    key,
                    receipt.lengthBytes(),
                    "The store confirms " + receipt.lengthBytes() + " bytes of " + key + ", but " + lengthBytes
                            + " were announced",
                    null);
        }
        ledger.stored(new StoredPack(key, lengthBytes, receipt.version()));
        return Grants.of(receipt);
    }

    Message abandon(Question.AbandonUpload question) throws IOException {
        UploadTicket ticket = ledger.takeToAbandon(question, question.key());
        try {
            issuer.abandonUpload(ticket);
        } catch (IOException | RuntimeException failed) {
            giveBack(ticket, failed);
            throw failed;
        }
        ledger.release(question.key());
        return Message.of("abandoned");
    }

    private void giveBack(UploadTicket ticket, Exception failure) {
        if (!ledger.put(ticket)) {
            Uninterrupted.runAfter(failure, () -> issuer.abandonUpload(ticket));
        }
    }

    Message put(Question.StorePack question) throws IOException {
        long lengthBytes = question.content().remaining();
        requirePack(question, question.key(), lengthBytes);
        if (lengthBytes >= issuer.minUploadBytes()) {
            throw Refusals.of(host, question, "a pack of that length has a grant");
        }
        ledger.claim(question, question.key());
        try {
            StorageReceipt receipt =
                    store.put(question.key(), ContentSources.of(question.content()), PutOptions.REPLACE);
            return store(question.key(), lengthBytes, receipt);
        } catch (IOException | RuntimeException failed) {
            ledger.release(question.key());
            throw failed;
        }
    }

    private void requirePack(Question question, String key, long lengthBytes) throws IOException {
        if (!RepositoryLayout.creatorOfPack(key).equals(Optional.of(snapshot))
                || key.length()
                        > RepositoryLayout.pack(snapshot, Integer.MAX_VALUE).length()) {
            throw Refusals.of(host, question, "only packs of snapshot " + snapshot + " are its to write");
        }
        if (lengthBytes < 1 || lengthBytes > MAX_PACK_BYTES) {
            throw Refusals.of(host, question, "a pack has 1 to " + MAX_PACK_BYTES + " bytes");
        }
    }

    /**
     * Gives up whatever is still open, and lets nothing be opened any more.
     *
     * @throws IOException the first failure, after trying all
     */
    void abandonAll() throws IOException {
        seal();
        IOException failure = null;
        for (UploadTicket ticket : ledger.takeAll()) {
            try {
                issuer.abandonUpload(ticket);
            } catch (IOException | RuntimeException failed) {
                failure = failure == null ? new IOException("Uploads of " + snapshot + " are left open") : failure;
                failure.addSuppressed(failed);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
