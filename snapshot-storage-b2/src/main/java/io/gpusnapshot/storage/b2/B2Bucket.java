package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.structures.B2Allowed;
import com.backblaze.b2.client.structures.B2ListBucketsRequest;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;

/**
 * The bucket that a provider works in.
 *
 * @param name its name, which download addresses are made of
 * @param id its id, which most calls want
 */
record B2Bucket(String name, String id) {
    /**
     * Finds a bucket. A key that is limited to one bucket brings its id along, and may not list buckets.
     *
     * @throws StorageAccessException if the key is limited to another bucket
     * @throws StorageRequestException if there is no such bucket
     */
    static B2Bucket find(B2Calls calls, String name) throws IOException {
        B2Allowed allowed = calls.run(
                "authorize for",
                name,
                client -> client.getAccountAuthorization().getAllowed());
        if (allowed != null && allowed.getBucketId() != null && name.equals(allowed.getBucketName())) {
            return new B2Bucket(name, allowed.getBucketId());
        }
        if (allowed != null && allowed.getBucketId() != null) {
            throw new StorageAccessException(
                    StorageConfig.B2,
                    name,
                    "The application key is limited to the bucket \"" + allowed.getBucketName()
                            + "\", but the store is \"" + name + "\"; use a key for that bucket",
                    null);
        }
        return calls
                .run(
                        "find the bucket",
                        name,
                        client -> client.listBuckets(B2ListBucketsRequest.builder(client.getAccountId())
                                .setBucketName(name)
                                .build()))
                .getBuckets()
                .stream()
                .filter(bucket -> bucket.getBucketName().equals(name))
                .findFirst()
                .map(bucket -> new B2Bucket(name, bucket.getBucketId()))
                .orElseThrow(() -> new StorageRequestException(
                        StorageConfig.B2,
                        name,
                        "There is no bucket \"" + name
                                + "\" in this account; create it in the Backblaze console, or correct" + " the name",
                        null));
    }
}
