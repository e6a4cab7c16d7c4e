package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FaultyStorageProviderTest {
    private static final byte[] BYTES = TestContents.random(7, 100);

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private final FaultyStorageProvider faulty = new FaultyStorageProvider(store);

    @Nested
    class WithoutFaults extends StorageProviderContract {
        @Override
        protected StorageProvider openEmpty() {
            return new FaultyStorageProvider(new MemoryStorageProvider(Clock.systemUTC()));
        }
    }

    @Test
    void failsTheCallThatWasPlannedAndNoOther() throws IOException {
        faulty.failCall(2, FaultyStorageProvider::unavailable);
        put("a");
        assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> put("b"));
        put("c");

        assertThat(store.stat("b")).isEmpty();
        assertThat(store.stat("c")).isPresent();
        assertThat(faulty.calls()).isEqualTo(3);
    }

    @Test
    void countsPerOperation() throws IOException {
        faulty.failCall(Operation.LIST, 2, () -> new IOException("second listing"));
        put("a");
        faulty.list(ListOptions.ofPrefix(""));

        assertThatIOException()
                .isThrownBy(() -> faulty.list(ListOptions.ofPrefix("")))
                .withMessage("second listing");
        assertThat(faulty.calls(Operation.LIST)).isEqualTo(2);
        assertThat(faulty.calls(Operation.PUT)).isEqualTo(1);
        assertThat(faulty.calls(Operation.STAT)).isZero();
    }

    @Test
    void aStoreThatIsGoneStaysGone() throws IOException {
        faulty.failFrom(2, FaultyStorageProvider::unavailable);
        put("a");
        for (int i = 0; i < 3; i++) {
            assertThatIOException().isThrownBy(() -> faulty.stat("a"));
            assertThatIOException().isThrownBy(() -> faulty.delete(List.of("a")));
        }
        assertThat(store.stat("a")).isPresent();
    }

    @Test
    void aLostReplyLeavesTheObject() throws IOException {
        faulty.loseReply(1, FaultyStorageProvider::unavailable);
        assertThatIOException().isThrownBy(() -> put("a"));

        assertThat(store.stat("a")).isPresent();
    }

    @Test
    void aBrokenBodyYieldsTheBytesBeforeTheBreak() throws IOException {
        put("a");
        faulty.breakBody(1, 60, FaultyStorageProvider::unavailable);
        ByteBuffer target = ByteBuffer.allocate(100);
        try (ReadableByteChannel body = faulty.open("a", new ByteRange(10, 90))) {
            assertThat(faulty.openBodies()).isEqualTo(1);
            assertThat(body.read(target)).isEqualTo(60);
            assertThatIOException().isThrownBy(() -> body.read(target));
        }
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(BYTES, 10, 60));
        assertThat(faulty.openBodies()).isZero();
        assertThat(StorageProviders.readFully(faulty, "a", 100)).isEqualTo(BYTES);
    }

    @Test
    void aCorruptBodyDiffersInOneByte() throws IOException {
        put("a");
        faulty.corruptBody(2, 42);
        byte[] expected = BYTES.clone();
        expected[42] = (byte) ~expected[42];

        assertThat(TestContents.read(faulty, "a", new ByteRange(0, 100))).isEqualTo(BYTES);
        assertThat(TestContents.read(faulty, "a", new ByteRange(0, 100))).isEqualTo(expected);
    }

    @Test
    void aSweepMeetsEveryCallOnce() throws IOException {
        List<String> reached = new ArrayList<>();
        FaultyStorageProvider clean = new FaultyStorageProvider(new MemoryStorageProvider(Clock.systemUTC()));
        threePuts(clean);
        for (long n = 1; n <= clean.calls(); n++) {
            StorageProvider memory = new MemoryStorageProvider(Clock.systemUTC());
            FaultyStorageProvider failing =
                    new FaultyStorageProvider(memory).failCall(n, FaultyStorageProvider::unavailable);
            assertThatIOException().isThrownBy(() -> threePuts(failing));
            reached.add(memory.list(ListOptions.ofPrefix("")).objects().size() + " objects");
        }
        assertThat(reached).containsExactly("0 objects", "1 objects", "2 objects");
    }

    private static void threePuts(StorageProvider provider) throws IOException {
        for (String key : List.of("a", "b", "c")) {
            StorageProviders.putBytes(provider, key, BYTES, PutOptions.REPLACE);
        }
    }

    private void put(String key) throws IOException {
        StorageProviders.putBytes(faulty, key, BYTES, PutOptions.REPLACE);
    }
}
