package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Multipart uploads, as the holder of the key sees them: begun, completed, given up. Others send the parts. */
final class S3Uploads {
    private static final Logger LOGGER = LoggerFactory.getLogger(S3Uploads.class);

    /** Small enough for a pack to be sent over several connections, and above the 5 MiB that all stores demand. */
    private static final long PART_BYTES = 16L << 20;

    private static final int MAX_PARTS = 10_000;

    private final S3Bucket bucket;
    private final S3Objects objects;

    S3Uploads(S3Bucket bucket, S3Objects objects) {
        this.bucket = bucket;
        this.objects = objects;
    }

    /**
     * What a ticket's upload id holds.
     *
     * @param token in the metadata of the object to be, by which its upload knows it again
     * @param uploadId the store's own
     */
    private record Id(String token, String uploadId) {
        static Id of(UploadTicket ticket) {
            String[] halves = ticket.uploadId().split("/", 2);
            return new Id(halves[0], halves[1]);
        }

        String text() {
            return token + "/" + uploadId;
        }
    }

    static String uploadId(UploadTicket ticket) {
        return Id.of(ticket).uploadId();
    }

    UploadTicket open(String key, long lengthBytes) throws IOException {
        List<ByteRange> parts = parts(lengthBytes);
        String token = UUID.randomUUID().toString();
        return bucket.calls().run(S3Action.OPEN_UPLOAD, key, client -> {
            String uploadId = client.createMultipartUpload(request -> request.bucket(bucket.name())
                            .key(key)
                            .contentType("application/octet-stream")
                            .metadata(Map.of(S3Objects.TOKEN_FIELD, token)))
                    .uploadId();
            return new UploadTicket(key, new Id(token, uploadId).text(), lengthBytes, parts);
        });
    }

    /** Of one size but for the last, as R2 demands. */
    private static List<ByteRange> parts(long lengthBytes) {
        if (lengthBytes < 1) {
            throw new IllegalArgumentException("lengthBytes must be at least 1, but is " + lengthBytes);
        }
        long size = Math.max(PART_BYTES, (lengthBytes + MAX_PARTS - 1) / MAX_PARTS);
        List<ByteRange> parts = new ArrayList<>();
        for (long offset = 0; offset < lengthBytes; offset += size) {
            parts.add(new ByteRange(offset, Math.min(size, lengthBytes - offset)));
        }
        return parts;
    }

    /**
     * Completes an upload, and looks at what has come of it: completing may have succeeded with its answer lost, so that
     * the next attempt finds no upload.
     */
    StorageReceipt complete(UploadTicket ticket, List<UploadedPart> parts) throws IOException {
        List<CompletedPart> tags = tags(ticket, parts);
        Id id = Id.of(ticket);
        StorageReceipt receipt = bucket.calls().run(S3Action.COMPLETE_UPLOAD, ticket.key(), client -> {
            try {
                client.completeMultipartUpload(request -> request.bucket(bucket.name())
                        .key(ticket.key())
                        .uploadId(id.uploadId())
                        .multipartUpload(upload -> upload.parts(tags)));
            } catch (S3Exception refused) {
                if (!isGone(refused)) {
                    throw refused;
                }
                return objects.own(client, ticket.key(), id.token()).orElseThrow(() -> refused);
            }
            return objects.head(client, ticket.key())
                    .map(S3Objects::receipt)
                    .orElseThrow(() -> mismatch(ticket, "it was completed, but is not there"));
        });
        if (receipt.lengthBytes() != ticket.lengthBytes()) {
            throw mismatch(ticket, "it has " + receipt.lengthBytes() + " bytes instead of " + ticket.lengthBytes());
        }
        return receipt;
    }

    private static boolean isGone(S3Exception refused) {
        return S3Errors.code(refused).equals("NoSuchUpload");
    }

    private List<CompletedPart> tags(UploadTicket ticket, List<UploadedPart> parts) throws IOException {
        List<CompletedPart> tags = new ArrayList<>();
        for (UploadedPart part : parts) {
            String tag = part.entityTag()
                    .orElseThrow(() -> new StorageRequestException(
                            bucket.location().providerId(),
                            ticket.key(),
                            "The store confirmed part " + part.number() + " of \"" + ticket.key()
                                    + "\" without an ETag, so the upload cannot be completed; see what a proxy on the way"
                                    + " takes out",
                            null));
            tags.add(CompletedPart.builder()
                    .partNumber(part.number())
                    .eTag("\"" + tag + "\"")
                    .build());
        }
        return tags;
    }

    private static DataIntegrityException mismatch(UploadTicket ticket, String problem) {
        return new DataIntegrityException(
                ticket.key(), 0, "The upload of \"" + ticket.key() + "\" went wrong: " + problem, null);
    }

    void abandon(String key, String uploadId) throws IOException {
        bucket.calls().run(S3Action.ABANDON_UPLOAD, key, client -> {
            try {
                client.abortMultipartUpload(
                        request -> request.bucket(bucket.name()).key(key).uploadId(uploadId));
            } catch (S3Exception refused) {
                // Completed or abandoned before: either is what is wanted.
                if (!isGone(refused)) {
                    throw refused;
                }
            }
            return key;
        });
    }

    int abandonAll(String keyPrefix, Instant openedBefore) throws IOException {
        List<MultipartUpload> old = new ArrayList<>();
        try {
            bucket.calls().run(S3Action.LIST_UPLOADS, keyPrefix, client -> {
                for (ListMultipartUploadsResponse page : client.listMultipartUploadsPaginator(
                        request -> request.bucket(bucket.name()).prefix(keyPrefix))) {
                    page.uploads().stream()
                            .filter(upload -> upload.initiated().isBefore(openedBefore))
                            .forEach(old::add);
                }
                return old;
            });
        } catch (StorageAccessException notAllowed) {
            LOGGER.warn(
                    "Unfinished uploads may stay and cost: {}. Allow it, or give the bucket a lifecycle rule that aborts"
                            + " incomplete uploads",
                    notAllowed.getMessage());
        }
        for (MultipartUpload upload : old) {
            abandon(upload.key(), upload.uploadId());
        }
        return old.size();
    }
}
