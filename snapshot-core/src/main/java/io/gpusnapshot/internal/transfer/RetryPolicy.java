package io.gpusnapshot.internal.transfer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How often, and after what pauses, a failed request is sent again. Pauses are random between nothing and a bound that
 * doubles ("full jitter"), so that many workers do not come back at once.
 *
 * @param maxFailures failures in a row at which to give up
 * @param firstBound bound of the first pause
 * @param maxBound bound of all pauses
 * @param longestAsked longest pause to grant a store that asks for one
 */
record RetryPolicy(int maxFailures, Duration firstBound, Duration maxBound, Duration longestAsked, Sleeper sleeper) {
    static final RetryPolicy DEFAULT = new RetryPolicy(
            10,
            Duration.ofMillis(250),
            Duration.ofSeconds(20),
            Duration.ofMinutes(2),
            pause -> TimeUnit.NANOSECONDS.sleep(pause.toNanos()));

    /** For whoever can have the same from somewhere else. */
    static final RetryPolicy IMPATIENT =
            new RetryPolicy(3, DEFAULT.firstBound, Duration.ofSeconds(2), Duration.ofSeconds(5), DEFAULT.sleeper);

    /** Lets time pass. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    /** Failures of one piece of work. Belongs to one thread. */
    final class Failures {
        private int count;

        /** Something has come through: the failures so far were not in a row. */
        void forget() {
            count = 0;
        }

        /**
         * Waits until it is time to try again.
         *
         * @param asked pause that the store asked for
         * @throws IOException {@code failure}, if it is time to give up
         */
        void add(IOException failure, Optional<Duration> asked) throws IOException, InterruptedException {
            count++;
            if (count >= maxFailures
                    || asked.filter(pause -> pause.compareTo(longestAsked) > 0).isPresent()) {
                throw failure;
            }
            sleeper.sleep(asked.orElseGet(this::randomPause));
        }

        private Duration randomPause() {
            long bound = Math.min(maxBound.toNanos(), firstBound.toNanos() << Math.min(count - 1, 20));
            RandomGenerator random = ThreadLocalRandom.current();
            return Duration.ofNanos(random.nextLong(bound + 1));
        }
    }

    Failures newFailures() {
        return new Failures();
    }
}
