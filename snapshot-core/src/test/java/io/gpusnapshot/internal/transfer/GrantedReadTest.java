package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.StorageException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.HttpReply;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GrantedReadTest extends TransferFixture {
    @Test
    void aStalledReadIsOvertakenByItsSecondOnAnotherConnection() throws Exception {
        // Each is a hundredth of what the budget needs, and more than it takes to know what is slow.
        for (int i = 0; i < 100; i++) {
            taken(read());
        }
        int before = server().requests().size();
        CountDownLatch silent = new CountDownLatch(1);
        server().next(PACK.stallAfter(1000, silent));

        requireRead();

        assertThat(silent.getCount()).isZero();
        assertThat(server().requests().size()).isGreaterThan(before + 1);
        assertThat(pauses()).isEmpty();
        assertThat(server().requests().get(before).connection())
                .isNotEqualTo(server().requests().get(before + 1).connection());
    }

    @Test
    void manyReadersShareTheLimitWhateverGoesWrong() throws Exception {
        for (int i = 0; i < 10; i++) {
            server().next(PACK.cutAfter(i), HttpReply.status(503), HttpReply.hangUp(), HttpReply.status(401));
        }
        BufferPool pool = new BufferPool(LENGTH, 8);
        List<BackgroundCall> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ByteRange range = new ByteRange(i * 1000L, 50_000);
            readers.add(BackgroundCall.start(() -> {
                for (int round = 0; round < 10; round++) {
                    PackRange read = persistentRead(pool, range);
                    byte[] bytes = new byte[read.bytes().remaining()];
                    read.bytes().get(bytes);
                    pool.release(read.bytes());
                    assertThat(bytes).isEqualTo(slice(range));
                }
            }));
        }
        for (BackgroundCall reader : readers) {
            reader.join();
        }
        for (int i = 0; i < 8; i++) {
            pool.acquire();
        }
    }

    @Test
    void whatIsPreparedNeedsNoMoreGrantAndHasItsConnections() throws Exception {
        store().prepareReads(KEY);
        server().awaitConnections(CONNECTIONS);
        assertThat(server().requests()).isEmpty();
        assertThat(issuer().downloadGrants()).isEqualTo(1);

        PackRange read = store().read(KEY, RANGE, buffers());

        assertThat(taken(read)).isEqualTo(slice(RANGE));
        assertThat(issuer().downloadGrants()).isEqualTo(1);
    }

    @Test
    void aPreparationThatFailsIsNotNoticed() throws Exception {
        issuer().failNextGrant(new StorageUnavailableException("fake", KEY, "down", null, null));
        transfer().prepareDownloads(KEY).join();
        assertThat(issuer().downloadGrants()).isEqualTo(1);
        requireRead();
    }

    /** Luck may give one reader more of the script than it bears. */
    private PackRange persistentRead(BufferPool pool, ByteRange range) throws Exception {
        while (true) {
            try {
                return store().read(KEY, range, pool);
            } catch (StorageException unlucky) {
                assertThat(unlucky).hasMessageContaining(KEY);
            }
        }
    }
}
