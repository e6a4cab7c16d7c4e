package io.gpusnapshot.storage.s3;

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
import java.util.Collection;
import java.util.Optional;

/** A bucket of Amazon S3, Cloudflare R2, Wasabi, or of any store that speaks S3. */
public final class S3StorageProvider implements StorageProvider {
    private static final int ADVISED_CONCURRENCY = 16;

    private final S3Bucket bucket;
    private final S3Objects objects;
    private final S3Puts puts;
    private final S3Deletes deletes;
    private final S3Conditions conditions;
    private final S3GrantIssuer grants;

    private S3StorageProvider(S3Bucket bucket, Clock clock) {
        this.bucket = bucket;
        this.objects = new S3Objects(bucket);
        this.deletes = new S3Deletes(bucket);
        this.conditions = new S3Conditions(bucket, deletes);
        this.puts = new S3Puts(bucket, objects, conditions);
        this.grants = new S3GrantIssuer(bucket, new S3Uploads(bucket, objects), clock);
    }

    /**
     * Opens the bucket of a configuration; keys of the provider stand below the configuration's prefix.
     *
     * <p>{@code s3} without an endpoint is Amazon's, and the bucket's region is found out unless it is given. {@code r2}
     * needs an endpoint ({@link S3Endpoints#r2}); {@code wasabi} needs a region or an endpoint. An endpoint whose host
     * begins with the bucket's name and a dot is spoken to by virtual hosts, any other with the bucket in the path.
     *
     * @throws IllegalArgumentException if the configuration does not say where the bucket is
     * @throws io.gpusnapshot.error.StorageAccessException if the keys are refused
     * @throws io.gpusnapshot.error.StorageRequestException if there is no such bucket, or not in this region
     */
    public static StorageProvider open(StorageConfig config, S3Credentials credentials) throws IOException {
        return open(S3Location.of(config), config.prefix(), credentials, Clock.systemUTC(), S3Retries.JITTERED);
    }

    static StorageProvider open(
            S3Location location, String prefix, S3Credentials credentials, Clock clock, S3Retries retries)
            throws IOException {
        String below = prefix.isEmpty() ? "" : prefix + "/";
        S3Bucket bucket = S3Bucket.open(location, credentials, retries, below);
        return StorageProviders.prefixed(new S3StorageProvider(bucket, clock), prefix);
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        ObjectKeys.require(key);
        return options.ifAbsent() ? puts.ifAbsent(key, content) : puts.replace(key, content);
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        return PieceChannel.open(key, range, new S3Pieces(bucket, ObjectKeys.require(key)));
    }

    @Override
    public OpenedObject open(String key) throws IOException {
        return PieceChannel.openWhole(this, key, new S3Pieces(bucket, ObjectKeys.require(key)));
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        return objects.find(ObjectKeys.require(key));
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        return objects.page(options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        for (String key : keys) {
            ObjectKeys.require(key);
        }
        deletes.delete(keys);
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return Optional.of(grants);
    }

    @Override
    public StorageCapabilities capabilities() {
        return new StorageCapabilities(conditions.areHeeded(), true, ADVISED_CONCURRENCY);
    }

    @Override
    public void close() {
        bucket.close();
    }

    @Override
    public String toString() {
        return bucket.location().place();
    }
}
