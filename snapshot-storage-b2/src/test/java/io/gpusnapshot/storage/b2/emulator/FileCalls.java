package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.util.Map;

/** Single versions of files: looking, hiding, deleting. */
final class FileCalls {
    private final Services services;

    FileCalls(Services services) {
        this.services = services;
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.GET_FILE_INFO, this::info);
        handlers.put(Operation.HIDE_FILE, this::hide);
        handlers.put(Operation.DELETE_FILE_VERSION, this::delete);
    }

    private Reply info(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.READ_FILES);
        return reply(services.file(key, call.params().text("fileId")));
    }

    private Reply hide(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.WRITE_FILES);
        Bucket bucket = services.bucket(key, call.params().text("bucketId"));
        String name = FileNames.check(call.params().text("fileName"));
        Access.requireName(key, name);
        FileVersion newest = bucket.files()
                .newest(name)
                .orElseThrow(() -> new ApiException(400, "no_such_file", "No such file: " + name));
        if (newest.action() == FileVersion.Action.HIDE) {
            throw new ApiException(400, "already_hidden", "File is hidden already: " + name);
        }
        return reply(new Account.Location(bucket, bucket.hide(name, services.now())));
    }

    /** Name and id both have to match, which guards against deleting the wrong thing. */
    private Reply delete(Call call) throws ApiException, IOException {
        ApplicationKey key = services.access().require(call, Capability.DELETE_FILES);
        String name = call.params().text("fileName");
        String fileId = call.params().text("fileId");
        Access.requireName(key, name);
        Account.Location location = services.account()
                .findFile(fileId)
                .filter(found -> found.version().name().equals(name))
                .orElseThrow(() -> notPresent(name, fileId));
        Access.requireBucket(key, location.bucket().id());
        if (!location.bucket().delete(location.version())) {
            throw notPresent(name, fileId);
        }
        return Reply.json(Json.object("fileName", name, "fileId", fileId));
    }

    private static ApiException notPresent(String name, String fileId) {
        return new ApiException(400, "file_not_present", "File not present: " + name + " " + fileId);
    }

    private Reply reply(Account.Location location) {
        return Reply.json(Shapes.file(services.account().id(), location));
    }
}
