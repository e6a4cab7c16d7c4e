package io.gpusnapshot.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.testing.BackgroundCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TaskQueueTest {
    private static final int CHUNK = 100;
    private static final int CAPACITY = 4;

    private int workers = 2;
    private final TaskQueue queue = new TaskQueue(CAPACITY, 2 * CHUNK, () -> workers);

    private static RestoreTask.Range range(int firstChunk, int count) {
        return new RestoreTask.Range(IntStream.range(firstChunk, firstChunk + count)
                .mapToObj(TaskQueueTest::visit)
                .toList());
    }

    private static ChunkVisit visit(int chunk) {
        byte[] digest = new byte[32];
        digest[0] = (byte) chunk;
        StoredChunk stored = new StoredChunk(ChunkId.of(digest), "pack", (long) chunk * CHUNK, CHUNK, CHUNK, "none", 0);
        return new ChunkVisit(chunk, stored, Optional.empty());
    }

    /** Takes all ranges there are, and returns how many chunks each has. */
    private List<Integer> takeAll(int chunks) throws InterruptedException {
        List<Integer> sizes = new ArrayList<>();
        for (int next = 0; next < chunks; ) {
            List<ChunkVisit> visits = ((RestoreTask.Range) queue.take()).visits();
            for (ChunkVisit visit : visits) {
                assertThat(visit.chunk().offset()).isEqualTo((long) next * CHUNK);
                next++;
            }
            sizes.add(visits.size());
        }
        return sizes;
    }

    @Test
    void rangesAreCutAsTheEndComesNearer() throws InterruptedException {
        queue.put(range(0, 10));
        queue.put(range(10, 6));

        assertThat(takeAll(16)).containsExactly(4, 3, 2, 1, 2, 2, 2);
    }

    @Test
    void rangesStayWholeWhileMuchIsLeft() throws InterruptedException {
        workers = 1;
        queue.put(range(0, 4));
        queue.put(range(4, 4));
        queue.put(range(8, 8));

        assertThat(takeAll(16)).containsExactly(4, 4, 4, 2, 2);
    }

    @Test
    void theRestOfARangeIsNotFinishedWithItsStart() throws Exception {
        queue.put(range(0, 4));
        queue.take();
        queue.finished();
        BackgroundCall idle = BackgroundCall.start(queue::awaitIdle).awaitMethod("wait");
        queue.take();
        queue.finished();

        idle.join();
    }

    @Test
    void aFullQueueHoldsWhoeverPutsMore() throws Exception {
        for (int i = 0; i < CAPACITY; i++) {
            queue.put(new RestoreTask.End());
        }
        BackgroundCall one = BackgroundCall.start(() -> queue.put(range(0, 1))).awaitMethod("wait");
        for (int i = 0; i < CAPACITY; i++) {
            queue.take();
        }
        one.join();

        assertThat(takeAll(1)).containsExactly(1);
    }

    @Test
    void anInterruptEndsAWaitForATask() throws Exception {
        BackgroundCall waiting = BackgroundCall.start(queue::take).awaitMethod("wait");
        waiting.interrupt();

        assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    }
}
