package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.Secrets;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HedgingTest {
    private static final int LENGTH = 1000;
    private static final byte[] BYTES = TestContents.random(3, LENGTH);
    private static final ByteRange RANGE = new ByteRange(0, LENGTH);
    private static final GrantedRequest REQUEST = new GrantedRequest(
            "GET", URI.create("http://host/" + Secrets.SECRET), Map.of(), Optional.empty(), Instant.MAX);
    private static final HttpAnswer DONE = answer(206);

    private final ScriptedTransport transport = new ScriptedTransport();
    private final ManualTimer timer = new ManualTimer();
    private final Hedging hedging = new Hedging(transport, 1, timer, timer.nanos::get);
    private final BufferPool buffers = new BufferPool(LENGTH, 2);
    private final ByteBuffer target = ByteBuffer.allocateDirect(LENGTH);

    @AfterEach
    void stop() {
        hedging.close();
    }

    private static HttpAnswer answer(int status) {
        return new HttpAnswer(status, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** So many quick downloads that it is known what is slow, and that sending one again is affordable. */
    private void warmUp() throws IOException {
        for (int i = 0; i < 100; i++) {
            hedging.download(REQUEST, RANGE, target.clear(), buffers, count -> {});
        }
        target.clear();
    }

    private HttpAnswer download() throws IOException {
        return hedging.download(REQUEST, RANGE, target, buffers, count -> {});
    }

    private void requireContent() {
        byte[] bytes = new byte[LENGTH];
        target.get(0, bytes);
        assertThat(target.position()).isEqualTo(LENGTH);
        assertThat(bytes).isEqualTo(BYTES);
    }

    /** Fails, by the time limit, if a second request has kept its buffer. */
    private void requireAllBuffersBack() throws InterruptedException {
        ByteBuffer first = buffers.acquire();
        buffers.release(buffers.acquire());
        buffers.release(first);
    }

    @Test
    void aStalledRequestIsOvertakenByItsSecond() throws Exception {
        warmUp();
        transport.next(late(new Stalled(100)), ScriptedTransport::quick);

        assertThat(download()).isEqualTo(DONE);

        requireContent();
        requireAllBuffersBack();
        assertThat(transport.count.get()).isEqualTo(102);
    }

    @Test
    void theRestOfARangeIsOvertakenToo() throws Exception {
        warmUp();
        transport.next(late(new Stalled(10)), ScriptedTransport::quick);
        target.put(BYTES, 0, 400);

        hedging.download(REQUEST, new ByteRange(400, LENGTH - 400), target, buffers, count -> {});

        requireContent();
        requireAllBuffersBack();
    }

    @Test
    void nothingIsSentTwiceBeforeItIsKnownWhatIsSlow() throws Exception {
        for (int i = 0; i < 19; i++) {
            download();
            target.clear();
        }
        requireNoSecond();

        transport.next(late(new Stalled(0)), ScriptedTransport::quick);
        download();
        requireContent();
    }

    @Test
    void aSilentRequestIsOvertakenWhereOthersTakeLongButFlow() throws Exception {
        for (int i = 0; i < 20; i++) {
            transport.next(flowing(Duration.ofSeconds(5)));
            download();
            target.clear();
        }
        transport.next((range, room, handle) -> {
            flowing(Duration.ofSeconds(2)).download(range, room.duplicate(), handle);
            timer.look();
            return ScriptedTransport.quick(range, room, handle);
        });
        int before = transport.count.get();
        download();
        target.clear();
        assertThat(transport.count.get()).isEqualTo(before + 1);

        transport.next(late(new Stalled(0)), ScriptedTransport::quick);
        download();
        requireContent();
    }

    @Test
    void aRequestThatFlowsForLongerThanOthersIsOvertaken() throws Exception {
        warmUp();
        Stalled dribble = new Stalled(0);
        transport.next(
                (range, room, handle) -> {
                    flowing(Duration.ofSeconds(1)).download(range, room.duplicate(), handle);
                    timer.look();
                    return dribble.download(range, room, handle);
                },
                ScriptedTransport::quick);

        download();
        requireContent();
    }

    /** Brings bytes every 50 ms. */
    private Reply flowing(Duration duration) {
        return (range, room, handle) -> {
            Duration step = Duration.ofMillis(50);
            for (Duration time = Duration.ZERO; time.compareTo(duration) < 0; time = time.plus(step)) {
                timer.pass(step);
                transport.moved.accept(1);
            }
            return ScriptedTransport.quick(range, room, handle);
        };
    }

    @Test
    void theFirstMayStillWin() throws Exception {
        warmUp();
        Stalled first = new Stalled(0);
        Stalled second = new Stalled(7);
        transport.next(late(first), second);
        BackgroundCall call = BackgroundCall.start(this::download);
        second.begun.await();
        first.letOn.countDown();
        call.join();

        requireContent();
        second.ended.await();
        assertThat(second.aborted).isTrue();
        requireAllBuffersBack();
    }

    @Test
    void errorsOfTheSecondDoNotCount() throws Exception {
        for (Reply broken : new Reply[] {
            (range, room, handle) -> {
                throw new IOException("second");
            },
            (range, room, handle) -> answer(404)
        }) {
            warmUp();
            Stalled first = new Stalled(0);
            CountDownLatch failed = new CountDownLatch(1);
            transport.next(late(first), (range, room, handle) -> {
                failed.countDown();
                return broken.download(range, room, handle);
            });
            BackgroundCall call = BackgroundCall.start(this::download);
            failed.await();
            requireAllBuffersBack();
            first.letOn.countDown();
            call.join();

            requireContent();
        }
    }

    @Test
    void aSecondThatWinsOverAFirstThatIsJustDoneKeepsNoBuffer() throws Exception {
        warmUp();
        transport.next(
                late((range, room, handle) -> {
                    ScriptedTransport.quick(range, room, handle);
                    awaitAbort(handle);
                    return DONE;
                }),
                ScriptedTransport::quick);

        assertThat(download()).isEqualTo(DONE);

        requireContent();
        requireAllBuffersBack();
    }

    @Test
    void aSecondThatWinsOverAFirstThatIsJustRefusedCounts() throws Exception {
        warmUp();
        transport.next(
                late((range, room, handle) -> {
                    awaitAbort(handle);
                    return answer(503);
                }),
                ScriptedTransport::quick);

        assertThat(download()).isEqualTo(DONE);

        requireContent();
        requireAllBuffersBack();
    }

    private static void awaitAbort(HttpHandle handle) {
        while (!handle.isAborted()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void withoutASpareBufferNothingIsSentTwice() throws Exception {
        warmUp();
        ByteBuffer one = buffers.acquire();
        ByteBuffer other = buffers.acquire();
        for (int i = 0; i < 5; i++) {
            requireNoSecond();
        }

        buffers.release(one);
        buffers.release(other);
        transport.next(late(new Stalled(0)), ScriptedTransport::quick);
        download();
        requireContent();
    }

    @Test
    void requestsThatBroughtNothingAreSentAgainAsOftenAsItTakes() throws Exception {
        warmUp();
        for (int i = 0; i < 10; i++) {
            transport.next(late(new Stalled(0)), ScriptedTransport::quick);
            download();
            target.clear();
        }
        assertThat(transport.count.get()).isEqualTo(120);
    }

    @Test
    void whatComesTwiceStaysWithinItsBudget() throws Exception {
        warmUp();
        for (int i = 0; i < 2; i++) {
            // The second fits into a hundredth of 101 downloads just so.
            transport.next(late(new Stalled(LENGTH)), ScriptedTransport::quick);
            download();
            target.clear();
        }

        requireNoSecond();
    }

    @Test
    void withoutABudgetNobodyWatchesForThoseThatAreLate() throws Exception {
        try (Hedging none = new Hedging(transport, 0, timer, timer.nanos::get)) {
            none.download(REQUEST, RANGE, target.clear(), buffers, count -> {});
        }

        requireContent();
        assertThat(timer.task).isNull();
        assertThat(transport.count.get()).isEqualTo(1);
    }

    @Test
    void secondsThatLoseAreCountedByWhatTheyBrought() throws Exception {
        warmUp();
        for (int i = 0; i < 2; i++) {
            Stalled first = new Stalled(0);
            Stalled second = new Stalled(0);
            transport.next(late(first), second);
            BackgroundCall call = BackgroundCall.start(this::download);
            second.begun.await();
            transport.moved.accept(LENGTH);
            first.letOn.countDown();
            call.join();
            second.ended.await();
            target.clear();
        }

        requireNoSecond();
    }

    /** Stalls a request for so long that it would be sent again, if only it might. */
    private void requireNoSecond() throws Exception {
        int before = transport.count.get();
        transport.next(late(ScriptedTransport::quick));
        download();
        target.clear();

        assertThat(transport.count.get()).isEqualTo(before + 1);
    }

    /** Takes so long that it is time for the second request, which begins first thing. */
    private Reply late(Reply reply) {
        return (range, room, handle) -> {
            timer.pass(Duration.ofHours(1));
            timer.look();
            return reply.download(range, room, handle);
        };
    }

    /** Time passes when the tests say so. */
    private static final class ManualTimer extends ScheduledThreadPoolExecutor {
        final AtomicLong nanos = new AtomicLong();
        private volatile @Nullable Runnable task;

        ManualTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable next, long delay, TimeUnit unit) {
            task = next;
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        void pass(Duration time) {
            nanos.addAndGet(time.toNanos());
        }

        /** Does what was put off. */
        void look() {
            Objects.requireNonNull(task).run();
        }
    }

    /** What becomes of a download. */
    @FunctionalInterface
    private interface Reply {
        HttpAnswer download(ByteRange range, ByteBuffer room, HttpHandle handle) throws IOException;
    }

    /** Brings some bytes, then the rest of them when let on; breaks when aborted. */
    private static final class Stalled implements Reply {
        private final int count;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch letOn = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean aborted;

        Stalled(int count) {
            this.count = count;
        }

        @Override
        public HttpAnswer download(ByteRange range, ByteBuffer room, HttpHandle handle) throws IOException {
            // Garbage that the winner has to write over.
            room.put(new byte[count]);
            begun.countDown();
            while (letOn.getCount() > 0 && !handle.isAborted()) {
                Thread.onSpinWait();
            }
            aborted = handle.isAborted();
            ended.countDown();
            if (aborted) {
                throw new IOException("aborted");
            }
            room.put(BYTES, (int) range.offset() + count, (int) range.length() - count);
            return DONE;
        }
    }

    /** Answers at once, unless the script says otherwise. */
    private static final class ScriptedTransport implements HttpTransport {
        private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
        private final AtomicInteger count = new AtomicInteger();
        /** Takes note of what moves, for the download that began last. */
        private volatile IntConsumer moved = bytes -> {};

        void next(Reply... replies) {
            script.addAll(List.of(replies));
        }

        static HttpAnswer quick(ByteRange range, ByteBuffer room, HttpHandle handle) {
            room.put(BYTES, (int) range.offset(), (int) range.length());
            return DONE;
        }

        @Override
        public HttpAnswer download(
                GrantedRequest request, ByteRange range, ByteBuffer room, HttpHandle handle, IntConsumer onMove)
                throws IOException {
            moved = onMove;
            count.incrementAndGet();
            Reply reply = script.poll();
            return reply == null ? quick(range, room, handle) : reply.download(range, room, handle);
        }

        @Override
        public HttpAnswer upload(
                GrantedRequest request,
                Map<String, String> headers,
                ContentSource content,
                ByteRange part,
                IntConsumer moved) {
            throw new IllegalStateException("nothing is uploaded here");
        }

        @Override
        public void connect(URI server, int wanted) {
            throw new IllegalStateException("nobody prepares here");
        }

        @Override
        public void close() {}
    }
}
