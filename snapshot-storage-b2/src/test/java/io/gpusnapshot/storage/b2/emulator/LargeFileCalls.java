package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Large files: begun, looked at, finished or given up. */
final class LargeFileCalls {
    private static final int MAX_ROWS = 1000;
    private static final int MAX_PARTS = 10_000;

    private final Services services;

    LargeFileCalls(Services services) {
        this.services = services;
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.START_LARGE_FILE, this::start);
        handlers.put(Operation.LIST_PARTS, this::listParts);
        handlers.put(Operation.FINISH_LARGE_FILE, this::finish);
        handlers.put(Operation.CANCEL_LARGE_FILE, this::cancel);
    }

    private Reply start(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        Params params = call.params();
        Bucket bucket = services.bucket(key, params.text("bucketId"));
        FileVersion.Details details =
                UploadDetails.of(params.text("fileName"), params.text("contentType"), params.textMap("fileInfo"));
        Access.requireName(key, details.name());
        FileVersion started = bucket.startLargeFile(details, services.now());
        return reply(new Account.Location(bucket, started));
    }

    private Reply listParts(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        Params params = call.params();
        Account.Location file = services.largeFile(key, params.text("fileId"));
        String fileId = file.version().fileId();
        long start = params.number("startPartNumber", 1, 1, MAX_PARTS);
        long max = params.number("maxPartCount", MAX_ROWS, 1, MAX_ROWS);
        List<Object> rows = new ArrayList<>();
        for (LargeFile.Part part : file.bucket().largeFile(fileId).parts()) {
            if (part.number() >= start) {
                if (rows.size() == max) {
                    return Reply.json(Json.object("parts", rows, "nextPartNumber", part.number()));
                }
                rows.add(Shapes.part(fileId, part));
            }
        }
        return Reply.json(Json.object("parts", rows, "nextPartNumber", null));
    }

    private Reply finish(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        Account.Location file = services.largeFile(key, call.params().text("fileId"));
        FileVersion finished = file.bucket()
                .finishLargeFile(
                        file.version().fileId(),
                        call.params().texts("partSha1Array"),
                        services.options().minimumPartSizeBytes());
        return reply(new Account.Location(file.bucket(), finished));
    }

    private Reply cancel(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        Account.Location file = services.largeFile(key, call.params().text("fileId"));
        FileVersion cancelled = file.bucket().cancelLargeFile(file.version().fileId());
        return Reply.json(Json.object(
                "accountId", services.account().id(),
                "bucketId", file.bucket().id(),
                "fileId", cancelled.fileId(),
                "fileName", cancelled.name()));
    }

    private Reply reply(Account.Location location) {
        return Reply.json(Shapes.file(services.account().id(), location));
    }
}
