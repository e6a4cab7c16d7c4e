package io.gpusnapshot;

import io.gpusnapshot.FleetReport.Failed;
import io.gpusnapshot.FleetReport.HostResult;
import io.gpusnapshot.FleetReport.Restored;
import io.gpusnapshot.internal.concurrent.StageGroup;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** One restore on several hosts. */
final class FleetOperation {
    private final Restorer restorer;
    private final SnapshotListener listener;

    /** Restores on one host. */
    @FunctionalInterface
    interface Restorer {
        RestoreInfo restore(RestoreRequest request, SnapshotListener listener) throws IOException;
    }

    FleetOperation(Restorer restorer, SnapshotListener listener) {
        this.restorer = restorer;
        this.listener = listener;
    }

    FleetReport run(FleetRequest request) throws IOException {
        List<SshTarget> targets = request.targets();
        AtomicReferenceArray<HostResult> results = new AtomicReferenceArray<>(targets.size());
        AtomicInteger next = new AtomicInteger();
        StageGroup hosts = new StageGroup("fleet");
        hosts.add("host", Math.min(request.parallelism(), targets.size()), () -> {
            for (int i = next.getAndIncrement(); i < targets.size(); i = next.getAndIncrement()) {
                results.set(i, restore(request.restore(), targets.get(i)));
            }
        });
        hosts.await();
        return new FleetReport(
                IntStream.range(0, targets.size()).mapToObj(results::get).toList());
    }

    private HostResult restore(RestoreRequest request, SshTarget target) throws IOException {
        String host = target.toString();
        try {
            return new Restored(
                    target,
                    restorer.restore(
                            request.on(target), event -> listener.onEvent(new SnapshotEvent.OnHost(host, event))));
        } catch (IOException | RuntimeException failed) {
            if (Thread.currentThread().isInterrupted()) {
                throw failed instanceof IOException io ? io : new InterruptedIOException("The fleet was cancelled");
            }
            return new Failed(target, failed);
        }
    }
}
