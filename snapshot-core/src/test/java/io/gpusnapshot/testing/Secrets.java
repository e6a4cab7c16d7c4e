package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What must not be seen in any message. */
public final class Secrets {
    /** Part of every address and header that a test grants. */
    public static final String SECRET = "s3cr3t";

    private Secrets() {}

    /** Runs what must fail; returns the failure, after seeing that neither it nor any of its causes tells the secret. */
    public static Throwable failureOf(ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).as("failure").isNotNull();
        requireHidden(failure);
        return failure;
    }

    /** Fails if a failure, or anything it drags along, tells the secret. */
    public static void requireHidden(Throwable failure) {
        Deque<Throwable> left = new ArrayDeque<>();
        left.add(failure);
        while (!left.isEmpty()) {
            Throwable next = left.remove();
            assertThat(String.valueOf(next)).doesNotContain(SECRET);
            left.addAll(Arrays.asList(next.getSuppressed()));
            if (next.getCause() != null) {
                left.add(next.getCause());
            }
        }
    }
}
