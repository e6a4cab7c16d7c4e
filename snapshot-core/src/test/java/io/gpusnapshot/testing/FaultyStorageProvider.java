package io.gpusnapshot.testing;

import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that fails as planned: by the number of the call, so that the same run meets the same fault. Calls are
 * counted from 1, over all threads; bodies of objects count with the {@code open} that returned them. For a sweep, run
 * once without faults, then once for every n up to {@link #calls()}, each time with a new instance and {@link
 * #failCall(long, Supplier)}.
 */
public final class FaultyStorageProvider extends ForwardingStorageProvider {
    /** The operations of the SPI that can fail. */
    public enum Operation {
        PUT,
        OPEN,
        STAT,
        LIST,
        DELETE
    }

    private final List<Fault> plan = new ArrayList<>();
    private final Map<Operation, Long> counts = new EnumMap<>(Operation.class);
    private long calls;
    private int openBodies;

    public FaultyStorageProvider(StorageProvider delegate) {
        super(delegate);
    }

    /** A failure that a retry may overcome. */
    public static IOException unavailable() {
        return new StorageUnavailableException("faulty", "any", "The store fails as planned", null, null);
    }

    /** Fails the n-th call of any operation, before it has any effect. */
    public FaultyStorageProvider failCall(long n, Supplier<? extends IOException> failure) {
        return plan(null, call -> call == n, new Fault.Before(failure));
    }

    /** Fails the n-th call of one operation, before it has any effect. */
    public FaultyStorageProvider failCall(Operation operation, long n, Supplier<? extends IOException> failure) {
        return plan(operation, call -> call == n, new Fault.Before(failure));
    }

    /** Fails the n-th call of any operation and all that follow: the store is gone for good. */
    public FaultyStorageProvider failFrom(long n, Supplier<? extends IOException> failure) {
        return plan(null, call -> call >= n, new Fault.Before(failure));
    }

    /** Lets the n-th put take effect and then fails it: its reply is lost. */
    public FaultyStorageProvider loseReply(long n, Supplier<? extends IOException> failure) {
        return plan(Operation.PUT, call -> call == n, new Fault.After(failure));
    }

    /** Fails the body of the n-th open once it has yielded some bytes. */
    public FaultyStorageProvider breakBody(long n, long afterBytes, Supplier<? extends IOException> failure) {
        return plan(Operation.OPEN, call -> call == n, new Fault.Break(afterBytes, failure));
    }

    /** Flips all bits of one byte of the body of the n-th open; positions count from the start of the range. */
    public FaultyStorageProvider corruptBody(long n, long position) {
        return plan(Operation.OPEN, call -> call == n, new Fault.Corrupt(position));
    }

    /** How many calls there were so far. */
    public synchronized long calls() {
        return calls;
    }

    /** How many calls of one operation there were so far. */
    public synchronized long calls(Operation operation) {
        return counts.getOrDefault(operation, 0L);
    }

    /** How many channels were opened and not closed. */
    public synchronized int openBodies() {
        return openBodies;
    }

    private synchronized FaultyStorageProvider plan(
            @Nullable Operation operation, LongPredicate when, Fault.Effect effect) {
        plan.add(new Fault(operation, when, effect));
        return this;
    }

    /** Counts a call, fails it if that is planned, and returns what is planned for later in the call. */
    private List<Fault.Effect> begin(Operation operation) throws IOException {
        List<Fault.Effect> due = count(operation);
        for (Fault.Effect effect : due) {
            if (effect instanceof Fault.Before before) {
                throw before.failure().get();
            }
        }
        return due;
    }

    private synchronized List<Fault.Effect> count(Operation operation) {
        long ofAll = ++calls;
        long ofOperation = counts.merge(operation, 1L, Long::sum);
        return plan.stream()
                .filter(fault -> fault.isDue(operation, ofAll, ofOperation))
                .map(Fault::effect)
                .toList();
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        List<Fault.Effect> due = begin(Operation.PUT);
        StorageReceipt receipt = delegate.put(key, content, options);
        for (Fault.Effect effect : due) {
            if (effect instanceof Fault.After after) {
                throw after.failure().get();
            }
        }
        return receipt;
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        List<Fault.Effect> due = begin(Operation.OPEN);
        ReadableByteChannel body = delegate.open(key, range);
        countBody(1);
        return new FaultyBody(body, due);
    }

    private synchronized void countBody(int change) {
        openBodies += change;
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        begin(Operation.STAT);
        return delegate.stat(key);
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        begin(Operation.LIST);
        return delegate.list(options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        begin(Operation.DELETE);
        delegate.delete(keys);
    }

    @Override
    public String toString() {
        return "faulty " + delegate;
    }

    private record Fault(@Nullable Operation operation, LongPredicate when, Effect effect) {
        boolean isDue(Operation called, long ofAll, long ofOperation) {
            return operation == null ? when.test(ofAll) : operation == called && when.test(ofOperation);
        }

        sealed interface Effect {}

        record Before(Supplier<? extends IOException> failure) implements Effect {}

        record After(Supplier<? extends IOException> failure) implements Effect {}

        record Break(long afterBytes, Supplier<? extends IOException> failure) implements Effect {}

        record Corrupt(long position) implements Effect {}
    }

    private final class FaultyBody implements ReadableByteChannel {
        private final ReadableByteChannel body;
        private final List<Fault.Effect> effects;
        private long position;

        FaultyBody(ReadableByteChannel body, List<Fault.Effect> effects) {
            this.body = body;
            this.effects = effects;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int limit = target.limit();
            int start = target.position();
            target.limit(start + (int) Math.min(target.remaining(), bytesUntilBreak()));
            try {
                int count = body.read(target);
                corrupt(target, start, count);
                position += Math.max(count, 0);
                return count;
            } finally {
                target.limit(limit);
            }
        }

        private long bytesUntilBreak() throws IOException {
            long most = Long.MAX_VALUE;
            for (Fault.Effect effect : effects) {
                if (effect instanceof Fault.Break planned) {
                    if (position >= planned.afterBytes()) {
                        throw planned.failure().get();
                    }
                    most = Math.min(most, planned.afterBytes() - position);
                }
            }
            return most;
        }

        private void corrupt(ByteBuffer target, int start, int count) {
            for (Fault.Effect effect : effects) {
                if (effect instanceof Fault.Corrupt planned
                        && planned.position() >= position
                        && planned.position() < position + count) {
                    int index = start + (int) (planned.position() - position);
                    target.put(index, (byte) ~target.get(index));
                }
            }
        }

        @Override
        public boolean isOpen() {
            return body.isOpen();
        }

        @Override
        public void close() throws IOException {
            if (body.isOpen()) {
                countBody(-1);
            }
            body.close();
        }
    }
}
