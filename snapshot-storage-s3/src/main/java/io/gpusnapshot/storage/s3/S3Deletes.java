package io.gpusnapshot.storage.s3;

import io.gpusnapshot.error.StorageAccessException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Deletes objects many at a time. In a bucket with versions, which a delete marker in the answer gives away, the older
 * versions go too, and the markers last, so that nothing comes to light again.
 */
final class S3Deletes {
    private static final Logger LOGGER = LoggerFactory.getLogger(S3Deletes.class);
    private static final int BATCH = 1000;

    private final S3Bucket bucket;
    private final AtomicBoolean warned = new AtomicBoolean();

    S3Deletes(S3Bucket bucket) {
        this.bucket = bucket;
    }

    void delete(Collection<String> keys) throws IOException {
        List<ObjectIdentifier> all = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        for (String key : deleteAll(S3Action.DELETE, all)) {
            purge(key);
        }
    }

    /** Deletes objects or versions; returns the keys of which a delete marker is left. */
    private List<String> deleteAll(S3Action action, List<ObjectIdentifier> objects) throws IOException {
        List<String> hidden = new ArrayList<>();
        for (int start = 0; start < objects.size(); start += BATCH) {
            List<ObjectIdentifier> batch = objects.subList(start, Math.min(objects.size(), start + BATCH));
            hidden.addAll(bucket.calls().run(action, batch.get(0).key(), client -> deleteBatch(client, action, batch)));
        }
        return hidden;
    }

    /** Repeats what a busy store left undone, which the vendor's client does not. */
    private List<String> deleteBatch(S3Client client, S3Action action, List<ObjectIdentifier> batch)
            throws IOException, InterruptedException {
        List<String> hidden = new ArrayList<>();
        List<ObjectIdentifier> left = batch;
        for (int attempt = 1; ; attempt++) {
            List<ObjectIdentifier> wanted = left;
            DeleteObjectsResponse answer = client.deleteObjects(
                    request -> request.bucket(bucket.name()).delete(delete -> delete.objects(wanted)));
            answer.deleted().stream()
                    .filter(deleted -> Boolean.TRUE.equals(deleted.deleteMarker()))
                    .map(DeletedObject::key)
                    .forEach(hidden::add);
            if (answer.errors().isEmpty()) {
                return hidden;
            }
            left = repeatable(action, answer.errors(), attempt);
            bucket.retries().pause(attempt);
        }
    }

    private List<ObjectIdentifier> repeatable(S3Action action, List<S3Error> failures, int attempt) throws IOException {
        for (S3Error failure : failures) {
            if (!S3Errors.isBusy(failure.code()) || attempt == S3Retries.MAX_ATTEMPTS) {
                throw bucket.calls().errors().ofOne(action, failure.key(), failure.code(), failure.message());
            }
        }
        return failures.stream()
                .map(failure -> ObjectIdentifier.builder()
                        .key(failure.key())
                        .versionId(failure.versionId())
                        .build())
                .toList();
    }

    private record Versions(List<ObjectIdentifier> uploads, List<ObjectIdentifier> markers) {}

    /** A key that may not do this has deleted the object for everybody's eyes; the rest is a matter of cost. */
    private void purge(String key) throws IOException {
        try {
            Versions versions = bucket.calls().run(S3Action.PURGE, key, client -> versions(client, key));
            deleteAll(S3Action.PURGE, versions.uploads());
            deleteAll(S3Action.PURGE, versions.markers());
        } catch (StorageAccessException notAllowed) {
            if (!warned.getAndSet(true)) {
                LOGGER.warn(
                        "Older versions of deleted objects stay and cost: {}. Allow it, or give the bucket a lifecycle"
                                + " rule that ends noncurrent versions",
                        notAllowed.getMessage());
            }
        }
    }

    private Versions versions(S3Client client, String key) {
        Versions versions = new Versions(new ArrayList<>(), new ArrayList<>());
        for (ListObjectVersionsResponse page : client.listObjectVersionsPaginator(
                request -> request.bucket(bucket.name()).prefix(key))) {
            page.versions().stream()
                    .filter(version -> version.key().equals(key))
                    .map((ObjectVersion version) -> identifier(key, version.versionId()))
                    .forEach(versions.uploads()::add);
            page.deleteMarkers().stream()
                    .filter(marker -> marker.key().equals(key))
                    .map((DeleteMarkerEntry marker) -> identifier(key, marker.versionId()))
                    .forEach(versions.markers()::add);
            // The key itself comes first of all that begin with it.
            boolean past = Stream.concat(
                            page.versions().stream().map(ObjectVersion::key),
                            page.deleteMarkers().stream().map(DeleteMarkerEntry::key))
                    .anyMatch(other -> !other.equals(key));
            if (past) {
                break;
            }
        }
        return versions;
    }

    private static ObjectIdentifier identifier(String key, String versionId) {
        return ObjectIdentifier.builder().key(key).versionId(versionId).build();
    }
}
