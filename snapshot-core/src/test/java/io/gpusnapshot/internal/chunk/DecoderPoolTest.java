package io.gpusnapshot.internal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.testing.BackgroundCall;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecoderPoolTest {
    /** A size that no other test uses, since idle buffers are everybody's. */
    private static final int LARGEST_CHUNK = 10_007;

    private final DecoderPool pool = new DecoderPool(CodecRegistry.fromClassPath(), LARGEST_CHUNK, 2);

    @Test
    void theDecoderFreedLastComesFirst() throws InterruptedException {
        ChunkDecoder first = pool.acquire();
        ChunkDecoder second = pool.acquire();
        assertThat(second).isNotSameAs(first);
        pool.release(second);
        pool.release(first);
        assertThat(pool.acquire()).isSameAs(first);
    }

    @Test
    void whoComesWhenAllAreLentWaitsForTheNextRelease() throws InterruptedException {
        ChunkDecoder first = pool.acquire();
        pool.acquire();
        BackgroundCall third = BackgroundCall.start(
                        () -> assertThat(pool.acquire()).isSameAs(first))
                .awaitMethod("park");
        pool.release(first);
        third.join();
    }

    @Test
    void eachHasRoomForAChunkAndForABase() throws InterruptedException {
        ChunkDecoder decoder = pool.acquire();
        ByteBuffer raw = decoder.scratch();
        ByteBuffer base = decoder.baseScratch();
        assertThat(raw.capacity()).isEqualTo(LARGEST_CHUNK);
        assertThat(base.capacity()).isEqualTo(LARGEST_CHUNK);
        assertThat(base).isNotSameAs(raw);
        assertThat(decoder.baseScratch()).isSameAs(base);
    }

    @Test
    void theBuffersOfAClosedPoolServeOthersEvenThoseThatComeBackLate() throws InterruptedException {
        ChunkDecoder free = pool.acquire();
        ChunkDecoder late = pool.acquire();
        ByteBuffer freeBuffer = free.scratch();
        ByteBuffer lateBuffer = late.scratch();
        ByteBuffer lateBase = late.baseScratch();
        pool.release(free);
        pool.close();
        BufferPool next = new BufferPool(LARGEST_CHUNK, 3);
        assertThat(next.acquire()).isSameAs(freeBuffer);
        pool.release(late);
        assertThat(next.acquire()).isSameAs(lateBase);
        assertThat(next.acquire()).isSameAs(lateBuffer);
    }
}
