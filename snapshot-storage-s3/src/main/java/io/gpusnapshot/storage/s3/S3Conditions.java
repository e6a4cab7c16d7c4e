package io.gpusnapshot.storage.s3;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Whether a store heeds {@code If-None-Match: *} on puts. If its documents do not promise it, it is found out when it first
 * matters: a store that heeds it refuses to put a second time an object that was made for this.
 */
final class S3Conditions {
    private static final Logger LOGGER = LoggerFactory.getLogger(S3Conditions.class);
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_IMPLEMENTED = 501;
    private static final Set<String> NOT_UNDERSTOOD = Set.of("NotImplemented", "InvalidArgument", "InvalidRequest");
    private static final RequestBody CONTENT = RequestBody.fromString("probe");

    private final S3Bucket bucket;
    private final S3Deletes deletes;
    private volatile @Nullable Boolean found;

    S3Conditions(S3Bucket bucket, S3Deletes deletes) {
        this.bucket = bucket;
        this.deletes = deletes;
    }

    /** Whether the store is known to heed them, be it that it promises or that it was tried. */
    boolean areHeeded() {
        return bucket.location().conditionalPuts() || Boolean.TRUE.equals(found);
    }

    /**
     * Tries it unless it is known.
     *
     * @param key what the object of the trial gets its name from, so that it is where this key may put
     */
    synchronized boolean findOut(String key) throws IOException {
        if (found == null && !areHeeded()) {
            found = tryOut(key + ".probe-" + UUID.randomUUID());
        }
        return areHeeded();
    }

    private boolean tryOut(String key) throws IOException {
        boolean heeded = bucket.calls().run(S3Action.PUT, key, client -> {
            client.putObject(put(key).build(), CONTENT);
            return refusesSecond(client, key);
        });
        delete(key);
        if (!heeded) {
            LOGGER.warn(
                    "{} takes no notice of conditions on puts: if two clients make the same repository there at the same"
                            + " moment, both succeed, and one is mistaken. Have one of them make it first",
                    bucket.location().place());
        }
        return heeded;
    }

    private PutObjectRequest.Builder put(String key) {
        return PutObjectRequest.builder().bucket(bucket.name()).key(key);
    }

    private boolean refusesSecond(S3Client client, String key) {
        try {
            client.putObject(put(key).ifNoneMatch("*").build(), CONTENT);
            return false;
        } catch (S3Exception refused) {
            if (refused.statusCode() == PRECONDITION_FAILED) {
                return true;
            }
            if (isNotUnderstood(refused)) {
                return false;
            }
            throw refused;
        }
    }

    private static boolean isNotUnderstood(S3Exception refused) {
        return refused.statusCode() == NOT_IMPLEMENTED || NOT_UNDERSTOOD.contains(S3Errors.code(refused));
    }

    private void delete(String key) {
        try {
            deletes.delete(List.of(key));
        } catch (IOException left) {
            LOGGER.warn("\"{}\" was put to try the store, and is left there: {}", key, left.getMessage());
        }
    }
}
