package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link StorageProvider} must do. A subclass opens a fresh, empty store; what a store honestly cannot do is
 * told by {@link StorageProvider#capabilities()} and by the inherited protected methods, and skips the tests concerned.
 */
public abstract class StorageProviderContract extends StorageListingContract {
    private static final int THREADS = 8;

    protected StorageProviderContract() {}

    @Test
    void concurrentPutsIfAbsentHaveExactlyOneWinner() throws Exception {
        assumeTrue(provider().capabilities().atomicIfAbsent(), "this store checks before it puts, which is not atomic");
        for (int round = 0; round < raceRounds(); round++) {
            String key = "race/" + round + "/object";
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Boolean> won = inThreads(thread -> {
                start.await();
                return wins(key, thread);
            });
            assertThat(won).containsOnlyOnce(true);
            assertHolds(key, text("writer " + won.indexOf(true)));
        }
    }

    private boolean wins(String key, int thread) throws IOException {
        try {
            putIfAbsent(key, text("writer " + thread));
            return true;
        } catch (PreconditionFailedException e) {
            return false;
        }
    }

    @Test
    void concurrentPutsReadsAndDeletesOfManyKeysDoNotDisturbOneAnother() throws Exception {
        inThreads(thread -> {
            for (int i = 0; i < 2 * raceRounds(); i++) {
                String kept = "shared/%d/kept-%d".formatted(i, thread);
                String dropped = "fleeting/%d/dropped-%d".formatted(i, thread);
                put(kept, text(kept));
                put(dropped, text(dropped));
                assertHolds(kept, text(kept));
                assertHolds(dropped, text(dropped));
                provider().delete(List.of(dropped));
            }
            return true;
        });
        assertThat(keys(ListOptions.ofPrefix("shared/"))).hasSize(2 * raceRounds() * THREADS);
        assertThat(keys(ListOptions.ofPrefix("fleeting/"))).isEmpty();
    }

    @Test
    void concurrentReplacementsAreNeverSeenInPart() throws Exception {
        put("object", "0".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        inThreads(thread -> {
            for (int i = 0; i < raceRounds(); i++) {
                put("object", String.valueOf(thread).repeat(100_000).getBytes(StandardCharsets.US_ASCII));
                String seen = new String(read("object", 0, 100_000), StandardCharsets.US_ASCII);
                assertThat(seen).hasSize(100_000).matches("(.)\\1*");
            }
            return true;
        });
    }

    @Test
    void interruptedThreadsGetNothingDoneAndStayInterrupted() throws IOException {
        put("object", BYTES);

        assertInterrupted(() -> put("fresh", BYTES));
        assertInterrupted(() -> put("empty", new byte[0]));
        assertInterrupted(() -> read("object", 0, BYTES.length));
        assertInterrupted(() -> provider().stat("object"));
        assertInterrupted(() -> provider().list(ListOptions.ofPrefix("")));
        assertInterrupted(() -> provider().delete(List.of("object")));
        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("object");
    }

    @Test
    void interruptsOnTheWayStopPutsAndReads() throws IOException {
        put("object", BYTES);
        assertStopped(() -> provider().put("fresh", TestContents.interruptingAt(5_000, BYTES), PutOptions.REPLACE));

        try (ReadableByteChannel channel = provider().open("object", new ByteRange(0, BYTES.length))) {
            assertThat(channel.read(ByteBuffer.allocate(10))).isPositive();
            assertInterrupted(() -> TestContents.readToEnd(channel));
        }
        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("object");
    }

    private static void assertInterrupted(ThrowingCallable call) {
        Thread.currentThread().interrupt();
        assertStopped(call);
    }

    private static void assertStopped(ThrowingCallable call) {
        try {
            assertThatIOException()
                    .isThrownBy(call)
                    .isInstanceOfAny(InterruptedIOException.class, ClosedByInterruptException.class);
        } finally {
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        }
    }

    @FunctionalInterface
    private interface ThreadBody<T> {
        T run(int thread) throws Exception;
    }

    private static <T> List<T> inThreads(ThreadBody<T> body) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            IntStream.range(0, THREADS).forEach(thread -> calls.add(() -> body.run(thread)));
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
