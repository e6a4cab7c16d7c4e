package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps grants for as long as they are good, and asks for new ones when needed. Thread-safe. */
final class DownloadGrants {
    /** A request must be on its way before its grant ends; how long it then takes does not matter. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final GrantIssuer issuer;
    private final Clock clock;
    private final Duration lifetime;
    private final List<DownloadGrant> grants = new ArrayList<>();

    /**
     * @param lifetime what to ask for; at least twice the margin
     */
    DownloadGrants(GrantIssuer issuer, Clock clock, Duration lifetime) {
        this.issuer = issuer;
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /** A request that reads an object. Asking holds up other readers, who are likely to need the same grant. */
    synchronized GrantedRequest request(String key) throws IOException {
        grants.removeIf(grant -> !grant.expiresAt().minus(MARGIN).isAfter(clock.instant()));
        for (DownloadGrant grant : grants) {
            if (grant.covers(key)) {
                return grant.request(key);
            }
        }
        List<DownloadGrant> issued = issuer.grantDownloads(List.of(key), lifetime);
        grants.addAll(issued);
        return issued.stream()
                .filter(grant -> grant.covers(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No grant was issued for \"" + key + "\""))
                .request(key);
    }

    /** Forgets the grant that a refused request came from. */
    synchronized void refused(String key, GrantedRequest request) {
        grants.removeIf(grant -> grant.covers(key) && grant.request(key).equals(request));
    }
}
