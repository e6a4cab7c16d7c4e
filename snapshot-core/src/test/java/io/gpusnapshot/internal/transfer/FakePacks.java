package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Every pack has the same bytes; reading them takes fake time, and goes wrong in the ways that were asked for. */
final class FakePacks implements PackStore {
    private final byte[] bytes;
    private final AtomicLong clock;
    private final long nanosPerByte;
    private final Set<String> missing = new HashSet<>();
    private final Set<Integer> flipped = new HashSet<>();
    private Optional<IOException> failure = Optional.empty();
    private int readsBeforeFailure;
    private int cut = Integer.MAX_VALUE;
    private int reads;

    FakePacks(byte[] bytes, AtomicLong clock, long nanosPerByte) {
        this.bytes = bytes;
        this.clock = clock;
        this.nanosPerByte = nanosPerByte;
    }

    FakePacks missing(String key) {
        missing.add(key);
        return this;
    }

    FakePacks flipped(int position) {
        flipped.add(position);
        return this;
    }

    FakePacks cut(int length) {
        cut = length;
        return this;
    }

    FakePacks failing(IOException planned) {
        failure = Optional.of(planned);
        return this;
    }

    FakePacks failingAfter(int goodReads, IOException planned) {
        readsBeforeFailure = goodReads;
        return failing(planned);
    }

    FakePacks unreachable(String reason) {
        return failing(new StorageUnavailableException("fake", "any", reason, null, null));
    }

    void recover() {
        failure = Optional.empty();
    }

    int reads() {
        return reads;
    }

    @Override
    public void read(String key, List<ByteRange> pieces, BufferPool buffers, PieceTaker taker)
            throws IOException, InterruptedException {
        for (ByteRange piece : pieces) {
            taker.take(piece, read(key, piece, buffers));
        }
    }

    @Override
    public PackRange read(String key, ByteRange range, BufferPool buffers) throws IOException, InterruptedException {
        reads++;
        if (failure.isPresent() && reads > readsBeforeFailure) {
            throw failure.get();
        }
        clock.addAndGet(nanosPerByte * range.length());
        ByteBuffer target = buffers.acquire();
        if (missing.contains(key)) {
            return new PackRange(target.limit(0), Optional.of(absent(key)));
        }
        for (long position = range.offset(); position < Math.min(cut, range.end()); position++) {
            byte stored = bytes[(int) position];
            target.put(flipped.contains((int) position) ? (byte) ~stored : stored);
        }
        Optional<IOException> lost = range.end() > cut ? Optional.of(absent(key)) : Optional.empty();
        return new PackRange(target.flip(), lost);
    }

    private static IOException absent(String key) {
        return new ObjectNotFoundException("fake", key, key + " is not there", null);
    }

    @Override
    public StoredPack put(String key, ContentSource content, Runnable whenRead) {
        throw new IllegalStateException("nothing is stored here");
    }

    @Override
    public int maxReaders() {
        return 3;
    }

    @Override
    public int maxPieceBytes() {
        return 1000;
    }

    @Override
    public int maxWriters() {
        return 1;
    }
}
