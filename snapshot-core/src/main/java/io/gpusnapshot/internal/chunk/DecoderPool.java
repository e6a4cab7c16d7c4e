package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.CodecRegistry;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * As many decoders as there are processors to run them: many threads may wait for the network, but only few at a time
 * shall decode what has come. Thread-safe.
 */
public final class DecoderPool {
    private final BlockingDeque<ChunkDecoder> free = new LinkedBlockingDeque<>();
    private final int count;

    /**
     * @param maxRawBytes raw size of the largest chunk to come
     */
    public DecoderPool(CodecRegistry codecs, int maxRawBytes, int count) {
        this.count = count;
        for (int i = 0; i < count; i++) {
            free.add(new ChunkDecoder(codecs, maxRawBytes));
        }
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Lends a decoder, waiting for one if all are lent; the one freed last comes first, for the sake of the caches. */
    public ChunkDecoder acquire() throws InterruptedException {
        return free.takeLast();
    }

    /** Takes back a decoder that {@link #acquire} lent. */
    public void release(ChunkDecoder decoder) {
        free.addLast(decoder);
    }
}
