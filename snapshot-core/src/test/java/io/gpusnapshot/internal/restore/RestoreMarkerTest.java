package io.gpusnapshot.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.SnapshotId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreMarkerTest {
    private static final SnapshotId SNAPSHOT = new SnapshotId("20260102T030405Z-gpu-1-abcdefgh");
    private static final int THREADS = 4;
    private static final int TRIES = 2_000;

    private final AtomicInteger holders = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();

    @Test
    void noTwoHoldItWhileOthersRemoveIt(@TempDir Path workspace) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            Callable<@Nullable Void> contender = () -> contend(workspace);
            List<Future<@Nullable Void>> ends = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                ends.add(threads.submit(contender));
            }
            for (Future<@Nullable Void> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(held.get()).isPositive();
        assertThat(workspace.resolve(RestoreLeftovers.MARKER)).doesNotExist();
    }

    private @Nullable Void contend(Path workspace) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try (RestoreMarker marker = RestoreMarker.set(workspace, SNAPSHOT)) {
                assertThat(holders.incrementAndGet()).isOne();
                held.incrementAndGet();
                holders.decrementAndGet();
                marker.remove();
            } catch (SnapshotConflictException taken) {
                Thread.onSpinWait();
            }
        }
        return null;
    }
}
