package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.contentSources.B2ContentTypes;
import com.backblaze.b2.client.exceptions.B2BadRequestException;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.structures.B2FileVersion;
import com.backblaze.b2.client.structures.B2FinishLargeFileRequest;
import com.backblaze.b2.client.structures.B2GetDownloadAuthorizationRequest;
import com.backblaze.b2.client.structures.B2GetUploadPartUrlRequest;
import com.backblaze.b2.client.structures.B2ListUnfinishedLargeFilesRequest;
import com.backblaze.b2.client.structures.B2StartLargeFileRequest;
import com.backblaze.b2.client.structures.B2UploadPartUrlResponse;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The narrowest grants that Backblaze has.
 *
 * <p>Downloads: an authorization is good for all files whose names begin with a prefix, so all packs of one snapshot are
 * granted together. Uploads: an upload URL would be good for any name in the bucket; the URL of a <em>part</em> is good
 * for one large file, whose name was fixed when it was started, and of which nobody sees anything until it is finished
 * with the SHA-1 of every part.
 */
final class B2GrantIssuer implements GrantIssuer {
    /** Smallest part but the last: https://www.backblaze.com/docs/cloud-storage-large-files. */
    private static final long MIN_PART_BYTES = 5_000_000;

    /**
     * Small enough for packs to be sent over so many connections that it matters less how slow each is (the creates by the
     * size of parts in docs/performance.md).
     */
    private static final long PART_BYTES = 8L << 20;

    /** How long part URLs are good: https://www.backblaze.com/apidocs/b2-get-upload-part-url. */
    private static final Duration PART_URL_LIFETIME = Duration.ofHours(24);

    /** Limits of an authorization: https://www.backblaze.com/apidocs/b2-get-download-authorization. */
    private static final long MAX_AUTHORIZATION_SECONDS = Duration.ofDays(7).toSeconds();

    private final B2Calls calls;
    private final B2Bucket bucket;
    private final Clock clock;

    B2GrantIssuer(B2Calls calls, B2Bucket bucket, Clock clock) {
        this.calls = calls;
        this.bucket = bucket;
        this.clock = clock;
    }

    @Override
    public String providerId() {
        return StorageConfig.B2;
    }

