package io.gpusnapshot.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gpusnapshot.internal.posix.FileSystemSync;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TargetSyncTest {
    private static final long HALF = TargetSync.STEP_BYTES / 2;

    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);
    private final Semaphore ended = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean failing;

    /** A file system whose syncs take as long as the test wants. */
    private final TargetSync sync = new TargetSync(new FileSystemSync() {
        @Override
        public void sync() throws IOException {
            begun.incrementAndGet();
            mayEnd.acquireUninterruptibly();
            ended.release();
            if (failing) {
                throw new IOException("the disk is broken");
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    });

    private void step() {
        sync.written(HALF);
        sync.written(HALF);
    }

    private void awaitBegun(int count) {
        while (begun.get() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void littleIsSyncedAtTheEndAlone() throws IOException {
        mayEnd.release();
        sync.written(HALF);
        assertThat(begun).hasValue(0);
        sync.finish();
        assertThat(begun).hasValue(1);
    }

    @Test
    void muchIsSyncedMeanwhileOneAtATime() throws Exception {
        step();
        awaitBegun(1);
        step();
        step();
        assertThat(begun).hasValue(1);
        mayEnd.release();
        ended.acquire();
        while (begun.get() < 2) {
            // What came meanwhile waits for the next write.
            sync.written(1);
        }
        mayEnd.release(2);
        sync.finish();
        assertThat(begun).hasValue(3);
    }

    @Test
    void aFailureMeanwhileIsAFailureInTheEnd() throws Exception {
        failing = true;
        mayEnd.release();
        step();
        ended.acquire();
        sync.close();
        closed.await();
        failing = false;
        mayEnd.release();
        assertThatIOException().isThrownBy(sync::finish).withMessage("the disk is broken");
    }

    @Test
    void closingWaitsForNobodyAndClosesWhenItIsDone() throws Exception {
        step();
        awaitBegun(1);
        sync.close();
        assertThat(closed.getCount()).isOne();
        mayEnd.release();
        closed.await();
    }
}
