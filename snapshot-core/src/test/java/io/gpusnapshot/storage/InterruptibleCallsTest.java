package io.gpusnapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.testing.BackgroundCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InterruptibleCallsTest {
    private final InterruptibleCalls calls = new InterruptibleCalls("test");
    private final CountDownLatch givenUp = new CountDownLatch(1);

    @AfterEach
    void close() {
        calls.close();
    }

    private <T> InterruptibleCalls.Call<T> call(Callable<T> body) {
        return new InterruptibleCalls.Call<>() {
            @Override
            public T run() throws Exception {
                return body.call();
            }

            @Override
            public void giveUp() {
                givenUp.countDown();
            }

            @Override
            public IOException translate(Throwable failure) {
                return new IOException("translated", failure);
            }
        };
    }

    @Test
    void resultsComeBackFromAnotherThread() throws IOException {
        String name = calls.run("do", "key", call(() -> Thread.currentThread().getName()));
        assertThat(name).startsWith("test-call-");
    }

    @Test
    void failuresAreTranslated() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> calls.run("do", "key", call(() -> {
                    throw new SocketTimeoutException("late");
                })))
                .withMessage("translated")
                .withCauseInstanceOf(SocketTimeoutException.class);
        assertThat(givenUp.getCount()).isOne();
    }

    @Test
    @Timeout(60)
    void anInterruptedCallerGivesTheCallUp() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        BackgroundCall caller = BackgroundCall.start(() -> calls.run("do", "key", call(() -> {
            running.countDown();
            never.await();
            return "";
        })));
        running.await();
        caller.interrupt();
        assertThat(caller.failure())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("Interrupted while trying to do \"key\"");
        assertThat(caller.endedInterrupted()).isTrue();
        givenUp.await();
    }

    @Test
    void whoIsInterruptedBeforeDoesNotCall() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> calls.run("do", "key", call(() -> {
                    throw new AssertionError("called");
                })));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptedContentInterruptsTheCaller() {
        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> calls.run("do", "key", call(() -> {
                    throw new IOException("sending", new InterruptedIOException("content"));
                })));
        assertThat(Thread.interrupted()).isTrue();
    }
}
