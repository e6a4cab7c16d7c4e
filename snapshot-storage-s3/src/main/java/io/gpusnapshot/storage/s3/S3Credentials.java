package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.storage.StorageConfig;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Where the keys of an account come from. Immutable; {@link #toString()} shows no secret. */
public final class S3Credentials {
    private final String description;
    private final Source source;

    /** Makes what the SDK asks for keys; whoever calls it closes what it got. */
    @FunctionalInterface
    private interface Source {
        AwsCredentialsProvider open();
    }

    private S3Credentials(String description, Source source) {
        this.description = description;
        this.source = source;
    }

    /**
     * A pair of keys that stays as it is.
     *
     * @param accessKeyId the key's id, which is no secret
     * @param secretAccessKey the secret
     */
    public static S3Credentials of(String accessKeyId, String secretAccessKey) {
        AwsBasicCredentials keys = AwsBasicCredentials.create(accessKeyId, secretAccessKey);
        return new S3Credentials("key " + keys.accessKeyId(), () -> StaticCredentialsProvider.create(keys));
    }

    /**
     * Keys of a session.
     *
     * @param sessionToken secret too
     * @param expiresAt when the session ends, so that no grant is taken to be good for longer; empty if it is not known
     */
    public static S3Credentials ofSession(
            String accessKeyId, String secretAccessKey, String sessionToken, Optional<Instant> expiresAt) {
        AwsSessionCredentials keys = AwsSessionCredentials.builder()
                .accessKeyId(accessKeyId)
                .secretAccessKey(secretAccessKey)
                .sessionToken(sessionToken)
                .expirationTime(expiresAt.orElse(null))
                .build();
        return new S3Credentials("session key " + accessKeyId, () -> StaticCredentialsProvider.create(keys));
    }

    /**
     * Whatever Amazon's tools would use on this machine, in their order: system properties, the variables {@code AWS_…},
     * a web identity, the profile (which may assume a role), the container's and the instance's role. What ends is
     * renewed.
     */
    public static S3Credentials ofAwsDefaults() {
        return new S3Credentials(
                "AWS default credentials",
                () -> DefaultCredentialsProvider.builder().build());
    }

    /** Like {@link #ofAwsDefaults()}, with a profile of that name. */
    public static S3Credentials ofAwsProfile(String name) {
        return new S3Credentials(
                "AWS profile " + name,
                () -> DefaultCredentialsProvider.builder().profileName(name).build());
    }

    /**
     * Reads {@code R2_ACCESS_KEY_ID}, {@code R2_SECRET_ACCESS_KEY} and perhaps {@code R2_SESSION_TOKEN}, or the same of
     * {@code WASABI_}; for {@code s3}, what {@link #ofAwsDefaults()} says.
     *
     * @throws StorageAccessException if one of them is not set
     */
    public static S3Credentials fromEnvironment(String providerId) throws StorageAccessException {
        return fromEnvironment(providerId, System.getenv());
    }

    static S3Credentials fromEnvironment(String providerId, Map<String, String> variables)
            throws StorageAccessException {
        if (providerId.equals(StorageConfig.S3)) {
            return ofAwsDefaults();
        }
        String vendor = providerId.toUpperCase(Locale.ROOT);
        String id = require(providerId, variables, vendor + "_ACCESS_KEY_ID");
        String secret = require(providerId, variables, vendor + "_SECRET_ACCESS_KEY");
        String token = value(variables, vendor + "_SESSION_TOKEN");
        return token.isEmpty() ? of(id, secret) : ofSession(id, secret, token, Optional.empty());
    }

    private static String require(String providerId, Map<String, String> variables, String name)
            throws StorageAccessException {
        String value = value(variables, name);
        if (value.isEmpty()) {
            throw new StorageAccessException(
                    providerId,
                    "",
                    name + " is not set; set " + variableNames(providerId) + " to a key of the bucket",
                    null);
        }
        return value;
    }

    private static String value(Map<String, String> variables, String name) {
        return variables.getOrDefault(name, "").strip();
    }

    /** The variables that hold the keys of a provider, for errors. */
    static String variableNames(String providerId) {
        String vendor = providerId.equals(StorageConfig.S3) ? "AWS" : providerId.toUpperCase(Locale.ROOT);
        return vendor + "_ACCESS_KEY_ID and " + vendor + "_SECRET_ACCESS_KEY";
    }

    AwsCredentialsProvider open() {
        return source.open();
    }

    @Override
    public String toString() {
        return "S3Credentials[" + description + "]";
    }
}
