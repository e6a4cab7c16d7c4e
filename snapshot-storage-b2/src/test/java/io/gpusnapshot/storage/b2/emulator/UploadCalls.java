package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.util.Map;

/** Upload URLs, and the uploads to them. */
final class UploadCalls {
    private static final long MAX_BYTES = 5L * 1024 * 1024 * 1024;
    private static final int MAX_PARTS = 10_000;

    private final Services services;

    UploadCalls(Services services) {
        this.services = services;
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.GET_UPLOAD_URL, this::getUploadUrl);
        handlers.put(Operation.UPLOAD_FILE, this::uploadFile);
        handlers.put(Operation.GET_UPLOAD_PART_URL, this::getUploadPartUrl);
        handlers.put(Operation.UPLOAD_PART, this::uploadPart);
    }

    private Reply getUploadUrl(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        refuseOnRequest(call);
        Bucket bucket = services.bucket(key, call.params().text("bucketId"));
        return newUrl(call, key, Operation.UPLOAD_FILE, "bucketId", bucket.id());
    }

    private Reply getUploadPartUrl(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        refuseOnRequest(call);
        Account.Location file = services.largeFile(key, call.params().text("fileId"));
        return newUrl(call, key, Operation.UPLOAD_PART, "fileId", file.version().fileId());
    }

    private Reply newUrl(Call call, ApplicationKey key, Operation operation, String idName, String id)
            throws ApiException {
        String urlId = "c001_v0001000_" + Account.randomHex(4);
        String url = call.baseUrl(services.options()) + "/b2api/v" + call.version() + "/" + operation.call() + "/" + id
                + "/" + urlId;
        String token = services.access().issueUploadToken(new UploadGrant(key, id, urlId));
        return Reply.json(Json.object(idName, id, "uploadUrl", url, "authorizationToken", token));
    }

    private Reply uploadFile(Call call) throws ApiException, IOException {
        UploadGrant grant = services.access().requireUpload(call);
        grant.begin(call);
        try {
            refuseOnRequest(call);
            FileVersion.Details details = UploadDetails.ofHeaders(call);
            Access.requireName(grant.key(), details.name());
            Bucket bucket = services.account().bucket(grant.target());
            Body body = receive(call);
            FileVersion version = bucket.add(details, body, services.now());
            return Reply.json(Shapes.file(services.account().id(), new Account.Location(bucket, version)));
        } finally {
            grant.end();
        }
    }

    private Reply uploadPart(Call call) throws ApiException, IOException {
        UploadGrant grant = services.access().requireUpload(call);
        grant.begin(call);
        try {
            refuseOnRequest(call);
            int number = partNumber(call);
            Bucket bucket = services.largeFile(grant.key(), grant.target()).bucket();
            LargeFile.Part part = bucket.addPart(grant.target(), number, receive(call), services.now());
            return Reply.json(Shapes.part(grant.target(), part));
        } finally {
            grant.end();
        }
    }

    private Body receive(Call call) throws ApiException, IOException {
        long length = call.body()
                .length()
                .orElseThrow(() -> ApiException.badRequest(
                        "required header Content-Length is missing; chunked transfer is not supported"));
        if (length > MAX_BYTES) {
            throw ApiException.badRequest("Content-Length " + length + " exceeds the maximum of " + MAX_BYTES);
        }
        return services.receiver().receive(call.body().bytes(), length, call.requiredHeader("X-Bz-Content-Sha1"));
    }

    private static int partNumber(Call call) throws ApiException {
        Params headers = new Params(Map.of("partNumber", call.requiredHeader("X-Bz-Part-Number")));
        return (int) headers.number("partNumber", 1, MAX_PARTS);
    }

    /** B2 lets clients try what happens at a cap. */
    private static void refuseOnRequest(Call call) throws ApiException {
        if (call.header("X-Bz-Test-Mode").filter("force_cap_exceeded"::equals).isPresent()) {
            throw new ApiException(403, "cap_exceeded", "Storage cap exceeded on request");
        }
    }
}
