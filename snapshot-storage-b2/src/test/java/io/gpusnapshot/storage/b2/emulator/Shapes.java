package io.gpusnapshot.storage.b2.emulator;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How things look in B2's JSON. */
final class Shapes {
    private static final String READABLE = "isClientAuthorizedToRead";

    private Shapes() {}

    static Map<String, @Nullable Object> bucket(String accountId, Bucket bucket) {
        BucketSettings settings = bucket.settings();
        return Json.object(
                "accountId", accountId,
                "bucketId", bucket.id(),
                "bucketName", settings.name(),
                "bucketType", settings.type(),
                "bucketInfo", settings.info(),
                "corsRules", settings.corsRules(),
                "lifecycleRules", settings.lifecycleRules(),
                "defaultServerSideEncryption", readable(Json.object("algorithm", null, "mode", null)),
                "fileLockConfiguration",
                        readable(Json.object(
                                "defaultRetention",
                                Json.object("mode", null, "period", null),
                                "isFileLockEnabled",
                                false)),
                "options", List.of("s3"),
                "revision", settings.revision());
    }

    /** A key without its secret; version 4 of the API knows several buckets a key. */
    static Map<String, @Nullable Object> key(String accountId, ApplicationKey key, int version) {
        Map<String, @Nullable Object> shape = Json.object(
                "accountId", accountId,
                "applicationKeyId", key.keyId(),
                "keyName", key.name(),
                "capabilities", Capability.wireNames(key.capabilities()),
                "expirationTimestamp", key.expires().map(Instant::toEpochMilli).orElse(null),
                "namePrefix", key.namePrefix().orElse(null),
                "options", List.of("s3"));
        if (version >= 4) {
            shape.put("bucketIds", key.isLimitedToBuckets() ? key.bucketIds() : null);
        } else {
            shape.put("bucketId", key.isLimitedToBuckets() ? key.bucketIds().get(0) : null);
        }
        return shape;
    }

    static Map<String, @Nullable Object> file(String accountId, Account.Location location) {
        FileVersion version = location.version();
        Map<String, @Nullable Object> shape = Json.object(
                "accountId", accountId,
                "action", version.action().wireName(),
                "bucketId", location.bucket().id(),
                "contentLength", version.content().length(),
                "contentSha1", version.sha1().orElse(null),
                "contentType", version.details().contentType(),
                "fileId", version.fileId(),
                "fileInfo", version.details().info(),
                "fileName", version.name(),
                "uploadTimestamp", version.uploadedMillis());
        shape.put("fileRetention", readable(Json.object("mode", null, "retainUntilTimestamp", null)));
        shape.put("legalHold", readable(null));
        shape.put("serverSideEncryption", Json.object("algorithm", null, "mode", null));
        return shape;
    }

    /** Lists say the length twice: older clients know it as the size. */
    static Map<String, @Nullable Object> row(String accountId, Bucket bucket, Listing.Row row) {
        Optional<FileVersion> version = row.version();
        if (version.isPresent()) {
            Map<String, @Nullable Object> shape = file(accountId, new Account.Location(bucket, version.get()));
            shape.put("size", version.get().content().length());
            return shape;
        }
        return Json.object(
                "accountId",
                accountId,
                "action",
                "folder",
                "bucketId",
                bucket.id(),
                "contentLength",
                0,
                "contentSha1",
                null,
                "contentType",
                null,
                "fileId",
                null,
                "fileInfo",
                Map.of(),
                "fileName",
                row.name(),
                "size",
                0,
                "uploadTimestamp",
                0);
    }

    static Map<String, @Nullable Object> part(String fileId, LargeFile.Part part) {
        return Json.object(
                "fileId", fileId,
                "partNumber", part.number(),
                "contentLength", part.piece().length(),
                "contentSha1", part.sha1(),
                "uploadTimestamp", part.uploadedMillis());
    }

    private static Map<String, @Nullable Object> readable(@Nullable Object value) {
        return Json.object(READABLE, true, "value", value);
    }
}
