package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.http.ApacheHttpTransport;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FakeGrantIssuer;
import io.gpusnapshot.testing.ScriptedHttpServer;
import io.gpusnapshot.testing.ServedObject;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A store that issues grants, a pack in it, and the way to it; pauses take no time and are written down. */
@Timeout(60)
abstract class TransferFixture {
    static final String KEY = "packs/ab/pack";
    static final int LENGTH = 100_000;
    static final byte[] BYTES = TestContents.random(2, LENGTH);
    static final ServedObject PACK = new ServedObject(BYTES);
    static final ByteRange RANGE = new ByteRange(5000, 60_000);
    static final int PART_BYTES = 30_000;
    static final int BUFFERS = 3;
    static final int MAX_FAILURES = 5;
    static final int CONNECTIONS = 4;
    /** Longer than any test may take: what waits for it to end fails. */
    private static final Duration FOREVER = Duration.ofHours(1);

    private final FakeClock clock = new FakeClock();
    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private final BufferPool buffers = new BufferPool(LENGTH, BUFFERS);
    private final SmallPacks smallPacks = new SmallPacks();
    private FakeGrantIssuer issuer;
    private HttpTransport transport;
    private GrantedTransfer transfer;
    private GrantedPackStore store;

    @BeforeEach
    void start() throws IOException {
        issuer = new FakeGrantIssuer(clock, PART_BYTES);
        issuer.objects().put(KEY, BYTES);
        transport = new ApacheHttpTransport(2 * CONNECTIONS, FOREVER);
        RetryPolicy retries = retries();
        transfer = GrantedTransfer.create(issuer, transport, new TransferLimits(1, CONNECTIONS, 1), clock, retries);
        store = new GrantedPackStore(
                issuer, smallPacks, transport, new TransferLimits(1, CONNECTIONS, 1), clock, retries);
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        try {
            requireNothingLeaked();
        } finally {
            transfer.close();
            store.close();
            transport.close();
            issuer.close();
        }
    }

    private RetryPolicy retries() {
        return new RetryPolicy(
                MAX_FAILURES, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMinutes(1), this::pause);
    }

    private void pause(Duration pause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pauses.add(pause);
    }

    /** From now on, nothing may stand still for longer than a moment. */
    void loseAllPatience() {
        transport.close();
        transport = new ApacheHttpTransport(2 * CONNECTIONS, Duration.ofMillis(200));
        transfer.close();
        transfer = GrantedTransfer.create(issuer, transport, new TransferLimits(1, CONNECTIONS, 1), clock, retries());
        store.close();
        store = new GrantedPackStore(
                issuer, smallPacks, transport, new TransferLimits(1, CONNECTIONS, 1), clock, retries());
    }

    FakeGrantIssuer issuer() {
        return issuer;
    }

    ScriptedHttpServer server() {
        return issuer.server();
    }

    FakeClock clock() {
        return clock;
    }

    GrantedTransfer transfer() {
        return transfer;
    }

    GrantedPackStore store() {
        return store;
    }

    BufferPool buffers() {
        return buffers;
    }

    Map<String, byte[]> smallPacks() {
        return smallPacks.packs;
    }

    List<Duration> pauses() {
        return List.copyOf(pauses);
    }

    PackRange read() throws IOException, InterruptedException {
        return read(KEY, RANGE);
    }

    PackRange read(String key, ByteRange range) throws IOException, InterruptedException {
        AtomicReference<@Nullable PackRange> read = new AtomicReference<>();
        read(key, List.of(range), (piece, found) -> read.set(found));
        return Objects.requireNonNull(read.get());
    }

    void read(String key, List<ByteRange> pieces, PieceTaker taker) throws IOException, InterruptedException {
        new RangeReader(transfer, key, new RangeTarget(pieces, buffers, taker)).read();
    }

    /** Reads, requires all of the range, and gives the buffer back. */
    void requireRead() throws IOException, InterruptedException {
        PackRange read = read();
        assertThat(read.failure()).isEmpty();
        assertThat(taken(read)).isEqualTo(slice(RANGE));
    }

    byte[] taken(PackRange read) {
        byte[] bytes = new byte[read.bytes().remaining()];
        read.bytes().get(bytes);
        buffers.release(read.bytes());
        return bytes;
    }

    static byte[] slice(ByteRange range) {
        return Arrays.copyOfRange(BYTES, (int) range.offset(), (int) range.end());
    }

    /** Fails, by its time limit, if a buffer or a permit was not given back. */
    private void requireNothingLeaked() throws InterruptedException {
        Set<ByteBuffer> all = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < BUFFERS; i++) {
            all.add(buffers.acquire());
        }
        assertThat(all.size()).isEqualTo(BUFFERS);
        all.forEach(buffers::release);
        for (ConcurrencyLimit limit : List.of(transfer.downloads(), transfer.uploads())) {
            List<ConcurrencyLimit.Permit> permits = new ArrayList<>();
            while (permits.size() < limit.limit()) {
                permits.add(limit.acquire());
            }
            permits.forEach(ConcurrencyLimit.Permit::close);
        }
    }

    /** Keeps packs in memory. */
    private static final class SmallPacks implements PackStore {
        private final Map<String, byte[]> packs = new ConcurrentHashMap<>();

        @Override
        public StoredPack put(String key, ContentSource content, Runnable whenRead) throws IOException {
            packs.put(key, TestContents.readToEnd(content.open(0)));
            whenRead.run();
            return new StoredPack(key, content.length(), Optional.empty());
        }

        @Override
        public void read(String key, List<ByteRange> pieces, BufferPool pool, PieceTaker taker) {
            throw new IllegalStateException("nothing is read here");
        }

        @Override
        public int maxReaders() {
            return 1;
        }

        @Override
        public int maxPieceBytes() {
            throw new IllegalStateException("nothing is read here");
        }

        @Override
        public int maxWriters() {
            return 1;
        }
    }
}
