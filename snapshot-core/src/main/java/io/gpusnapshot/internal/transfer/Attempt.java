package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.internal.http.HttpAnswer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * What sending a request once came to.
 *
 * @param problem the error to report if this was the last attempt; empty for a success
 * @param pause how long the store asks to be left alone
 */
record Attempt(Verdict verdict, Optional<IOException> problem, Optional<Duration> pause) {
    static Attempt answered(HttpAnswer answer, String provider, Direction direction, String key) {
        Verdict verdict = Verdict.of(direction, answer);
        Optional<IOException> problem = verdict == Verdict.DONE
                ? Optional.empty()
                : Optional.of(Verdict.error(provider, direction, key, answer));
        return new Attempt(verdict, problem, answer.retryAfter());
    }

    static Attempt broken(IOException failure, String provider, Direction direction, String key)
            throws InterruptedIOException {
        IOException problem = Verdict.error(provider, direction, key, failure);
        return new Attempt(Verdict.RETRY, Optional.of(problem), Optional.empty());
    }
}
