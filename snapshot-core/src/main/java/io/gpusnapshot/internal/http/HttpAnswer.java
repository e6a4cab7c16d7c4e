package io.gpusnapshot.internal.http;

import java.time.Duration;
import java.util.Optional;

/**
 * What a server said, apart from the body of a success.
 *
 * @param status HTTP status
 * @param retryAfter how long it asks to be left alone
 * @param entityTag {@code ETag}, without quotes
 * @param errorCode the store's own code, if the status is an error and the body names one
 */
public record HttpAnswer(
        int status, Optional<Duration> retryAfter, Optional<String> entityTag, Optional<String> errorCode) {
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Status and code, for messages. */
    @Override
    public String toString() {
        return "HTTP " + status + errorCode.map(code -> " " + code).orElse("");
    }
}