    @Override
    public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) throws IOException {
        TreeSet<String> prefixes = new TreeSet<>();
        for (String key : keys) {
            int slash = key.lastIndexOf('/');
            prefixes.add(slash < 0 ? key : key.substring(0, slash + 1));
        }
        List<DownloadGrant> grants = new ArrayList<>();
        for (String prefix : prefixes) {
            grants.add(grantPrefix(prefix, lifetime));
        }
        return grants;
    }

    /** A name as a prefix: what else begins with it would have to be named after the object. */
    @Override
    public DownloadGrant grantDownload(String key, Duration lifetime) throws IOException {
        return grantPrefix(key, lifetime);
    }

    private DownloadGrant grantPrefix(String prefix, Duration lifetime) throws IOException {
        int seconds = (int) Math.max(1, Math.min(MAX_AUTHORIZATION_SECONDS, lifetime.toSeconds()));
        Instant expiresAt = clock.instant().plusSeconds(seconds);
        B2GetDownloadAuthorizationRequest request = B2GetDownloadAuthorizationRequest.builder(
                        bucket.id(), prefix, seconds)
                .build();
        return calls.run(
                "grant downloads of",
                prefix,
                client -> new DownloadGrant(
                        prefix,
                        prefix.endsWith("/"),
                        URI.create(client.getDownloadByNameUrl(bucket.name(), prefix)),
                        Map.of(
                                "Authorization",
                                client.getDownloadAuthorization(request).getAuthorizationToken()),
                        expiresAt));
    }

    @Override
    public UploadTicket openUpload(String key, long lengthBytes) throws IOException {
        List<ByteRange> parts = parts(lengthBytes);
        B2StartLargeFileRequest request = B2StartLargeFileRequest.builder(
                        bucket.id(), key, B2ContentTypes.APPLICATION_OCTET)
                .build();
        B2FileVersion file = calls.run("open an upload of", key, client -> client.startLargeFile(request));
        return new UploadTicket(key, file.getFileId(), lengthBytes, parts);
    }

    /** Two parts at least, as the vendor demands, and each but the last of the smallest size at least. */
    private List<ByteRange> parts(long lengthBytes) {
        if (lengthBytes < minUploadBytes()) {
            throw new IllegalArgumentException(
                    "lengthBytes must be at least " + minUploadBytes() + ", but is " + lengthBytes);
        }
        long count = Math.max(2, (lengthBytes + PART_BYTES - 1) / PART_BYTES);
        long size = Math.max(MIN_PART_BYTES, (lengthBytes + count - 1) / count);
        List<ByteRange> parts = new ArrayList<>();
        for (long offset = 0; offset < lengthBytes; offset += size) {
            parts.add(new ByteRange(offset, Math.min(size, lengthBytes - offset)));
        }
        return parts;
    }

    @Override
    public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) throws IOException {
        Instant expiresAt = clock.instant().plus(PART_URL_LIFETIME);
        B2UploadPartUrlResponse part = calls.run(
                "grant an upload of",
                ticket.key(),
                client -> client.getUploadPartUrl(
                        B2GetUploadPartUrlRequest.builder(ticket.uploadId()).build()));
        return new GrantedRequest(
                "POST",
                URI.create(part.getUploadUrl()),
                Map.of("Authorization", part.getAuthorizationToken(), "X-Bz-Part-Number", Integer.toString(number)),
                Optional.of("X-Bz-Content-Sha1"),
                expiresAt);
    }

    @Override
    public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) throws IOException {
        List<String> digests =
                parts.stream().map(part -> part.sha1().orElseThrow()).toList();
        B2FinishLargeFileRequest request =
                B2FinishLargeFileRequest.builder(ticket.uploadId(), digests).build();
        B2FileVersion file = calls.run("complete the upload of", ticket.key(), client -> {
            try {
                return client.finishLargeFile(request);
            } catch (B2BadRequestException refused) {
                return finishedBefore(client.getFileInfo(ticket.uploadId()), ticket, refused);
            }
        });
        if (file.getContentLength() != ticket.lengthBytes()) {
            throw mismatch(
                    ticket, "it has " + file.getContentLength() + " bytes instead of " + ticket.lengthBytes(), null);
        }
        return B2StorageProvider.receipt(file);
    }

    /** Finishing may have succeeded with its answer lost; the same call is then refused. */
    private static B2FileVersion finishedBefore(B2FileVersion file, UploadTicket ticket, B2Exception refused)
            throws DataIntegrityException {
        if (!file.isUpload()) {
            throw mismatch(ticket, "Backblaze refuses the parts: " + refused.getMessage(), refused);
        }
        return file;
    }

    private static DataIntegrityException mismatch(UploadTicket ticket, String problem, @Nullable Exception cause) {
        return new DataIntegrityException(
                ticket.key(), 0, "The upload of \"" + ticket.key() + "\" cannot be completed: " + problem, cause);
    }

    @Override
    public void abandonUpload(UploadTicket ticket) throws IOException {
        calls.run("abandon the upload of", ticket.key(), client -> B2Versions.cancel(client, ticket.uploadId()));
    }

    @Override
    public int abandonUploads(String keyPrefix, Instant openedBefore) throws IOException {
        B2ListUnfinishedLargeFilesRequest request = B2ListUnfinishedLargeFilesRequest.builder(bucket.id())
                .setNamePrefix(keyPrefix)
                .build();
        return calls.run("list unfinished uploads of", keyPrefix, client -> {
            int count = 0;
            for (B2FileVersion file : client.unfinishedLargeFiles(request)) {
                if (file.getUploadTimestamp() < openedBefore.toEpochMilli()
                        && B2Versions.cancel(client, file.getFileId())) {
                    count++;
                }
            }
            return count;
        });
    }

    @Override
    public long minUploadBytes() {
        return MIN_PART_BYTES + 1;
    }
}
