package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.http.ApacheHttpTransport;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.StorageProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the way that packs take: by grants where the store issues them, else by the provider. Connections outlive jobs.
 * Thread-safe.
 */
public final class PackStores implements AutoCloseable {
    /** How long nothing may move on a connection before it is given up. */
    private static final Duration INACTIVITY_LIMIT = Duration.ofSeconds(30);

    private final StorageProvider provider;
    private final int parallelism;
    private final TransferLimits limits;
    private final Clock clock;
    private @Nullable HttpTransport transport;

    /**
     * @param parallelism threads that work on content
     * @param limits how many connections to use, and how much may come twice
     */
    public PackStores(StorageProvider provider, int parallelism, TransferLimits limits, Clock clock) {
        this.provider = provider;
        this.parallelism = parallelism;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * The packs as one job sees them.
     *
     * @param store to be used until the session is closed
     */
    public record Session(PackStore store, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** Opens a session for one job; the caller closes it. */
    public Session open() {
        return open(RetryPolicy.DEFAULT);
    }

    /** Opens a session for a job that has other stores to turn to, so that it soon learns when this one fails. */
    public Session openReplica() {
        return open(RetryPolicy.IMPATIENT);
    }

    private Session open(RetryPolicy retries) {
        ProviderPackStore direct = new ProviderPackStore(provider, parallelism);
        Optional<GrantIssuer> issuer = provider.grants();
        if (issuer.isEmpty()) {
            return new Session(direct, () -> {});
        }
        GrantedPackStore granted = new GrantedPackStore(issuer.get(), direct, transport(), limits, clock, retries);
        return new Session(granted, granted::close);
    }

    /**
     * Opens what granted requests are sent by; the caller closes it.
     *
     * @param maxConnections most ranges that are read at once, and most parts that are sent at once
     */
    public static HttpTransport newTransport(int maxConnections) {
        // Reading and sending are limited apart from each other, and a read may be sent twice.
        return new ApacheHttpTransport(2 * maxConnections + 1, INACTIVITY_LIMIT);
    }

    private synchronized HttpTransport transport() {
        HttpTransport open = transport;
        if (open == null) {
            open = newTransport(limits.maxConnections());
            transport = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        if (transport != null) {
            transport.close();
        }
    }
}
