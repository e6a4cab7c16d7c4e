package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Presigned requests, each for one object.
 *
 * <p>Downloads: a GET of one object, any range. Uploads: a PUT of one <em>part</em> of a multipart upload, with its length
 * among what is signed. Nobody sees anything until the holder of the key completes the upload with the ETag of every part
 * that was meant, so a stolen grant can neither show nor hide nor replace an object. A presigned PUT of the whole object
 * would let a thief put whatever he likes under the key for as long as it lasts, without anybody noticing.
 */
final class S3GrantIssuer implements GrantIssuer {
    /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
    private static final Duration MAX_LIFETIME = Duration.ofDays(7);

    private final S3Bucket bucket;
    private final S3Uploads uploads;
    private final Clock clock;

    S3GrantIssuer(S3Bucket bucket, S3Uploads uploads, Clock clock) {
        this.bucket = bucket;
        this.uploads = uploads;
        this.clock = clock;
    }

    @Override
    public String providerId() {
        return bucket.location().providerId();
    }

    @Override
    public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) throws IOException {
        List<DownloadGrant> grants = new ArrayList<>();
        for (String key : keys) {
            grants.add(grantDownload(key, lifetime));
        }
        return grants;
    }

    @Override
    public DownloadGrant grantDownload(String key, Duration lifetime) throws IOException {
        GrantedRequest request =
                presign(S3Action.GRANT_DOWNLOAD, key, lifetime, builder -> builder.method(SdkHttpMethod.GET));
        return new DownloadGrant(key, false, request.uri(), request.headers(), request.expiresAt());
    }

    @Override
    public UploadTicket openUpload(String key, long lengthBytes) throws IOException {
        return uploads.open(key, lengthBytes);
    }

    @Override
    public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) throws IOException {
        long length = ticket.parts().get(number - 1).length();
        return presign(
                S3Action.GRANT_UPLOAD,
                ticket.key(),
                lifetime,
                builder -> builder.method(SdkHttpMethod.PUT)
                        .putHeader("Content-Length", Long.toString(length))
                        .putRawQueryParameter("partNumber", Integer.toString(number))
                        .putRawQueryParameter("uploadId", S3Uploads.uploadId(ticket)));
    }

    private GrantedRequest presign(
            S3Action action, String key, Duration lifetime, UnaryOperator<SdkHttpRequest.Builder> details)
            throws IOException {
        return bucket.calls().run(action, key, client -> {
            AwsCredentials keys = bucket.credentials().resolveCredentials();
            Instant now = clock.instant();
            Duration duration = duration(key, lifetime, now, keys.expirationTime());
            SdkHttpRequest.Builder request = SdkHttpRequest.builder().uri(address(client, key));
            S3Signature signature = new S3Signature(keys, bucket.location().region(), now);
            return granted(S3Signer.presign(details.apply(request).build(), signature, duration), now.plus(duration));
        });
    }

    private URI address(S3Client client, String key) {
        try {
            return client.utilities()
                    .getUrl(request -> request.bucket(bucket.name()).key(key))
                    .toURI();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("the SDK made an address that is none", impossible);
        }
    }

    /** A grant is worth nothing once the session ends whose keys have signed it. */
    private Duration duration(String key, Duration lifetime, Instant now, Optional<Instant> sessionEnd)
            throws StorageAccessException {
        Duration left = sessionEnd.map(end -> Duration.between(now, end)).orElse(MAX_LIFETIME);
        Duration shortest = lifetime.compareTo(left) < 0 ? lifetime : left;
        Duration duration = Duration.ofSeconds(Math.min(shortest.toSeconds(), MAX_LIFETIME.toSeconds()));
        if (duration.isZero() || duration.isNegative()) {
            throw new StorageAccessException(
                    providerId(),
                    key,
                    "Cannot grant access to \"" + key + "\" in "
                            + bucket.location().place() + ": the session of the keys is over; renew the session token",
                    null);
        }
        return duration;
    }

    private static GrantedRequest granted(SdkHttpRequest presigned, Instant expiresAt) {
        String method = presigned.method().name();
        return new GrantedRequest(
                method,
                presigned.getUri(),
                // Those that are signed are what clients send by themselves.
                Map.of(),
                method.equals("PUT") ? Optional.of(GrantedRequest.CONTENT_MD5) : Optional.empty(),
                expiresAt);
    }

    @Override
    public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) throws IOException {
        return uploads.complete(ticket, parts);
    }

    @Override
    public void abandonUpload(UploadTicket ticket) throws IOException {
        uploads.abandon(ticket.key(), S3Uploads.uploadId(ticket));
    }

    @Override
    public int abandonUploads(String keyPrefix, Instant openedBefore) throws IOException {
        return uploads.abandonAll(keyPrefix, openedBefore);
    }

    @Override
    public long minUploadBytes() {
        return 1;
    }
}
