package io.gpusnapshot.internal.remote;

import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.storage.UploadTicket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has become of each pack of a create. A key is claimed once; its ticket lies here while nobody is at work on it, so
 * that of two questions about one upload, at once, one is refused. Thread-safe, and never waits for a store.
 */
final class UploadLedger {
    /** Far more than a create keeps open. */
    private static final int MAX_OPEN = 64;

    /** Some ten terabytes. Bounds what a hostile host makes us remember. */
    private static final int MAX_PACKS = 200_000;

    private final String host;
    private final Set<String> claimed = new HashSet<>();
    private final Map<String, UploadTicket> tickets = new HashMap<>();
    private final Map<String, StoredPack> stored = new HashMap<>();
    private boolean sealed;

    UploadLedger(String host) {
        this.host = host;
    }

    /** Takes a key that was never taken before, so that nothing is replaced. */
    synchronized void claim(Question question, String key) throws IOException {
        requireUnsealed(question);
        int open = claimed.size() - stored.size();
        if (open >= MAX_OPEN) {
            throw Refusals.of(host, question, "it has " + open + " uploads open already");
        }
        if (stored.size() >= MAX_PACKS) {
            throw Refusals.of(host, question, "it has stored " + MAX_PACKS + " packs already");
        }
        if (!claimed.add(key)) {
            throw Refusals.of(host, question, "this pack was written, or is being written");
        }
    }

    /** Gives back a key under which nothing was stored. */
    synchronized void release(String key) {
        claimed.remove(key);
    }

    /** Lays down the ticket of a claimed key; false if the job is over, and so the ticket the caller's to abandon. */
    synchronized boolean put(UploadTicket ticket) {
        if (!sealed) {
            tickets.put(ticket.key(), ticket);
        }
        return !sealed;
    }

    synchronized UploadTicket ticket(Question question, String key) throws IOException {
        requireUnsealed(question);
        return openTicket(question, key);
    }

    private UploadTicket openTicket(Question question, String key) throws IOException {
        UploadTicket ticket = tickets.get(key);
        if (ticket == null) {
            throw Refusals.of(host, question, "no such upload is open");
        }
        return ticket;
    }

    /** Takes a ticket out, to complete its upload. */
    synchronized UploadTicket take(Question question, String key) throws IOException {
        UploadTicket ticket = ticket(question, key);
        tickets.remove(key);
        return ticket;
    }

    /** Takes a ticket out, to give its upload up, which is possible at any time. */
    synchronized UploadTicket takeToAbandon(Question question, String key) throws IOException {
        UploadTicket ticket = openTicket(question, key);
        tickets.remove(key);
        return ticket;
    }

    /** Takes all tickets out. */
    synchronized List<UploadTicket> takeAll() {
        List<UploadTicket> all = new ArrayList<>(tickets.values());
        tickets.clear();
        return all;
    }

    synchronized void stored(StoredPack pack) {
        stored.put(pack.key(), pack);
    }

    /** Lets nothing be written any more, and returns what was. */
    synchronized List<StoredPack> seal() {
        sealed = true;
        return List.copyOf(stored.values());
    }

    private void requireUnsealed(Question question) throws IOException {
        if (sealed) {
            throw Refusals.of(host, question, "it has handed in its manifest, or its job is over");
        }
    }
}
