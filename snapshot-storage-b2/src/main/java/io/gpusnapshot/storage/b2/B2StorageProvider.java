package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.B2ClientConfig;
import com.backblaze.b2.client.B2RetryPolicy;
import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.structures.B2FileVersion;
import com.backblaze.b2.client.structures.B2ListFileNamesRequest;
import com.backblaze.b2.client.webApiHttpClient.B2StorageHttpClientBuilder;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.OpenedObject;
import io.gpusnapshot.storage.PieceChannel;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageCapabilities;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * A bucket of Backblaze B2, by its native API. Objects are files; what is replaced stays as an older version until the
 * object is deleted, which takes all versions along.
 */
public final class B2StorageProvider implements StorageProvider {
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);
    private static final int ADVISED_CONCURRENCY = 16;
    private static final String USER_AGENT = "gpu-snapshot/1";

    private final String place;
    private final B2Calls calls;
    private final B2Bucket bucket;
    private final B2Versions versions;
    private final B2Puts puts;
    private final B2GrantIssuer grants;

    private B2StorageProvider(String place, B2Calls calls, B2Bucket bucket, Clock clock) {
        this.place = place;
        this.calls = calls;
        this.bucket = bucket;
        this.versions = new B2Versions(calls, bucket);
        this.puts = new B2Puts(calls, bucket, versions, place);
        this.grants = new B2GrantIssuer(calls, bucket, clock);
    }

    /**
     * Opens the bucket of a configuration; keys of the provider stand below the configuration's prefix. The application
     * key needs listFiles, readFiles, shareFiles, writeFiles and deleteFiles, and either listBuckets or a limit to this
     * very bucket.
     *
     * @throws io.gpusnapshot.error.StorageAccessException if the key is refused or limited to another bucket
     * @throws io.gpusnapshot.error.StorageRequestException if there is no such bucket
     */
    public static StorageProvider open(StorageConfig config, B2Credentials credentials) throws IOException {
        return open(
                config,
                credentials,
                Clock.systemUTC(),
                () -> new JitteredRetryPolicy(ThreadLocalRandom.current(), 1),
                SILENCE_LIMIT);
    }

    static StorageProvider open(
            StorageConfig config,
            B2Credentials credentials,
            Clock clock,
            Supplier<B2RetryPolicy> retries,
            Duration silenceLimit)
            throws IOException {
        String place = "b2://" + config.bucket();
        B2Calls calls = new B2Calls(client(config, credentials, retries, silenceLimit), retries, new B2Errors(place));
        try {
            B2Bucket bucket = B2Bucket.find(calls, config.bucket());
            return StorageProviders.prefixed(new B2StorageProvider(place, calls, bucket, clock), config.prefix());
        } catch (IOException | RuntimeException failed) {
            calls.close();
            throw failed;
        }
    }

    private static B2StorageClient client(
            StorageConfig config, B2Credentials credentials, Supplier<B2RetryPolicy> retries, Duration silenceLimit) {
        B2ClientConfig.Builder client =
                B2ClientConfig.builder(credentials.keyId(), credentials.applicationKey(), USER_AGENT);
        config.endpoint().ifPresent(client::setMasterUrl);
        boolean plain = config.endpoint().filter(url -> url.startsWith("http:")).isPresent();
        return B2StorageHttpClientBuilder.builder(client.build())
                .setHttpClientFactory(new QuietHttpClients(plain, (int) silenceLimit.toMillis()))
                .setRetryPolicySupplier(retries)
                .build();
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        ObjectKeys.require(key);
        B2FileVersion version = options.ifAbsent() ? puts.ifAbsent(key, content) : puts.replace(key, content);
        return receipt(version);
    }

    static StorageReceipt receipt(B2FileVersion version) {
        return new StorageReceipt(
                version.getContentLength(),
                Optional.of(version.getFileId()),
                Optional.ofNullable(version.getContentSha1()));
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        return PieceChannel.open(key, range, new B2Pieces(calls, bucket.name(), ObjectKeys.require(key)));
    }

    @Override
    public OpenedObject open(String key) throws IOException {
        return PieceChannel.openWhole(this, key, new B2Pieces(calls, bucket.name(), ObjectKeys.require(key)));
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        ObjectKeys.require(key);
        try {
            return Optional.of(
                    object(calls.run("look up", key, client -> client.getFileInfoByName(bucket.name(), key))));
        } catch (ObjectNotFoundException missing) {
            return Optional.empty();
        }
    }

    private static StorageObject object(B2FileVersion version) {
        return new StorageObject(
                version.getFileName(), version.getContentLength(), Instant.ofEpochMilli(version.getUploadTimestamp()));
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        String start = options.startAfter().orElse("");
        // One more than asked shows whether there is a next page, and one more still makes up for the start itself.
        B2ListFileNamesRequest.Builder request = B2ListFileNamesRequest.builder(bucket.id())
                .setPrefix(options.prefix())
                .setMaxFileCount(Math.min(options.limit() + 2, 10_000));
        if (!start.isEmpty()) {
            request.setStartFileName(start);
        }
        return calls.run("list", options.prefix(), client -> {
            List<StorageObject> objects = new ArrayList<>();
            Iterator<B2FileVersion> files = client.fileNames(request.build()).iterator();
            while (files.hasNext()) {
                B2FileVersion file = files.next();
                if (file.getFileName().equals(start)) {
                    continue;
                }
                if (objects.size() == options.limit()) {
                    return new StoragePage(
                            objects, Optional.of(objects.get(objects.size() - 1).key()));
                }
                objects.add(object(file));
            }
            return new StoragePage(objects, Optional.empty());
        });
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        for (String key : keys) {
            ObjectKeys.require(key);
        }
        for (String key : keys) {
            for (B2FileVersion version : versions.of(key)) {
                versions.delete(version);
            }
        }
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return Optional.of(grants);
    }

    @Override
    public StorageCapabilities capabilities() {
        return new StorageCapabilities(false, true, ADVISED_CONCURRENCY);
    }

    @Override
    public void close() {
        calls.close();
    }

    @Override
    public String toString() {
        return place;
    }
}
