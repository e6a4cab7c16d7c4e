package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Looks at objects without reading them. */
final class S3Objects {
    /** Tells what one put or upload has stored, however often it was sent, from what others have. */
    static final String TOKEN_FIELD = "gpusnapshot-put";

    /** Prefixes that no key of ours begins with, and that some stores refuse. */
    private static final Pattern NO_KEYS = Pattern.compile("(?:.*/)?\\.{0,2}/.*");

    private final S3Bucket bucket;

    S3Objects(S3Bucket bucket) {
        this.bucket = bucket;
    }

    StoragePage page(ListOptions options) throws IOException {
        if (NO_KEYS.matcher(options.prefix()).matches()) {
            return new StoragePage(List.of(), Optional.empty());
        }
        return bucket.calls().run(S3Action.LIST, options.prefix(), client -> {
            List<StorageObject> objects = new ArrayList<>();
            String token = null;
            ListObjectsV2Response answer;
            do {
                answer = client.listObjectsV2(request(options, token));
                answer.contents().forEach(found -> objects.add(object(found)));
                token = answer.nextContinuationToken();
                // Stores may answer with an empty page in the middle.
            } while (objects.isEmpty() && isTruncated(answer));
            boolean more = isTruncated(answer);
            return new StoragePage(
                    objects, more ? Optional.of(objects.get(objects.size() - 1).key()) : Optional.empty());
        });
    }

    private ListObjectsV2Request request(ListOptions options, @Nullable String token) {
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(bucket.name())
                .prefix(options.prefix())
                .maxKeys(options.limit());
        if (token == null) {
            options.startAfter().ifPresent(request::startAfter);
        } else {
            request.continuationToken(token);
        }
        return request.build();
    }

    private static boolean isTruncated(ListObjectsV2Response answer) {
        return Boolean.TRUE.equals(answer.isTruncated());
    }

    private static StorageObject object(S3Object found) {
        Instant modified = found.lastModified();
        return new StorageObject(found.key(), found.size(), modified == null ? Instant.EPOCH : modified);
    }

    /**
     * Finds an object by a listing: of all keys that begin with the key, it comes first itself. A HEAD would round the
     * time, and an answer to it cannot say what is wrong.
     */
    Optional<StorageObject> find(String key) throws IOException {
        return bucket.calls().run(S3Action.STAT, key, client -> find(client, key));
    }

    Optional<StorageObject> find(S3Client client, String key) {
        return client
                .listObjectsV2(
                        request -> request.bucket(bucket.name()).prefix(key).maxKeys(1))
                .contents()
                .stream()
                .filter(found -> found.key().equals(key))
                .findFirst()
                .map(S3Objects::object);
    }

    /**
     * What a put or an upload has stored, if it was this one.
     *
     * @param token the put's or upload's own
     */
    Optional<StorageReceipt> own(S3Client client, String key, String token) throws InterruptedException {
        return head(client, key)
                .filter(found -> token.equals(found.metadata().get(TOKEN_FIELD)))
                .map(S3Objects::receipt);
    }

    /** What an object that must be there is like. Where a store shows new objects late, it is given time. */
    Optional<HeadObjectResponse> head(S3Client client, String key) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return Optional.of(client.headObject(
                        request -> request.bucket(bucket.name()).key(key)));
            } catch (S3Exception refused) {
                if (refused.statusCode() != 404) {
                    throw refused;
                }
                if (attempt == S3Retries.MAX_ATTEMPTS) {
                    return Optional.empty();
                }
                bucket.retries().pause(attempt);
            }
        }
    }

    static StorageReceipt receipt(HeadObjectResponse found) {
        return receipt(found.contentLength(), found.versionId(), found.eTag());
    }

    static StorageReceipt receipt(long lengthBytes, @Nullable String version, @Nullable String entityTag) {
        return new StorageReceipt(
                lengthBytes,
                // Buckets without versions have none, or one by this name.
                Optional.ofNullable(version).filter(id -> !id.equals("null")),
                Optional.ofNullable(entityTag).map(tag -> tag.replace("\"", "")));
    }
}
