package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps grants for as long as they are good, and asks for new ones when needed. Thread-safe. */
final class DownloadGrants {
    /** A request must be on its way before its grant ends; how long it then takes does not matter. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final GrantIssuer issuer;
    private final Clock clock;
    private final Duration lifetime;
    private final List<DownloadGrant> grants = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private @Nullable StorageUnavailableException failure;

    /**
     * @param lifetime what to ask for; at least twice the margin
     */
    DownloadGrants(GrantIssuer issuer, Clock clock, Duration lifetime) {
        this.issuer = issuer;
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /**
     * A request that reads an object. Asking holds up other readers, who are likely to need the same grant; if the store
     * cannot be reached, those who were held up do not try it again one after the other.
     */
    GrantedRequest request(String key) throws IOException {
        return grantedRequest(key, asked.get());
    }

    private synchronized GrantedRequest grantedRequest(String key, int askedBefore) throws IOException {
        grants.removeIf(grant -> !grant.expiresAt().minus(MARGIN).isAfter(clock.instant()));
        for (DownloadGrant grant : grants) {
            if (grant.covers(key)) {
                return grant.request(key);
            }
        }
        if (failure != null && asked.get() != askedBefore) {
            throw failure;
        }
        List<DownloadGrant> issued = ask(key);
        grants.addAll(issued);
        return issued.stream()
                .filter(grant -> grant.covers(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No grant was issued for \"" + key + "\""))
                .request(key);
    }

    private List<DownloadGrant> ask(String key) throws IOException {
        failure = null;
        try {
            return issuer.grantDownloads(List.of(key), lifetime);
        } catch (StorageUnavailableException unreachable) {
            failure = unreachable;
            throw unreachable;
        } finally {
            asked.incrementAndGet();
        }
    }

    /** Forgets the grant that a refused request came from. */
    synchronized void refused(String key, GrantedRequest request) {
        grants.removeIf(grant -> grant.covers(key) && grant.request(key).equals(request));
    }
}
