package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.B2RetryPolicy;
import com.backblaze.b2.client.exceptions.B2Exception;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Waits a random time below a bound that doubles, so that many clients do not come back at once. For one call. */
final class JitteredRetryPolicy implements B2RetryPolicy {
    private static final int MAX_ATTEMPTS = 6;
    private static final int MAX_WAIT_SECONDS = 16;
    /** A store that asks for more is better reported as unavailable. */
    private static final int MAX_RETRY_AFTER_SECONDS = 120;

    private final RandomGenerator random;
    private final int unitSeconds;

    /**
     * @param unitSeconds bound of the first wait; 0 for no waits at all
     */
    JitteredRetryPolicy(RandomGenerator random, int unitSeconds) {
        this.random = random;
        this.unitSeconds = unitSeconds;
    }

    @Override
    public @Nullable Integer gotRetryableAfterDelay(
            String operation, int attemptsSoFar, long tookMillis, B2Exception failure) {
        if (attemptsSoFar >= MAX_ATTEMPTS) {
            return null;
        }
        Integer asked = failure.getRetryAfterSecondsOrNull();
        if (asked != null) {
            return asked > MAX_RETRY_AFTER_SECONDS ? null : Integer.valueOf(asked * Math.min(unitSeconds, 1));
        }
        int bound = Math.min(MAX_WAIT_SECONDS, unitSeconds << (attemptsSoFar - 1));
        return random.nextInt(bound + 1);
    }

    @Override
    public boolean gotRetryableImmediately(String operation, int attemptsSoFar, long tookMillis, B2Exception failure) {
        return attemptsSoFar < MAX_ATTEMPTS;
    }
}
