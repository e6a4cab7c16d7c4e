package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Buckets. */
final class BucketCalls {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{6,63}");
    private static final Set<String> TYPES = Set.of(BucketSettings.PUBLIC, BucketSettings.PRIVATE);

    private final Services services;

    BucketCalls(Services services) {
        this.services = services;
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.CREATE_BUCKET, this::create);
        handlers.put(Operation.LIST_BUCKETS, this::list);
        handlers.put(Operation.UPDATE_BUCKET, this::update);
        handlers.put(Operation.DELETE_BUCKET, this::delete);
    }

    private Reply create(Call call) throws ApiException, IOException {
        services.access().require(call, Capability.WRITE_BUCKETS);
        Params params = call.params();
        checkAccount(params);
        String name = params.text("bucketName");
        if (!NAME.matcher(name).matches() || name.startsWith("b2-")) {
            throw ApiException.badRequest("Invalid bucket name: " + name);
        }
        BucketSettings settings = new BucketSettings(
                name,
                type(params.text("bucketType")),
                params.textMap("bucketInfo"),
                params.list("corsRules"),
                params.list("lifecycleRules"),
                1);
        return reply(services.account().createBucket(settings));
    }

    /** A key that is limited to buckets has to name the one it wants to hear of. */
    private Reply list(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.LIST_BUCKETS);
        Params params = call.params();
        checkAccount(params);
        Optional<String> id = params.optionalText("bucketId");
        Optional<String> name = params.optionalText("bucketName");
        if (key.isLimitedToBuckets() && id.isEmpty() && name.isEmpty()) {
            throw ApiException.unauthorized("The key is limited to buckets: name one of them");
        }
        List<Object> rows = new ArrayList<>();
        for (Bucket bucket : services.account().buckets()) {
            if (id.orElse(bucket.id()).equals(bucket.id())
                    && name.orElse(bucket.settings().name())
                            .equals(bucket.settings().name())
                    && isWanted(bucket, params.texts("bucketTypes"))) {
                Access.requireBucket(key, bucket.id());
                rows.add(Shapes.bucket(services.account().id(), bucket));
            }
        }
        if (rows.isEmpty() && key.isLimitedToBuckets()) {
            throw ApiException.unauthorized("The key is limited to other buckets");
        }
        return Reply.json(Json.object("buckets", rows));
    }

    private Reply update(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_BUCKETS);
        Params params = call.params();
        checkAccount(params);
        Bucket bucket = services.bucket(key, params.text("bucketId"));
        synchronized (bucket) {
            BucketSettings before = bucket.settings();
            if (params.has("ifRevisionIs") && params.number("ifRevisionIs", 1, Long.MAX_VALUE) != before.revision()) {
                throw new ApiException(409, "conflict", "The bucket is at revision " + before.revision());
            }
            bucket.configure(new BucketSettings(
                    before.name(),
                    type(params.optionalText("bucketType").orElse(before.type())),
                    params.has("bucketInfo") ? params.textMap("bucketInfo") : before.info(),
                    params.has("corsRules") ? params.list("corsRules") : before.corsRules(),
                    params.has("lifecycleRules") ? params.list("lifecycleRules") : before.lifecycleRules(),
                    before.revision() + 1));
        }
        return reply(bucket);
    }

    private Reply delete(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.DELETE_BUCKETS);
        checkAccount(call.params());
        Bucket bucket = services.bucket(key, call.params().text("bucketId"));
        services.account().deleteBucket(bucket);
        return reply(bucket);
    }

    private Reply reply(Bucket bucket) {
        return Reply.json(Shapes.bucket(services.account().id(), bucket));
    }

    private void checkAccount(Params params) throws ApiException {
        if (!params.text("accountId").equals(services.account().id())) {
            throw ApiException.unauthorized("The accountId is not the one of the token");
        }
    }

    private static String type(String type) throws ApiException {
        if (!TYPES.contains(type)) {
            throw ApiException.badRequest("Invalid bucketType: " + type);
        }
        return type;
    }

    private static boolean isWanted(Bucket bucket, List<String> types) {
        return types.isEmpty()
                || types.contains("all")
                || types.contains(bucket.settings().type());
    }
}
