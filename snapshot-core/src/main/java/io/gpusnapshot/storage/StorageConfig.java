package io.gpusnapshot.storage;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Which store to use, and where in it. Immutable, and free of secrets: account keys come from elsewhere, so that a
 * configuration can be logged, compared and kept. Everything is checked on construction; what is wrong is refused with
 * {@link IllegalArgumentException}.
 *
 * @param providerId one of {@link #PROVIDER_IDS}
 * @param bucket name of the bucket; empty for {@code file}
 * @param prefix what all keys stand below, without a {@code /} at either end; empty for the whole bucket
 * @param endpoint http or https address of the store's API, where it is not the vendor's usual one
 * @param region region of the bucket, where the store has regions
 * @param folder absolute path of the folder; present for {@code file} and for nothing else
 */
public record StorageConfig(
        String providerId,
        String bucket,
        String prefix,
        Optional<String> endpoint,
        Optional<String> region,
        Optional<Path> folder) {
    /** A local folder. */
    public static final String FILE = "file";

    /** Backblaze B2 by its native API. */
    public static final String B2 = "b2";

    /** Amazon S3, or any store that speaks its protocol. */
    public static final String S3 = "s3";

    /** Cloudflare R2. */
    public static final String R2 = "r2";

    /** Wasabi. */
    public static final String WASABI = "wasabi";

    /** All provider ids there are. */
    public static final List<String> PROVIDER_IDS = List.of(B2, FILE, R2, S3, WASABI);

    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

    public StorageConfig {
        requireProvider(providerId);
        if (providerId.equals(FILE)) {
            requireFolder(folder);
            refuseBucketSettings(bucket, prefix, endpoint.or(() -> region));
        } else {
            require(folder.isEmpty(), "A folder goes with the provider \"file\", not with \"" + providerId + "\"");
            requireBucket(providerId, bucket, prefix);
            endpoint.ifPresent(StorageConfig::requireEndpoint);
            region.ifPresent(value -> require(
                    REGION.matcher(value).matches(),
                    "Not a region: \"" + value + "\"; write a name such as eu-central-003"));
        }
    }

    /** A folder of this machine, which is created at the first put. */
    public static StorageConfig file(Path folder) {
        return new StorageConfig(FILE, "", "", Optional.empty(), Optional.empty(), Optional.of(folder));
    }

    /** A whole bucket at the vendor's usual address. */
    public static StorageConfig bucket(String providerId, String bucket) {
        return new StorageConfig(providerId, bucket, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Reads a storage URI: {@code file:///path}, {@code b2://bucket/prefix}, {@code s3://bucket/prefix}, {@code r2://…}
     * or {@code wasabi://…}; those of buckets take the parameters {@code ?endpoint=…&region=…}. Percent escapes stand
     * for bytes, so every path of the file system can be written. Secrets are refused, and never repeated in a message.
     */
    public static StorageConfig parse(String uri) {
        return StorageUris.parse(uri);
    }

    /**
     * Reads the environment: {@code STORAGE_PROVIDER} (default {@code b2}), {@code STORAGE_BUCKET}, {@code
     * STORAGE_PREFIX}, {@code STORAGE_ENDPOINT}, {@code STORAGE_REGION}; for {@code file} only {@code STORAGE_PATH}.
     */
    public static StorageConfig fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /** Like {@link #fromEnvironment()}, from the given variables. Blank ones count as not set. */
    public static StorageConfig fromEnvironment(Map<String, String> variables) {
        String provider = variable(variables, "STORAGE_PROVIDER").orElse(B2);
        requireProvider(provider);
        if (provider.equals(FILE)) {
            return file(Path.of(variable(variables, "STORAGE_PATH")
                    .orElseThrow(() -> new IllegalArgumentException(
                            "STORAGE_PATH is not set; set it to the absolute path of the folder to store in"))));
        }
        String bucket = variable(variables, "STORAGE_BUCKET")
                .orElseThrow(() -> new IllegalArgumentException("STORAGE_BUCKET is not set; set it to the name of the "
                        + provider + " bucket, or set STORAGE_PROVIDER=file and STORAGE_PATH=/a/folder"));
        String prefix = variable(variables, "STORAGE_PREFIX").orElse("");
        return new StorageConfig(
                provider,
                bucket,
                StorageUris.trimSlashes(prefix),
                variable(variables, "STORAGE_ENDPOINT"),
                variable(variables, "STORAGE_REGION"),
                Optional.empty());
    }

    /** A copy with another prefix. */
    public StorageConfig withPrefix(String value) {
        return new StorageConfig(providerId, bucket, value, endpoint, region, folder);
    }

    /** A copy with another address of the store's API. */
    public StorageConfig withEndpoint(String value) {
        return new StorageConfig(providerId, bucket, prefix, Optional.of(value), region, folder);
    }

    /** A copy with another region. */
    public StorageConfig withRegion(String value) {
        return new StorageConfig(providerId, bucket, prefix, endpoint, Optional.of(value), folder);
    }

    /** The URI that {@link #parse} reads back as an equal configuration. It holds no secret. */
    @Override
    public String toString() {
        if (folder.isPresent()) {
            return StorageUris.ofFolder(folder.get());
        }
        StringJoiner parameters = new StringJoiner("&", "?", "").setEmptyValue("");
        endpoint.ifPresent(value -> parameters.add("endpoint=" + StorageUris.encode(value)));
        region.ifPresent(value -> parameters.add("region=" + value));
        return providerId + "://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix) + parameters;
    }

    static void requireProvider(String id) {
        require(
                PROVIDER_IDS.contains(id),
                "Unknown storage provider \"" + id + "\"; use one of " + String.join(", ", PROVIDER_IDS));
    }

    private static void requireFolder(Optional<Path> folder) {
        Path path = folder.orElseThrow(
                () -> new IllegalArgumentException("The provider \"file\" needs a folder; use StorageConfig.file"));
        require(
                path.isAbsolute(),
                "The storage folder \"" + path + "\" is relative; give its absolute path, for example "
                        + path.toAbsolutePath());
    }

    private static void refuseBucketSettings(String bucket, String prefix, Optional<String> other) {
        require(
                bucket.isEmpty() && prefix.isEmpty() && other.isEmpty(),
                "The provider \"file\" takes a folder only: no bucket, prefix, endpoint or region; "
                        + "write the prefix as part of the folder's path");
    }

    private static void requireBucket(String providerId, String bucket, String prefix) {
        require(
                BUCKET.matcher(bucket).matches(),
                "Not a bucket name: \"" + bucket + "\"; write " + providerId
                        + "://bucket/prefix with 2 to 63 letters, digits, \".\", \"_\" or \"-\" as bucket");
        if (!prefix.isEmpty()) {
            ObjectKeys.require(prefix);
        }
    }

    private static void requireEndpoint(String value) {
        require(!value.contains("@"), "The endpoint holds user information; " + StorageUris.NO_SECRETS);
        require(
                !value.contains("?") && !value.contains("#"),
                "The endpoint holds parameters or a fragment; write scheme, host and port only, and mind that "
                        + StorageUris.NO_SECRETS);
        require(
                isWebAddress(value),
                "Not an endpoint: \"" + value + "\"; write it like https://host or http://host:port");
    }

    private static boolean isWebAddress(String value) {
        try {
            URI uri = URI.create(value);
            String scheme = String.valueOf(uri.getScheme());
            return (scheme.equals("https") || scheme.equals("http")) && uri.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<String> variable(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
