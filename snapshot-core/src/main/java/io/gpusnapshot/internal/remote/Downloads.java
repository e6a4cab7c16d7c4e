package io.gpusnapshot.internal.remote;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.protocol.Grants;
import io.gpusnapshot.internal.protocol.Message;
import io.gpusnapshot.internal.protocol.Question;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProvider;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a host may read: one manifest, and the packs that it names, in each of some stores. Thread-safe. */
final class Downloads {
    /** Short, since renewing costs one message. */
    private static final Duration LIFETIME = Duration.ofMinutes(15);

    /** A question takes as long as the way to the host and back, so the next packs are granted along. */
    private static final int GRANTED_AHEAD = 32;

    /** What an answer has room for, with the grants ahead. */
    private static final int MAX_KEYS = 100;

    private final String host;
    private final List<GrantingStore> stores;
    private final Clock clock;
    private final SnapshotId snapshot;
    private final List<String> packs;
    private final Map<String, Integer> places = new HashMap<>();

    /**
     * @param stores those that may have the snapshot, in the order of the terms
     * @param snapshot whose manifest may be read
     * @param packs keys of packs that may be read, in the order in which they are likely to be
     */
    Downloads(String host, List<GrantingStore> stores, Clock clock, SnapshotId snapshot, List<String> packs) {
        this.host = host;
        this.stores = stores;
        this.clock = clock;
        this.snapshot = snapshot;
        this.packs = packs;
        for (int i = 0; i < packs.size(); i++) {
            places.put(packs.get(i), i);
        }
    }

    /** What is asked about the manifest to begin with. */
    List<Question> manifestQuestions() {
        return List.of(
                new Question.StatManifest(0, snapshot),
                new Question.GrantDownloads(0, List.of(RepositoryLayout.manifest(snapshot))));
    }

    /** What is asked about the packs to begin with, if they are read in order. */
    List<Question> packQuestions() {
        return packs.isEmpty() ? List.of() : List.of(new Question.GrantDownloads(0, packs.subList(0, 1)));
    }

    Message grant(Question.GrantDownloads question) throws IOException {
        if (question.keys().size() > MAX_KEYS) {
            throw Refusals.of(host, question, "no more than " + MAX_KEYS + " keys can be granted at once");
        }
        GrantIssuer issuer = store(question, question.store()).issuer();
        List<DownloadGrant> grants = new ArrayList<>();
        for (String key : question.keys()) {
            if (grants.stream().noneMatch(grant -> grant.covers(key))) {
                grants.addAll(grant(issuer, question, key));
            }
        }
        return Message.of("grants")
                .withAll(
                        "grants",
                        grants.stream()
                                .map(grant -> Grants.of(grant, clock.instant()))
                                .toList());
    }

    private List<DownloadGrant> grant(GrantIssuer issuer, Question question, String key) throws IOException {
        if (key.equals(RepositoryLayout.manifest(snapshot))) {
            return List.of(issuer.grantDownload(key, LIFETIME));
        }
        Integer place = places.get(key);
        if (place == null) {
            throw Refusals.of(host, question, "only what belongs to snapshot " + snapshot + " is its to read");
        }
        return issuer.grantDownloads(packs.subList(place, Math.min(packs.size(), place + 1 + GRANTED_AHEAD)), LIFETIME);
    }

    private GrantingStore store(Question question, int place) throws RemoteAccessException {
        if (place >= stores.size()) {
            throw Refusals.of(host, question, "its job has " + stores.size() + " stores");
        }
        return stores.get(place);
    }

    Message stat(Question.StatManifest question) throws IOException {
        StorageProvider store = store(question, question.store()).provider();
        if (!question.snapshot().equals(snapshot)) {
            throw Refusals.of(host, question, "its job is about snapshot " + snapshot);
        }
        String key = RepositoryLayout.manifest(snapshot);
        StorageObject object = store.stat(key)
                .orElseThrow(() -> new SnapshotNotFoundException(
                        snapshot.value(), "There is no snapshot " + snapshot + " in " + store + " any more"));
        if (object.lengthBytes() == 0) {
            throw new DataIntegrityException(key, 0, key + " is empty", null);
        }
        return Message.of("manifestStat").with("lengthBytes", object.lengthBytes());
    }
}
