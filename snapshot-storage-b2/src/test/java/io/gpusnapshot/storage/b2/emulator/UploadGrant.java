package io.gpusnapshot.storage.b2.emulator;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An upload URL with its token. One upload at a time, and none any more once it has answered 5xx or 408: the pod behind
 * it is full or gone, so clients have to get another. Thread-safe.
 */
final class UploadGrant {
    private final ApplicationKey key;
    private final String target;
    private final String urlId;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean broken;

    /**
     * @param target the bucket, or the large file
     * @param urlId the last segment of the URL, which the token goes with
     */
    UploadGrant(ApplicationKey key, String target, String urlId) {
        this.key = key;
        this.target = target;
        this.urlId = urlId;
    }

    ApplicationKey key() {
        return key;
    }

    String target() {
        return target;
    }

    void begin(Call call) throws ApiException {
        if (call.target().size() != 2
                || !call.target().get(0).equals(target)
                || !call.target().get(1).equals(urlId)) {
            throw ApiException.badToken();
        }
        if (broken) {
            throw new ApiException(503, "service_unavailable", "This upload URL takes no more files: get another");
        }
        if (!busy.compareAndSet(false, true)) {
            throw new ApiException(400, "auth_token_limit", "The upload token is in use by another upload");
        }
    }

    void end() {
        busy.set(false);
    }

    void breakDown() {
        broken = true;
    }
}
