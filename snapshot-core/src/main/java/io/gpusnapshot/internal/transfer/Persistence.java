package io.gpusnapshot.internal.transfer;

import java.io.IOException;

/** Decides after each failed attempt at one piece of work whether to go on, and waits if so. Belongs to one thread. */
final class Persistence {
    /** A grant may end or be withdrawn at any time, but a store that refuses fresh ones means it. */
    private static final int MAX_RENEWALS = 3;

    private final ConcurrencyLimit limit;
    private final RetryPolicy.Failures failures;
    private int renewals;

    Persistence(ConcurrencyLimit limit, RetryPolicy retries) {
        this.limit = limit;
        this.failures = retries.newFailures();
    }

    /** Something has come through, so the store is not hopeless. */
    void encourage() {
        failures.forget();
        renewals = 0;
    }

    /**
     * Returns when it is time for another attempt.
     *
     * @throws IOException the attempt's problem, if there is no point in another
     */
    void recover(Attempt attempt) throws IOException, InterruptedException {
        IOException problem = attempt.problem().orElseThrow();
        switch (attempt.verdict()) {
            case DONE -> throw new IllegalArgumentException("nothing failed");
            case FINAL -> throw problem;
            case RENEW -> {
                renewals++;
                if (renewals > MAX_RENEWALS) {
                    throw problem;
                }
            }
            case THROTTLED -> {
                limit.throttled();
                failures.add(problem, attempt.pause());
            }
            case RETRY -> failures.add(problem, attempt.pause());
        }
    }
}
