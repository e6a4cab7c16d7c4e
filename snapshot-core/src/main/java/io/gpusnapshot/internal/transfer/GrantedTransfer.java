package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.concurrent.DaemonThreads;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.GrantIssuer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all requests of one job share.
 *
 * @param provider id of the store's provider, for errors
 * @param downloads limits how many ranges are read at once
 * @param uploads limits how many parts are sent at once
 */
record GrantedTransfer(
        String provider,
        GrantIssuer issuer,
        DownloadGrants grants,
        HttpTransport http,
        Hedging hedging,
        ConcurrencyLimit downloads,
        ConcurrencyLimit uploads,
        RetryPolicy retries)
        implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(GrantedTransfer.class);

    /** Long enough to be renewed rarely, short enough for a stolen grant to be worth little. */
    static final Duration GRANT_LIFETIME = Duration.ofMinutes(15);

    static GrantedTransfer create(
            GrantIssuer issuer, HttpTransport http, TransferLimits limits, Clock clock, RetryPolicy retries) {
        return new GrantedTransfer(
                issuer.providerId(),
                issuer,
                new DownloadGrants(issuer, clock, GRANT_LIFETIME),
                http,
                new Hedging(http, limits.hedgePercent()),
                concurrency(limits),
                concurrency(limits),
                retries);
    }

    private static ConcurrencyLimit concurrency(TransferLimits limits) {
        return new ConcurrencyLimit(limits.minConnections(), limits.maxConnections(), System::nanoTime);
    }

    /**
     * Gets the grant for an object that will be read soon, and opens as many connections as reading begins with. Returns
     * at once; what fails will fail again, and be reported, when the object is read.
     *
     * @return the thread that does it
     */
    Thread prepareDownloads(String key) {
        return DaemonThreads.start("prepare-downloads", () -> {
            try {
                http.connect(grants.request(key).uri(), downloads.limit());
            } catch (IOException | RuntimeException repeatedByTheRead) {
                LOGGER.debug("Not prepared to read {}: {}", key, repeatedByTheRead.toString());
            }
        });
    }

    @Override
    public void close() {
        hedging.close();
    }
}
