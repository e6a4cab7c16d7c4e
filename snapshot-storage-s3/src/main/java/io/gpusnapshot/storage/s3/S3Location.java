package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.StorageConfig;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Where a bucket is, and how it is spoken to.
 *
 * @param providerId {@code s3}, {@code r2} or {@code wasabi}
 * @param endpoint address of the store, where it is not Amazon's own
 * @param region what signatures name
 * @param regionMayBeWrong whether nobody said that the bucket is in this region
 * @param pathStyle whether the bucket's name goes into the path, not in front of the host
 * @param conditionalPuts whether the store promises to heed {@code If-None-Match} on puts
 */
record S3Location(
        String providerId,
        String bucket,
        Optional<URI> endpoint,
        String region,
        boolean regionMayBeWrong,
        boolean pathStyle,
        boolean conditionalPuts) {
    private static final String DEFAULT_REGION = "us-east-1";

    /**
     * Stores whose documents promise that they heed conditions: <a
     * href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html">S3</a>, <a
     * href="https://developers.cloudflare.com/r2/api/s3/conditional-operations/">R2</a>. Others may ignore the header,
     * as Google's does.
     */
    private static final List<String> CONDITIONAL =
            List.of(".amazonaws.com", ".amazonaws.com.cn", ".r2.cloudflarestorage.com");

    /** @throws IllegalArgumentException if the configuration does not say where the bucket is */
    static S3Location of(StorageConfig config) {
        return switch (config.providerId()) {
            case StorageConfig.S3 -> config.endpoint().isPresent() ? other(config, DEFAULT_REGION) : amazon(config);
            case StorageConfig.R2 -> other(requireR2(config), "auto");
            case StorageConfig.WASABI -> other(withWasabi(config), DEFAULT_REGION);
            default -> throw new IllegalArgumentException("\"" + config.providerId() + "\" is not served here");
        };
    }

    private static S3Location amazon(StorageConfig config) {
        return new S3Location(
                StorageConfig.S3,
                config.bucket(),
                Optional.empty(),
                config.region().orElse(DEFAULT_REGION),
                config.region().isEmpty(),
                false,
                true);
    }

    private static StorageConfig requireR2(StorageConfig config) {
        if (config.endpoint().isEmpty()) {
            throw new IllegalArgumentException("Where " + config + " is depends on the Cloudflare account: set"
                    + " R2_ACCOUNT_ID, or give the endpoint https://ACCOUNT_ID.r2.cloudflarestorage.com");
        }
        return config;
    }

    private static StorageConfig withWasabi(StorageConfig config) {
        if (config.endpoint().isPresent()) {
            return config;
        }
        String region = config.region()
                .orElseThrow(
                        () -> new IllegalArgumentException("Where " + config + " is depends on the bucket's region:"
                                + " set WASABI_REGION, or add ?region=NAME, for example eu-central-1"));
        return config.withEndpoint(S3Endpoints.wasabi(region));
    }

    /** A host that begins with the bucket's name stands for virtual hosts; the SDK puts the name there by itself. */
    private static S3Location other(StorageConfig config, String defaultRegion) {
        String given = config.endpoint().orElseThrow();
        String bucketInHost = "://" + config.bucket() + ".";
        boolean pathStyle = !given.contains(bucketInHost);
        URI endpoint = URI.create(given.replace(bucketInHost, "://"));
        return new S3Location(
                config.providerId(),
                config.bucket(),
                Optional.of(endpoint),
                config.region().orElse(defaultRegion),
                false,
                pathStyle,
                CONDITIONAL.stream().anyMatch(endpoint.getHost()::endsWith));
    }

    S3Location withRegion(String found) {
        return new S3Location(providerId, bucket, endpoint, found, false, pathStyle, conditionalPuts);
    }

    S3Location withConditionalPuts(boolean promised) {
        return new S3Location(providerId, bucket, endpoint, region, regionMayBeWrong, pathStyle, promised);
    }

    /** The store, as users know it. */
    String place() {
        return providerId + "://" + bucket;
    }
}
