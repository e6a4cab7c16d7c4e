package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.DataIntegrityException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a host may write: the packs of the snapshot that it creates, each once. Nothing that is there can be replaced, and
 * what has become of each pack is known from the store, not from the host. Thread-safe.
 */
final class Uploads {
    private static final Duration LIFETIME = Duration.ofMinutes(15);

    /** Far more than a create keeps open. */
    private static final int MAX_OPEN = 64;

    /** Twice the largest pack that a create makes. */
    private static final long MAX_PACK_BYTES = 512L << 20;

    private final String host;
    private final SnapshotId snapshot;
    private final StorageProvider store;
    private final GrantIssuer issuer;
    private final Clock clock;
    /** By key; empty from the moment at which the pack is, or is being, completed. */
    private final Map<String, Optional<UploadTicket>> tickets = new ConcurrentHashMap<>();

    private final Map<String, StoredPack> stored = new ConcurrentHashMap<>();

    Uploads(String host, SnapshotId snapshot, StorageProvider store, GrantIssuer issuer, Clock clock) {
        this.host = host;
        this.snapshot = snapshot;
        this.store = store;
        this.issuer = issuer;
        this.clock = clock;
    }

    /** The packs that are durable, by key. */
    Map<String, StoredPack> stored() {
        return Map.copyOf(stored);
    }

    Message open(Question.OpenUpload question) throws IOException {
        requirePack(question, question.key(), question.lengthBytes());
        if (question.lengthBytes() < issuer.minUploadBytes()) {
            throw Refusals.of(host, question, "a pack of that length has no grant");
        }
        claim(question, question.key());
        try {
            UploadTicket ticket = issuer.openUpload(question.key(), question.lengthBytes());
            tickets.put(question.key(), Optional.of(ticket));
            return Grants.ofParts(ticket.parts());
        } catch (IOException | RuntimeException failed) {
            tickets.remove(question.key());
            throw failed;
        }
    }

    Message grant(Question.GrantPart question) throws IOException {
        UploadTicket ticket = ticket(question, question.key());
        if (question.number() < 1 || question.number() > ticket.parts().size()) {
            throw Refusals.of(host, question, "there is no such part");
        }
        return Grants.of(issuer.grantPart(ticket, question.number(), LIFETIME), clock.instant());
    }

    Message complete(Question.CompleteUpload question) throws IOException {
        UploadTicket ticket = ticket(question, question.key());
        requireParts(question, ticket);
        StorageReceipt receipt = issuer.completeUpload(ticket, question.parts());
        tickets.put(question.key(), Optional.empty());
        return store(question.key(), ticket.lengthBytes(), receipt);
    }

    private void requireParts(Question.CompleteUpload question, UploadTicket ticket) throws IOException {
        List<Long> wanted = ticket.parts().stream().map(ByteRange::length).toList();
        List<Long> sent =
                question.parts().stream().map(UploadedPart::lengthBytes).toList();
        if (!wanted.equals(sent)) {
            throw Refusals.of(host, question, "parts of other lengths were granted");
        }
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
        stored.put(key, new StoredPack(key, lengthBytes, receipt.version()));
        return Grants.of(receipt);
    }

    Message abandon(Question.AbandonUpload question) throws IOException {
        UploadTicket ticket = ticket(question, question.key());
        issuer.abandonUpload(ticket);
        tickets.remove(question.key());
        return Message.of("abandoned");
    }

    Message put(Question.StorePack question) throws IOException {
        requirePack(question, question.key(), question.content().remaining());
        claim(question, question.key());
        StorageReceipt receipt = store.put(question.key(), ContentSources.of(question.content()), PutOptions.REPLACE);
        return store(question.key(), question.content().remaining(), receipt);
    }

    private void requirePack(Question question, String key, long lengthBytes) throws IOException {
        if (!RepositoryLayout.creatorOfPack(key).equals(Optional.of(snapshot))) {
            throw Refusals.of(host, question, "only packs of snapshot " + snapshot + " are its to write");
        }
        if (lengthBytes < 1 || lengthBytes > MAX_PACK_BYTES) {
            throw Refusals.of(host, question, "a pack has 1 to " + MAX_PACK_BYTES + " bytes");
        }
    }

    /** Takes a key that was never taken before, so that nothing is replaced. */
    private void claim(Question question, String key) throws IOException {
        long open = tickets.values().stream().filter(Optional::isPresent).count();
        if (open >= MAX_OPEN) {
            throw Refusals.of(host, question, "it has " + open + " uploads open already");
        }
        if (tickets.putIfAbsent(key, Optional.empty()) != null) {
            throw Refusals.of(host, question, "this pack was written, or is being written");
        }
    }

    private UploadTicket ticket(Question question, String key) throws IOException {
        Optional<UploadTicket> ticket = tickets.getOrDefault(key, Optional.empty());
        if (ticket.isEmpty()) {
            throw Refusals.of(host, question, "no such upload is open");
        }
        return ticket.get();
    }

    /** Gives up whatever is still open. */
    void abandonAll() throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (Optional<UploadTicket> ticket : tickets.values()) {
            if (ticket.isPresent()) {
                try {
                    issuer.abandonUpload(ticket.get());
                } catch (IOException failed) {
                    failures.add(failed);
                }
            }
        }
        if (!failures.isEmpty()) {
            IOException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }
}
