package io.gpusnapshot.storage.b2.emulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What an emulator was asked and how much went through it. A request is counted before its answer is sent, so a client
 * that has the answer finds it here. Thread-safe.
 */
public final class Traffic {
    private static final int MAX_REQUESTS = 10_000;

    private final Map<Operation, Counters> counters = new EnumMap<>(Operation.class);
    private final Deque<RecordedRequest> requests = new ArrayDeque<>();

    Traffic() {
        for (Operation operation : Operation.values()) {
            counters.put(operation, new Counters());
        }
    }

    private static final class Counters {
        private final LongAdder calls = new LongAdder();
        private final LongAdder bytesReceived = new LongAdder();
        private final LongAdder bytesSent = new LongAdder();
    }

    /** Requests for an operation, refused ones included. */
    public long calls(Operation operation) {
        return of(operation).calls.sum();
    }

    /** Bytes of request bodies that were read for an operation. */
    public long bytesReceived(Operation operation) {
        return of(operation).bytesReceived.sum();
    }

    /** Bytes of answers' bodies that were sent, or were about to be when the connection ended. */
    public long bytesSent(Operation operation) {
        return of(operation).bytesSent.sum();
    }

    /** The last ten thousand requests, oldest first. */
    public List<RecordedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** The last requests for one operation. */
    public List<RecordedRequest> requests(Operation operation) {
        return requests().stream()
                .filter(request -> request.operation() == operation)
                .toList();
    }

    /** Forgets everything. */
    public void reset() {
        synchronized (requests) {
            requests.clear();
        }
        for (Counters each : counters.values()) {
            each.calls.reset();
            each.bytesReceived.reset();
            each.bytesSent.reset();
        }
    }

    void record(RecordedRequest request) {
        of(request.operation()).calls.increment();
        synchronized (requests) {
            if (requests.size() == MAX_REQUESTS) {
                requests.removeFirst();
            }
            requests.addLast(request);
        }
    }

    void received(Operation operation, long bytes) {
        of(operation).bytesReceived.add(bytes);
    }

    void sent(Operation operation, long bytes) {
        of(operation).bytesSent.add(bytes);
    }

    private Counters of(Operation operation) {
        Counters found = counters.get(operation);
        if (found == null) {
            throw new IllegalStateException("no counters of " + operation);
        }
        return found;
    }
}
