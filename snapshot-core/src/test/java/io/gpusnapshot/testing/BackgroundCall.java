package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A blocking call on a thread of its own, so that a test can interrupt it. */
public final class BackgroundCall {
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private volatile boolean flagged;

    private BackgroundCall(ThrowingCallable call) {
        this.thread = new Thread(() -> run(call), "background-call");
        thread.setDaemon(true);
    }

    public static BackgroundCall start(ThrowingCallable call) {
        BackgroundCall started = new BackgroundCall(call);
        started.thread.start();
        return started;
    }

    private void run(ThrowingCallable call) {
        try {
            call.call();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        flagged = Thread.currentThread().isInterrupted();
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** Returns once the call is inside a method of that name. */
    public BackgroundCall awaitMethod(String name) {
        while (Arrays.stream(thread.getStackTrace())
                .noneMatch(frame -> frame.getMethodName().equals(name))) {
            assertThat(thread.isAlive()).as("call still runs").isTrue();
            assertThat(Thread.currentThread().isInterrupted()).as("out of time").isFalse();
            Thread.onSpinWait();
        }
        return this;
    }

    /** Waits for the end of a call that must succeed. */
    public void join() throws InterruptedException {
        thread.join();
        assertThat(failure).as("failure").isNull();
    }

    /** Waits for the end of a call that must fail. */
    public Throwable failure() throws InterruptedException {
        thread.join();
        return Secrets.failureOf(() -> {
            if (failure != null) {
                throw failure;
            }
        });
    }

    /** Whether the thread's interrupt flag was set when the call ended. */
    public boolean endedInterrupted() throws InterruptedException {
        thread.join();
        return flagged;
    }
}
