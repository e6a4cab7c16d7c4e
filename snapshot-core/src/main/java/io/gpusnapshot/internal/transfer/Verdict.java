package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.http.HttpAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;

/** What to do about the answer to a granted request. */
enum Verdict {
    DONE,
    /** The grant has ended or was withdrawn: ask for another. */
    RENEW,
    /** The store, or the way to it, is out of order: wait, and try again with another grant. */
    RETRY,
    /** The store is asked for too much: wait, and ask for less. */
    THROTTLED,
    /** Trying again would not help. */
    FINAL;

    static Verdict of(Direction direction, HttpAnswer answer) {
        if (answer.isSuccess()) {
            return DONE;
        }
        return switch (answer.status()) {
            case 401 -> RENEW;
            case 403 -> isCapped(answer) ? FINAL : RENEW;
            case 429 -> THROTTLED;
            case 503 -> asksForLess(direction, answer) ? THROTTLED : RETRY;
            case 400 -> ofBadRequest(answer);
            case 408, 500, 502, 504 -> RETRY;
            default -> FINAL;
        };
    }

    private static Verdict ofBadRequest(HttpAnswer answer) {
        return switch (answer.errorCode().orElse("")) {
            // S3 answers so to a slow sender, and to a body that was damaged on its way; Backblaze to an upload address
            // that somebody else is using.
            case "RequestTimeout", "BadDigest", "auth_token_limit" -> RETRY;
            // A grant of S3 ends with the session of whoever issued it.
            case "ExpiredToken" -> RENEW;
            default -> FINAL;
        };
    }

    /** The account's owner has set a limit, such as {@code download_cap_exceeded}, which no other grant gets around. */
    private static boolean isCapped(HttpAnswer answer) {
        return answer.errorCode().filter(code -> code.endsWith("cap_exceeded")).isPresent();
    }

    /**
     * Backblaze answers uploads by 503 when the one machine behind the address is full, and wants another address to be
     * tried at once: https://www.backblaze.com/docs/cloud-storage-integration-checklist. Stores that speak S3 answer so to
     * too many requests: https://www.backblaze.com/docs/cloud-storage-rate-limits.
     */
    private static boolean asksForLess(Direction direction, HttpAnswer answer) {
        return answer.errorCode().filter(code -> code.startsWith("SlowDown")).isPresent()
                || (direction == Direction.DOWN && answer.retryAfter().isPresent());
    }

    /** The error for an answer that is to be reported. */
    static IOException error(String provider, Direction direction, String key, HttpAnswer answer) {
        String what = "Cannot " + direction + " \"" + key + "\": " + answer;
        if (isCapped(answer)) {
            return new StorageRequestException(
                    provider, key, what + "; raise the account's caps, or wait until they start anew", null);
        }
        if (of(direction, answer) == RENEW) {
            return new StorageAccessException(
                    provider,
                    key,
                    what + "; the store refuses a fresh grant, so check what the account's key may do, and the clock",
                    null);
        }
        return switch (answer.status()) {
            case 404 -> new ObjectNotFoundException(provider, key, what + "; there is no such object", null);
            case 416 ->
                new DataIntegrityException(key, 0, what + "; the object is shorter than its manifest says", null);
            default ->
                of(direction, answer) == FINAL
                        ? new StorageRequestException(provider, key, what, null)
                        : new StorageUnavailableException(
                                provider,
                                key,
                                what + "; all retries are spent",
                                answer.retryAfter().orElse(null),
                                null);
        };
    }

    /** The error for an exchange that failed, which may be tried again. */
    static IOException error(String provider, Direction direction, String key, IOException failure)
            throws InterruptedIOException {
        if (failure instanceof InterruptedIOException cancelled
                && Thread.currentThread().isInterrupted()) {
            throw cancelled;
        }
        return new StorageUnavailableException(
                provider,
                key,
                "Cannot " + direction + " \"" + key + "\": " + failure + "; all retries are spent",
                null,
                failure);
    }
}
