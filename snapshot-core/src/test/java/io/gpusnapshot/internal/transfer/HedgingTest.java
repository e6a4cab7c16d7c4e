package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.http.BodyTarget;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.Secrets;
import io.gpusnapshot.testing.TestContents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
    /** One for the request, and two more. */
    private static final int BUFFERS = 3;

    private static final byte[] BYTES = TestContents.random(3, LENGTH);
    private static final ByteRange RANGE = new ByteRange(0, LENGTH);
    private static final GrantedRequest REQUEST = new GrantedRequest(
            "GET", URI.create("http://host/" + Secrets.SECRET), Map.of(), Optional.empty(), Instant.MAX);
    private static final HttpAnswer DONE = answer(206);

    private final ScriptedTransport transport = new ScriptedTransport();
    private final ManualTimer timer = new ManualTimer();
    private final Hedging hedging = new Hedging(transport, 1, timer, timer.nanos::get);
    private final BufferPool buffers = new BufferPool(LENGTH, BUFFERS);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Runnable whenTaken = () -> {};

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
            download();
        }
    }

    private HttpAnswer download() throws IOException {
        return download(0, RANGE);
    }

    /** Downloads what is missing of some pieces if so many bytes are there. */
    private HttpAnswer download(int present, ByteRange... pieces) throws IOException {
        return download(hedging, present, pieces);
    }

    private HttpAnswer download(Hedging by, int present, ByteRange... pieces) throws IOException {
        received.reset();
        try (RangeTarget target = new RangeTarget(List.of(pieces), buffers, this::take)) {
            prepare(target);
            target.buffer().put(BYTES, 0, present);
            HttpAnswer answer = by.download(REQUEST, target, count -> {});
            if (target.isPieceComplete()) {
                target.handOver();
            }
            return answer;
        }
    }

    private static void prepare(RangeTarget target) {
        try {
            target.prepare();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private void take(ByteRange piece, PackRange found) {
        whenTaken.run();
        byte[] bytes = new byte[found.bytes().remaining()];
        found.bytes().get(bytes);
        received.writeBytes(bytes);
        buffers.release(found.bytes());
    }

    private void requireContent() {
        assertThat(received.toByteArray()).isEqualTo(BYTES);
    }

    /** Fails, by the time limit, if a second request has kept its buffer. */
    private void requireAllBuffersBack() throws InterruptedException {
        requireFreeBuffers(BUFFERS);
    }

    private void requireFreeBuffers(int count) throws InterruptedException {
        List<ByteBuffer> free = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            free.add(buffers.acquire());
        }
        free.forEach(buffers::release);
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

        download(400, RANGE);

        requireContent();
        requireAllBuffersBack();
    }

    @Test
    void aPieceThatStallsIsOvertakenAndWhatFollowsIsLeftToAnotherRequest() throws Exception {
        warmUp();
        ByteRange[] pieces = {new ByteRange(0, 400), new ByteRange(400, 500), new ByteRange(900, 100)};
        transport.next(
                (range, room, handle) -> {
                    put(room, BYTES, 0, 400);
                    // Room for the next piece is where it stalls.
                    put(room, BYTES, 400, 7);
                    timer.pass(Duration.ofHours(1));
                    timer.look();
                    return new Stalled(0).download(range, room, handle);
                },
                ScriptedTransport::quick);

        assertThat(download(0, pieces)).isEqualTo(DONE);

        assertThat(received.toByteArray()).isEqualTo(Arrays.copyOf(BYTES, 900));
        assertThat(transport.ranges)
                .endsWith(new ByteRange(0, LENGTH), new ByteRange(400, 500))
                .hasSize(102);
        requireAllBuffersBack();
    }

    @Test
    void aPieceThatIsOvertakenWhenItHasJustComeIsNotTakenTwice() throws Exception {
        warmUp();
        ByteRange[] pieces = {new ByteRange(0, 400), new ByteRange(400, 600)};
        transport.next(
                late((range, room, handle) -> {
                    put(room, BYTES, 0, 400);
                    awaitAbort(handle);
                    room.room();
                    throw new IllegalStateException("there is no room for a request that has lost");
                }),
                ScriptedTransport::quick);

        assertThat(download(0, pieces)).isEqualTo(DONE);

        assertThat(received.toByteArray()).isEqualTo(Arrays.copyOf(BYTES, 400));
        requireAllBuffersBack();
    }

    @Test
    void timeThatATakerNeedsIsNotThatOfTheRequest() throws Exception {
        warmUp();
        int before = transport.count.get();
        transport.next((range, room, handle) -> {
            put(room, BYTES, 0, 400);
            HttpAnswer answer = finish(room, 400);
            timer.look();
            return answer;
        });
        whenTaken = () -> timer.pass(Duration.ofHours(1));

        download(0, new ByteRange(0, 400), new ByteRange(400, 600));

        requireContent();
        assertThat(transport.count.get()).isEqualTo(before + 1);
    }

    private static HttpAnswer finish(BodyTarget room, int start) throws IOException {
        put(room, BYTES, start, LENGTH - start);
        return DONE;
    }

    @Test
    void nothingIsSentTwiceBeforeItIsKnownWhatIsSlow() throws Exception {
        for (int i = 0; i < 19; i++) {
            download();
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
        }
        transport.next((range, room, handle) -> {
            flow(Duration.ofSeconds(2));
            timer.look();
            return ScriptedTransport.quick(range, room, handle);
        });
        int before = transport.count.get();
        download();
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
                    flow(Duration.ofSeconds(1));
                    timer.look();
                    return dribble.download(range, room, handle);
                },
                ScriptedTransport::quick);

        download();
        requireContent();
    }

    private Reply flowing(Duration duration) {
        return (range, room, handle) -> {
            flow(duration);
            return ScriptedTransport.quick(range, room, handle);
        };
    }

    /** Tells of bytes every 50 ms. */
    private void flow(Duration duration) {
        Duration step = Duration.ofMillis(50);
        for (Duration time = Duration.ZERO; time.compareTo(duration) < 0; time = time.plus(step)) {
            timer.pass(step);
            transport.moved.accept(1);
        }
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
            requireFreeBuffers(BUFFERS - 1);
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
        }

        requireNoSecond();
    }

    @Test
    void withoutABudgetNobodyWatchesForThoseThatAreLate() throws Exception {
        try (Hedging none = new Hedging(transport, 0, timer, timer.nanos::get)) {
            download(none, 0, RANGE);
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
        }

        requireNoSecond();
    }

    /** Stalls a request for so long that it would be sent again, if only it might. */
    private void requireNoSecond() throws Exception {
        int before = transport.count.get();
        transport.next(late(ScriptedTransport::quick));
        download();

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

    /** Brings bytes, without telling. */
    private static void put(BodyTarget target, byte[] bytes, int start, int count) throws IOException {
        for (int done = 0; done < count; ) {
            ByteBuffer room = target.room();
            int part = Math.min(room.remaining(), count - done);
            room.put(bytes, start + done, part);
            done += part;
        }
    }

    /** What becomes of a download. */
    @FunctionalInterface
    private interface Reply {
        HttpAnswer download(ByteRange range, BodyTarget room, HttpHandle handle) throws IOException;
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
        public HttpAnswer download(ByteRange range, BodyTarget room, HttpHandle handle) throws IOException {
            // Garbage that the winner has to write over.
            put(room, new byte[count], 0, count);
            begun.countDown();
            while (letOn.getCount() > 0 && !handle.isAborted()) {
                Thread.onSpinWait();
            }
            aborted = handle.isAborted();
            ended.countDown();
            if (aborted) {
                throw new IOException("aborted");
            }
            put(room, BYTES, (int) range.offset() + count, (int) range.length() - count);
            return DONE;
        }
    }

    /** Answers at once, unless the script says otherwise. */
    private static final class ScriptedTransport implements HttpTransport {
        private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
        private final AtomicInteger count = new AtomicInteger();
        private final List<ByteRange> ranges = Collections.synchronizedList(new ArrayList<>());
        /** Takes note of what moves, for the download that began last. */
        private volatile IntConsumer moved = bytes -> {};

        void next(Reply... replies) {
            script.addAll(List.of(replies));
        }

        static HttpAnswer quick(ByteRange range, BodyTarget room, HttpHandle handle) throws IOException {
            put(room, BYTES, (int) range.offset(), (int) range.length());
            return DONE;
        }

        @Override
        public HttpAnswer download(GrantedRequest request, ByteRange range, BodyTarget room, HttpHandle handle)
                throws IOException {
            moved = room::moved;
            ranges.add(range);
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
