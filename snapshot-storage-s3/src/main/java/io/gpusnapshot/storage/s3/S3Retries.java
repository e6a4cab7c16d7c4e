package io.gpusnapshot.storage.s3;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * How often a call is repeated, and after what pauses: random ones below a bound that doubles, so that many clients do
 * not come back at once.
 *
 * @param failed pauses after failures
 * @param throttled pauses when the store asks for less
 */
record S3Retries(BackoffStrategy failed, BackoffStrategy throttled) {
    static final int MAX_ATTEMPTS = 6;

    private static final Duration MAX_PAUSE = Duration.ofSeconds(20);

    static final S3Retries JITTERED = new S3Retries(
            BackoffStrategy.exponentialDelay(Duration.ofMillis(100), MAX_PAUSE),
            BackoffStrategy.exponentialDelay(Duration.ofSeconds(1), MAX_PAUSE));

    /** For tests. */
    static final S3Retries IMMEDIATE =
            new S3Retries(BackoffStrategy.retryImmediately(), BackoffStrategy.retryImmediately());

    /** What the vendor's SDK does about failures, those added that it takes for final. */
    StandardRetryStrategy strategy(Predicate<Throwable> alsoRetryable) {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(MAX_ATTEMPTS)
                .backoffStrategy(failed)
                .throttlingBackoffStrategy(throttled)
                .retryOnException(alsoRetryable)
                .build();
    }

    /** Waits before another attempt. */
    void pause(int attemptsSoFar) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(failed.computeDelay(attemptsSoFar).toNanos());
    }
}
