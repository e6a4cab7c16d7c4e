package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final int MAX_FAILURES = 9;

    private final List<Duration> pauses = new ArrayList<>();
    private final RetryPolicy policy = new RetryPolicy(
            MAX_FAILURES, Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(30), pauses::add);
    private final IOException failure = new IOException("broken");

    private void fail(RetryPolicy.Failures failures, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            failures.add(failure, Optional.empty());
        }
    }

    @Test
    void pausesAreRandomBelowABoundThatDoubles() throws Exception {
        int[] bounds = {100, 200, 400, 800, 1600, 2000, 2000, 2000};
        Duration[] longest = new Duration[bounds.length];
        for (int round = 0; round < 300; round++) {
            pauses.clear();
            fail(policy.newFailures(), bounds.length);
            for (int i = 0; i < bounds.length; i++) {
                assertThat(pauses.get(i)).isBetween(Duration.ZERO, Duration.ofMillis(bounds[i]));
                longest[i] = round == 0 || pauses.get(i).compareTo(longest[i]) > 0 ? pauses.get(i) : longest[i];
            }
        }
        for (int i = 0; i < bounds.length; i++) {
            // That 300 pauses all stay in the lower three quarters happens once in 10^37.
            assertThat(longest[i]).isGreaterThan(Duration.ofMillis(bounds[i] * 3L / 4));
        }
    }

    @Test
    void theLastFailureInARowIsThrown() throws Exception {
        RetryPolicy.Failures failures = policy.newFailures();
        fail(failures, MAX_FAILURES - 1);

        assertThatThrownBy(() -> fail(failures, 1)).isSameAs(failure);
        assertThat(pauses).hasSize(MAX_FAILURES - 1);
    }

    @Test
    void failuresThatAreNotInARowDoNotAddUp() throws Exception {
        RetryPolicy.Failures failures = policy.newFailures();
        for (int i = 0; i < 10; i++) {
            fail(failures, MAX_FAILURES - 1);
            failures.forget();
        }
        pauses.clear();
        fail(failures, 1);

        assertThat(pauses.get(0)).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void anAskedPauseReplacesTheRandomOne() throws Exception {
        policy.newFailures().add(failure, Optional.of(Duration.ofSeconds(30)));

        assertThat(pauses).containsExactly(Duration.ofSeconds(30));
    }

    @Test
    void anAskedPauseThatIsTooLongIsNotWaitedFor() {
        assertThatThrownBy(() -> policy.newFailures().add(failure, Optional.of(Duration.ofSeconds(31))))
                .isSameAs(failure);
        assertThat(pauses).isEmpty();
    }

    @Test
    void boundsDoNotOverflow() throws Exception {
        RetryPolicy patient =
                new RetryPolicy(1000, Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofDays(1), pauses::add);
        fail(patient.newFailures(), 999);

        assertThat(pauses).allSatisfy(pause -> assertThat(pause).isBetween(Duration.ZERO, Duration.ofDays(1)));
    }
}
