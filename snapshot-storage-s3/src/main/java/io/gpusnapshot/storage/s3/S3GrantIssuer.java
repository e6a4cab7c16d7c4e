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
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

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
        GetObjectRequest get =
                GetObjectRequest.builder().bucket(bucket.name()).key(key).build();
        GrantedRequest request = presign(
                S3Action.GRANT_DOWNLOAD,
                key,
                lifetime,
                (presigner, duration) -> presigner.presignGetObject(
                        presign -> presign.signatureDuration(duration).getObjectRequest(get)));
        return new DownloadGrant(key, false, request.uri(), request.headers(), request.expiresAt());
    }

    @Override
    public UploadTicket openUpload(String key, long lengthBytes) throws IOException {
        return uploads.open(key, lengthBytes);
    }

    @Override
    public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) throws IOException {
        UploadPartRequest part = UploadPartRequest.builder()
                .bucket(bucket.name())
                .key(ticket.key())
                .uploadId(S3Uploads.uploadId(ticket))
                .partNumber(number)
                .contentLength(ticket.parts().get(number - 1).length())
                .build();
        return presign(
                S3Action.GRANT_UPLOAD,
                ticket.key(),
                lifetime,
                (presigner, duration) -> presigner.presignUploadPart(
                        presign -> presign.signatureDuration(duration).uploadPartRequest(part)));
    }

    /** Signs one kind of request. */
    @FunctionalInterface
    private interface Signing {
        PresignedRequest sign(S3Presigner presigner, Duration duration);
    }

    private GrantedRequest presign(S3Action action, String key, Duration lifetime, Signing signing) throws IOException {
        return bucket.calls().run(action, key, client -> {
            Instant now = clock.instant();
            Optional<Instant> sessionEnd =
                    bucket.credentials().resolveCredentials().expirationTime();
            Duration duration = duration(key, lifetime, now, sessionEnd);
            return granted(signing.sign(bucket.presigner(), duration), now.plus(duration));
        });
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

    /** Clients send host and length by themselves, and would refuse to send them twice. */
    private static GrantedRequest granted(PresignedRequest presigned, Instant expiresAt) {
        boolean isUpload = presigned.httpRequest().method().name().equals("PUT");
        return new GrantedRequest(
                presigned.httpRequest().method().name(),
                uri(presigned),
                Map.of(),
                isUpload ? Optional.of(GrantedRequest.CONTENT_MD5) : Optional.empty(),
                expiresAt);
    }

    private static URI uri(PresignedRequest presigned) {
        try {
            return presigned.url().toURI();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("the SDK signed an address that is none", impossible);
        }
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
