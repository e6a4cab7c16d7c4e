package io.gpusnapshot.storage.b2.emulator;

import java.time.Duration;
import java.util.Optional;

/** An answer other than success: the status, code and message of B2's error body. */
final class ApiException extends Exception {
    private final int status;
    private final String code;
    private final Optional<Duration> retryAfter;

    ApiException(int status, String code, String message) {
        this(status, code, message, Optional.empty());
    }

    ApiException(int status, String code, String message, Optional<Duration> retryAfter) {
        super(message);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    static ApiException badRequest(String message) {
        return new ApiException(400, "bad_request", message);
    }

    static ApiException badBucketId(String bucketId) {
        return new ApiException(400, "bad_bucket_id", "Bucket " + bucketId + " does not exist");
    }

    static ApiException badToken() {
        return new ApiException(401, "bad_auth_token", "The authorization token is not valid");
    }

    static ApiException unauthorized(String message) {
        return new ApiException(401, "unauthorized", message);
    }

    static ApiException notFound(String message) {
        return new ApiException(404, "not_found", message);
    }

    static ApiException noActiveUpload(String fileId) {
        return badRequest("No active upload for: " + fileId);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
