package io.gpusnapshot.storage.b2.emulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Listings of a bucket's files. */
final class ListCalls {
    private static final int DEFAULT_ROWS = 100;
    private static final int MAX_ROWS = 10_000;
    private static final int MAX_UNFINISHED = 100;

    private final Services services;

    ListCalls(Services services) {
        this.services = services;
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.LIST_FILE_NAMES, this::names);
        handlers.put(Operation.LIST_FILE_VERSIONS, this::versions);
        handlers.put(Operation.LIST_UNFINISHED_LARGE_FILES, this::unfinished);
    }

    private Reply names(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.LIST_FILES);
        Bucket bucket = services.bucket(key, call.params().text("bucketId"));
        String start = call.params().optionalText("startFileName").orElse("");
        Listing listing = Listing.names(bucket.files(), query(call.params(), key, newest(start)));
        return Reply.json(Json.object(
                "files", rows(bucket, listing),
                "nextFileName", listing.next().map(Listing.Row::name).orElse(null)));
    }

    private Reply versions(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.LIST_FILES);
        Params params = call.params();
        Bucket bucket = services.bucket(key, params.text("bucketId"));
        Listing listing = Listing.versions(bucket.files(), query(params, key, start(params)));
        Optional<Listing.Row> next = listing.next();
        return Reply.json(Json.object(
                "files", rows(bucket, listing),
                "nextFileName", next.map(Listing.Row::name).orElse(null),
                "nextFileId",
                        next.flatMap(Listing.Row::version)
                                .map(FileVersion::fileId)
                                .orElse(null)));
    }

    private Reply unfinished(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.LIST_FILES);
        Params params = call.params();
        Bucket bucket = services.bucket(key, params.text("bucketId"));
        String prefix = prefix(params, key, "namePrefix");
        long start = params.has("startFileId") ? sequence(params.text("startFileId")) : 0;
        long max = params.number("maxFileCount", MAX_UNFINISHED, 1, MAX_UNFINISHED);
        List<FileVersion> found = bucket.files().unfinished().stream()
                .filter(version -> version.name().startsWith(prefix) && version.sequence() >= start)
                .sorted(Comparator.comparingLong(FileVersion::sequence))
                .toList();
        List<Object> rows = new ArrayList<>();
        found.stream()
                .limit(max)
                .forEach(version ->
                        rows.add(Shapes.file(services.account().id(), new Account.Location(bucket, version))));
        String next = found.size() > max ? found.get((int) max).fileId() : null;
        return Reply.json(Json.object("files", rows, "nextFileId", next));
    }

    private static Listing.Query query(Params params, ApplicationKey key, FileVersion.Key start) throws ApiException {
        return new Listing.Query(
                start,
                prefix(params, key, "prefix"),
                params.optionalText("delimiter").filter(text -> !text.isEmpty()),
                (int) params.number("maxFileCount", DEFAULT_ROWS, 1, MAX_ROWS));
    }

    private static FileVersion.Key start(Params params) throws ApiException {
        Optional<String> name = params.optionalText("startFileName");
        Optional<String> fileId = params.optionalText("startFileId").filter(text -> !text.isEmpty());
        if (fileId.isEmpty()) {
            return newest(name.orElse(""));
        }
        if (name.isEmpty()) {
            throw ApiException.badRequest("startFileId needs a startFileName");
        }
        return new FileVersion.Key(name.get(), sequence(fileId.get()));
    }

    private static FileVersion.Key newest(String name) {
        return new FileVersion.Key(name, Long.MAX_VALUE);
    }

    private static long sequence(String fileId) throws ApiException {
        return FileIds.sequence(fileId).orElseThrow(() -> ApiException.badRequest("Invalid fileId: " + fileId));
    }

    private static String prefix(Params params, ApplicationKey key, String name) throws ApiException {
        String prefix = params.optionalText(name).orElse("");
        Access.requireName(key, prefix);
        return prefix;
    }

    private List<Object> rows(Bucket bucket, Listing listing) {
        List<Object> rows = new ArrayList<>();
        listing.rows().forEach(row -> rows.add(Shapes.row(services.account().id(), bucket, row)));
        return rows;
    }
}
