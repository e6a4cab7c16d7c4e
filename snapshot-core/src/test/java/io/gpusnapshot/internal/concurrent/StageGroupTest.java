package io.gpusnapshot.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageGroupTest {
    private final StageGroup group = new StageGroup("test");
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void forgetInterrupt() {
        Thread.interrupted();
    }

    /** A stage that ends by an interrupt only. */
    private void waitForInterrupt() throws InterruptedException {
        try {
            new CountDownLatch(1).await();
        } finally {
            ended.incrementAndGet();
        }
    }

    @Test
    void everyThreadOfEveryStageRuns() throws IOException {
        Set<String> names = ConcurrentHashMap.newKeySet();
        group.add("one", 3, () -> names.add(Thread.currentThread().getName()));
        group.add("two", 1, () -> names.add(Thread.currentThread().getName()));
        group.await();
        assertThat(names).containsExactlyInAnyOrder("test-one-0", "test-one-1", "test-one-2", "test-two-0");
    }

    @Test
    void theFirstFailureStopsAllAndIsThrown() {
        IOException failure = new IOException("broken");
        group.add("waiting", 3, this::waitForInterrupt);
        group.add("failing", 1, () -> {
            throw failure;
        });
        group.add("late", 2, this::waitForInterrupt);
        assertThatIOException().isThrownBy(group::await).isSameAs(failure);
        assertThat(ended).as("threads that have ended").hasValue(5);
    }

    @Test
    void aBugInAStageIsThrownAsItIs() {
        group.add("waiting", 1, this::waitForInterrupt);
        group.add("failing", 1, () -> {
            throw new IllegalStateException("bug");
        });
        assertThatIllegalStateException().isThrownBy(group::await).withMessage("bug");
    }

    @Test
    void anErrorInAStageIsThrownAsItIs() {
        group.add("failing", 1, () -> {
            throw new OutOfMemoryError("as planned");
        });
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(group::await);
    }

    @Test
    void wrappedFailuresAreUnwrapped() {
        IOException failure = new IOException("broken");
        group.add("failing", 1, () -> {
            throw new ExecutionException(new UncheckedIOException(failure));
        });
        assertThatIOException().isThrownBy(group::await).isSameAs(failure);
    }

    @Test
    void aFailureFromOutsideStopsTheGroup() {
        IOException failure = new IOException("from outside");
        group.add("waiting", 2, this::waitForInterrupt);
        group.fail(failure);
        assertThatIOException().isThrownBy(group::await).isSameAs(failure);
        assertThat(ended).hasValue(2);
    }

    @Test
    void anInterruptOfTheCallerStopsAllAndKeepsItsFlag() {
        Thread caller = Thread.currentThread();
        group.add("waiting", 2, this::waitForInterrupt);
        group.add("interrupting", 1, caller::interrupt);
        assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(group::await);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).hasValue(2);
    }
}
