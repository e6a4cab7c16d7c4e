package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies of files, and of parts of them, within the store. */
final class CopyCalls {
    private static final long MAX_BYTES = 5L * 1024 * 1024 * 1024;
    private static final int MAX_PARTS = 10_000;

    private final Services services;

    CopyCalls(Services services) {
        this.services = services;
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.COPY_FILE, this::copyFile);
        handlers.put(Operation.COPY_PART, this::copyPart);
    }

    private Reply copyFile(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        Params params = call.params();
        Account.Location source = source(key, params);
        FileVersion.Details details = details(params, source.version());
        Access.requireName(key, details.name());
        Optional<String> bucketId = params.optionalText("destinationBucketId");
        Bucket destination =
                services.bucket(key, bucketId.orElse(source.bucket().id()));
        FileVersion copy = destination.add(details, copy(params, source.version()), services.now());
        Map<String, @Nullable Object> reply =
                Shapes.file(services.account().id(), new Account.Location(destination, copy));
        // Only this answer calls it so; listings say upload.
        reply.put("action", "copy");
        return Reply.json(reply);
    }

    private Reply copyPart(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        Params params = call.params();
        Account.Location source = source(key, params);
        Account.Location target = services.largeFile(key, params.text("largeFileId"));
        int number = (int) params.number("partNumber", 1, MAX_PARTS);
        String fileId = target.version().fileId();
        LargeFile.Part part = target.bucket().addPart(fileId, number, copy(params, source.version()), services.now());
        return Reply.json(Shapes.part(fileId, part));
    }

    private Account.Location source(ApplicationKey key, Params params) throws ApiException {
        Access.require(key, Capability.READ_FILES);
        Account.Location source = services.file(key, params.text("sourceFileId"));
        if (source.version().action() != FileVersion.Action.UPLOAD) {
            throw ApiException.badRequest("sourceFileId is not an uploaded file");
        }
        return source;
    }

    private static FileVersion.Details details(Params params, FileVersion source) throws ApiException {
        String name = params.text("fileName");
        String directive = params.optionalText("metadataDirective").orElse("COPY");
        switch (directive) {
            case "COPY" -> {
                if (params.has("contentType") || params.has("fileInfo")) {
                    throw ApiException.badRequest("contentType and fileInfo need the metadataDirective REPLACE");
                }
                return UploadDetails.of(
                        name, source.details().contentType(), source.details().info());
            }
            case "REPLACE" -> {
                return UploadDetails.of(name, params.text("contentType"), params.textMap("fileInfo"));
            }
            default -> throw ApiException.badRequest("Invalid metadataDirective: " + directive);
        }
    }

    private Body copy(Params params, FileVersion source) throws ApiException, IOException {
        long size = source.content().length();
        ByteRange range = range(params, size);
        if (range.length() > MAX_BYTES) {
            throw ApiException.badRequest("Copy source too big: " + range.length());
        }
        return services.receiver().copy(source.content(), range);
    }

    private static ByteRange range(Params params, long size) throws ApiException {
        Optional<String> header = params.optionalText("range");
        if (header.isEmpty()) {
            return ByteRange.all(size);
        }
        return ByteRange.parse(header.get(), size)
                .orElseThrow(() -> ApiException.badRequest("Invalid range: " + header.get()));
    }
}
