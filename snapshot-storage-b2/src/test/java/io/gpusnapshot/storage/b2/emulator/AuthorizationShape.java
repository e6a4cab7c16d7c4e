package io.gpusnapshot.storage.b2.emulator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The three shapes of the answer to {@code b2_authorize_account}: flat, nested, nested with several buckets. */
final class AuthorizationShape {
    private final Services services;

    AuthorizationShape(Services services) {
        this.services = services;
    }

    Map<String, @Nullable Object> of(Call call, ApplicationKey key, String token) throws ApiException {
        Map<String, @Nullable Object> reply =
                Json.object("accountId", services.account().id(), "authorizationToken", token);
        if (call.version() < 3) {
            reply.putAll(addresses(call));
            reply.put("allowed", flatLimits(key));
            return reply;
        }
        Map<String, @Nullable Object> storage = addresses(call);
        storage.put("infoType", "storageApi");
        if (call.version() == 3) {
            storage.putAll(flatLimits(key));
        } else {
            storage.put("allowed", bucketLimits(key));
        }
        reply.put("apiInfo", Json.object("storageApi", storage));
        reply.put(
                "applicationKeyExpirationTimestamp",
                key.expires().map(time -> time.toEpochMilli()).orElse(null));
        return reply;
    }

    private Map<String, @Nullable Object> addresses(Call call) throws ApiException {
        String base = call.baseUrl(services.options());
        EmulatorOptions options = services.options();
        return Json.object(
                "absoluteMinimumPartSize",
                options.minimumPartSizeBytes(),
                "apiUrl",
                base,
                "downloadUrl",
                base,
                "minimumPartSize",
                options.recommendedPartSizeBytes(),
                "recommendedPartSize",
                options.recommendedPartSizeBytes(),
                "s3ApiUrl",
                base);
    }

    private Map<String, @Nullable Object> flatLimits(ApplicationKey key) {
        String bucketId = key.isLimitedToBuckets() ? key.bucketIds().get(0) : null;
        return Json.object(
                "bucketId",
                bucketId,
                "bucketName",
                bucketId == null ? null : bucketName(bucketId),
                "capabilities",
                Capability.wireNames(key.capabilities()),
                "namePrefix",
                key.namePrefix().orElse(null));
    }

    private Map<String, @Nullable Object> bucketLimits(ApplicationKey key) {
        List<Map<String, @Nullable Object>> buckets = key.bucketIds().stream()
                .map(id -> Json.object("id", id, "name", bucketName(id)))
                .toList();
        return Json.object(
                "buckets", key.isLimitedToBuckets() ? buckets : null,
                "capabilities", Capability.wireNames(key.capabilities()),
                "namePrefix", key.namePrefix().orElse(null));
    }

    /** Null for a bucket that was deleted, as in B2. */
    private @Nullable String bucketName(String bucketId) {
        return services.account().buckets().stream()
                .filter(bucket -> bucket.id().equals(bucketId))
                .map(bucket -> bucket.settings().name())
                .findFirst()
                .orElse(null);
    }
}
