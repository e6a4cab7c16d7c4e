package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.StorageRequestException;
import java.io.IOException;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A bucket, and the vendor's client for it.
 *
 * @param credentials what calls and grants are signed with
 */
record S3Bucket(S3Location location, AwsCredentialsProvider credentials, S3Calls calls, S3Retries retries)
        implements AutoCloseable {
    /**
     * Opens a bucket, after a look that shows whether it is there and the keys are good. Keys that may not list are let
     * through, since there is much that they may do.
     *
     * @param prefix what the look is limited to
     */
    static S3Bucket open(S3Location location, S3Credentials credentials, S3Retries retries, String prefix)
            throws IOException {
        S3Bucket bucket = connect(location, credentials, retries);
        try {
            Optional<String> region = bucket.look(prefix);
            if (region.isEmpty()) {
                return bucket;
            }
            bucket.close();
            return open(location.withRegion(region.get()), credentials, retries, prefix);
        } catch (IOException | RuntimeException failed) {
            bucket.close();
            throw failed;
        }
    }

    private static S3Bucket connect(S3Location location, S3Credentials credentials, S3Retries retries) {
        AwsCredentialsProvider keys = credentials.open();
        S3Errors errors = new S3Errors(location.providerId(), location.place());
        S3Client client = client(location, keys, retries);
        return new S3Bucket(location, keys, new S3Calls(client, errors), retries);
    }

    /** What the environment says of endpoints is meant for Amazon. */
    private static S3Client client(S3Location location, AwsCredentialsProvider keys, S3Retries retries) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(location.region()))
                .credentialsProvider(keys)
                .httpClient(new QuietHttpClient())
                .putAuthScheme(new S3Signer())
                // Stores that are not Amazon's know neither its new checksums nor their trailers.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .addPlugin(LegacyMd5Plugin.create())
                .serviceConfiguration(settings(location))
                .overrideConfiguration(
                        configuration -> configuration.retryStrategy(retries.strategy(S3Errors::isWorthRepeating)));
        location.endpoint()
                .ifPresent(endpoint ->
                        builder.endpointOverride(endpoint).fipsEnabled(false).dualstackEnabled(false));
        return builder.build();
    }

    private static S3Configuration settings(S3Location location) {
        return S3Configuration.builder()
                .pathStyleAccessEnabled(location.pathStyle())
                .chunkedEncodingEnabled(false)
                .expectContinueEnabled(false)
                .build();
    }

    /** Lists, since answers to other requests for a bucket have no body that would tell what is wrong. */
    private Optional<String> look(String prefix) throws IOException {
        return calls.run(S3Action.FIND_BUCKET, prefix.isEmpty() ? location.bucket() : prefix, client -> {
            try {
                requireListing(client.listObjectsV2(request ->
                        request.bucket(location.bucket()).prefix(prefix).maxKeys(1)));
                return Optional.empty();
            } catch (S3Exception refused) {
                if (S3Errors.code(refused).equals("AccessDenied")) {
                    return Optional.empty();
                }
                return Optional.of(S3Errors.regionElsewhere(refused)
                        .filter(region -> location.regionMayBeWrong())
                        .orElseThrow(() -> refused));
            }
        });
    }

    /** Whatever a web server says, the vendor's client makes a listing of it, if an empty one. */
    private void requireListing(ListObjectsV2Response answer) throws StorageRequestException {
        if (answer.name() == null) {
            throw new StorageRequestException(
                    location.providerId(),
                    location.bucket(),
                    "Cannot list " + location.place()
                            + ": the answer is no listing, so this is not S3; check the endpoint",
                    null);
        }
    }

    String name() {
        return location.bucket();
    }

    @Override
    public void close() {
        calls.close();
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
