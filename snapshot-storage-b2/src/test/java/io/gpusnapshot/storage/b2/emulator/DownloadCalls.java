package io.gpusnapshot.storage.b2.emulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Downloads by id and by name, and the tokens that let others download. */
final class DownloadCalls {
    private static final long MAX_VALID_SECONDS = 604_800;

    private final Services services;

    DownloadCalls(Services services) {
        this.services = services;
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.GET_DOWNLOAD_AUTHORIZATION, this::authorize);
        handlers.put(Operation.DOWNLOAD_BY_ID, this::byId);
        handlers.put(Operation.DOWNLOAD_BY_NAME, this::byName);
    }

    private Reply authorize(Call call) throws ApiException {
        ApplicationKey key = services.access().require(call, Capability.SHARE_FILES);
        Params params = call.params();
        Bucket bucket = services.bucket(key, params.text("bucketId"));
        String prefix = params.text("fileNamePrefix");
        Access.requireName(key, prefix);
        Duration validity = Duration.ofSeconds(params.number("validDurationInSeconds", 1, MAX_VALID_SECONDS));
        Access.DownloadGrant grant = new Access.DownloadGrant(bucket.id(), prefix, DownloadHeaders.overrides(params));
        return Reply.json(Json.object(
                "bucketId", bucket.id(),
                "fileNamePrefix", prefix,
                "authorizationToken", services.access().issueDownloadToken(grant, validity)));
    }

    private Reply byId(Call call) throws ApiException {
        String fileId = call.params().text("fileId");
        if (FileIds.bucketId(fileId).isEmpty()) {
            throw ApiException.badRequest("Invalid fileId: " + fileId);
        }
        Optional<Account.Location> found = services.account().findFile(fileId);
        if (found.isEmpty()) {
            requireToken(call);
            throw ApiException.notFound("File with such fileId does not exist: " + fileId);
        }
        checkAccess(call, found.get().bucket(), found.get().version().name());
        return serve(call, found.get().version());
    }

    private Reply byName(Call call) throws ApiException {
        String bucketName = call.target().get(0);
        String fileName = call.target().get(1);
        Optional<Bucket> bucket = services.account().findBucket(bucketName);
        if (bucket.isEmpty()) {
            throw ApiException.notFound("Bucket does not exist: " + bucketName);
        }
        checkAccess(call, bucket.get(), fileName);
        FileVersion version = bucket.get()
                .files()
                .newest(fileName)
                .orElseThrow(() -> ApiException.notFound("File with such name does not exist: " + fileName));
        return serve(call, version);
    }

    /** A public bucket needs no token, but refuses a bad one; without a token nobody changes a file's headers. */
    private void checkAccess(Call call, Bucket bucket, String fileName) throws ApiException {
        Optional<String> token = Access.token(call);
        if (token.isPresent()) {
            checkToken(token.get(), call, bucket, fileName);
        } else if (!bucket.settings().isPublic()
                || !DownloadHeaders.overrides(call.params()).isEmpty()) {
            throw ApiException.unauthorized("An authorization token is needed");
        }
    }

    private void checkToken(String token, Call call, Bucket bucket, String fileName) throws ApiException {
        Optional<ApplicationKey> key = services.access().findKey(token);
        if (key.isPresent()) {
            Access.require(key.get(), Capability.READ_FILES);
            Access.requireBucket(key.get(), bucket.id());
            Access.requireName(key.get(), fileName);
            return;
        }
        Access.DownloadGrant grant = services.access().findDownloadGrant(token).orElseThrow(ApiException::badToken);
        if (call.operation() != Operation.DOWNLOAD_BY_NAME
                || !grant.bucketId().equals(bucket.id())
                || !fileName.startsWith(grant.namePrefix())
                || !DownloadHeaders.overrides(call.params())
                        .entrySet()
                        .containsAll(grant.overrides().entrySet())) {
            throw ApiException.unauthorized("The download authorization does not cover this");
        }
    }

    private void requireToken(Call call) throws ApiException {
        services.access().require(call, Capability.READ_FILES);
    }

    private Reply serve(Call call, FileVersion version) throws ApiException {
        if (version.action() != FileVersion.Action.UPLOAD) {
            throw ApiException.notFound("File is hidden or not finished: " + version.name());
        }
        long size = version.content().length();
        Map<String, String> headers = new LinkedHashMap<>(DownloadHeaders.of(version, call.params()));
        Optional<String> header = call.header("Range");
        Optional<ByteRange> range = header.isEmpty() ? Optional.empty() : ByteRange.parse(header.get(), size);
        if (range.isEmpty() || (range.get().covers(size) && !services.options().wholeRangeIsPartial())) {
            return Reply.file(200, headers, version.content(), ByteRange.all(size));
        }
        headers.put("Content-Range", range.get().contentRange(size));
        return Reply.file(206, headers, version.content(), range.get());
    }
}
