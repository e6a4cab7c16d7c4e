package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.B2ClientConfig;
import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.structures.B2BucketTypes;
import com.backblaze.b2.client.webApiHttpClient.B2StorageHttpClientBuilder;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** An emulator with one bucket, and providers that do not wait between their attempts. */
final class EmulatedBucket implements AutoCloseable {
    static final String NAME = "snapshots";

    /** Longer than any test may take: what waits for it to end fails. */
    private static final Duration SILENCE_LIMIT = Duration.ofHours(1);

    final B2Emulator emulator;
    final String bucketId;
    private final Clock clock;
    private final String host;

    EmulatedBucket(Path root) throws IOException {
        this(root, Clock.systemUTC());
    }

    /** Both sides go by the same clock. */
    EmulatedBucket(Path root, Clock clock) throws IOException {
        this(
                B2Emulator.builder().root(root).clock(clock),
                clock,
                InetAddress.getLoopbackAddress().getHostAddress());
    }

    /**
     * A bucket of any emulator.
     *
     * @param host what clients are to call it
     */
    EmulatedBucket(B2Emulator.Builder builder, Clock clock, String host) throws IOException {
        this.clock = clock;
        this.host = host;
        emulator = builder.start();
        try (B2StorageClient client = client(credentials())) {
            bucketId = client.createBucket(NAME, B2BucketTypes.ALL_PRIVATE).getBucketId();
        } catch (B2Exception failed) {
            throw new IOException(failed);
        }
    }

    B2Credentials credentials() {
        return new B2Credentials(emulator.keyId(), emulator.applicationKey());
    }

    /** A client of the vendor, for what the provider has no business with. */
    B2StorageClient client(B2Credentials credentials) {
        return B2StorageHttpClientBuilder.builder(
                        B2ClientConfig.builder(credentials.keyId(), credentials.applicationKey(), "test")
                                .setMasterUrl(endpoint())
                                .build())
                .setHttpClientFactory(new QuietHttpClients(true, (int) SILENCE_LIMIT.toMillis()))
                .build();
    }

    StorageConfig config() {
        return StorageConfig.bucket(StorageConfig.B2, NAME).withEndpoint(endpoint());
    }

    private String endpoint() {
        return emulator.endpoint().getScheme() + "://" + host + ":"
                + emulator.endpoint().getPort();
    }

    StorageProvider open() throws IOException {
        return open(config(), credentials());
    }

    StorageProvider open(StorageConfig config, B2Credentials credentials) throws IOException {
        return open(config, credentials, clock, SILENCE_LIMIT);
    }

    static StorageProvider open(StorageConfig config, B2Credentials credentials, Clock clock, Duration silenceLimit)
            throws IOException {
        return B2StorageProvider.open(
                config,
                credentials,
                clock,
                () -> new JitteredRetryPolicy(RandomGenerator.of("Random"), 0),
                silenceLimit);
    }

    @Override
    public void close() throws IOException {
        emulator.close();
    }
}
