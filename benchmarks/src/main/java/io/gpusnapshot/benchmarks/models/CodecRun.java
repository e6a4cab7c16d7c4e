package io.gpusnapshot.benchmarks.models;

import io.gpusnapshot.codec.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One codec on one sample. */
final class CodecRun {
    static final int CHUNK_BYTES = 4 << 20;
    /** Room for frames that are larger than what they hold. */
    private static final int SURPLUS_BYTES = 64 << 10;

    private static final int ROUNDS = 5;

    private final Codec codec;
    private final List<ByteBuffer> chunks;
    private final List<ByteBuffer> frames = new ArrayList<>();
    private final ByteBuffer target = ByteBuffer.allocateDirect(CHUNK_BYTES + SURPLUS_BYTES);
    private final List<Double> encodeRates = new ArrayList<>();
    private final List<Double> decodeRates = new ArrayList<>();
    private final long rawBytes;

    CodecRun(Codec codec, byte[] data) throws IOException {
        this.codec = codec;
        this.chunks = chunks(data);
        this.rawBytes = data.length;
        for (ByteBuffer chunk : chunks) {
            frames.add(checkedFrame(chunk));
        }
    }

    /** All codecs on one sample, measured in turns, so that what disturbs the machine disturbs all of them. */
    static List<CodecRun> measured(List<Codec> codecs, byte[] data) throws IOException {
        List<CodecRun> runs = new ArrayList<>();
        for (Codec codec : codecs) {
            runs.add(new CodecRun(codec, data));
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (CodecRun run : runs) {
                run.measure();
            }
        }
        return runs;
    }

    /** The data in direct buffers, as the pipelines have it. */
    static List<ByteBuffer> chunks(byte[] data) {
        List<ByteBuffer> chunks = new ArrayList<>();
        for (int at = 0; at < data.length; at += CHUNK_BYTES) {
            int length = Math.min(CHUNK_BYTES, data.length - at);
            chunks.add(ByteBuffer.allocateDirect(length).put(data, at, length).flip());
        }
        return chunks;
    }

    private ByteBuffer checkedFrame(ByteBuffer chunk) throws IOException {
        if (!codec.encode(chunk, target.clear())) {
            throw new IllegalStateException("a frame of " + codec.id() + " needs more than " + target.capacity());
        }
        target.flip();
        ByteBuffer frame =
                ByteBuffer.allocateDirect(target.remaining()).put(target).flip();
        codec.decode(frame, target.clear().limit(chunk.remaining()));
        if (!target.flip().equals(chunk)) {
            throw new IllegalStateException(codec.id() + " does not give back what it was given");
        }
        return frame;
    }

    private void measure() throws IOException {
        long start = System.nanoTime();
        for (ByteBuffer chunk : chunks) {
            codec.encode(chunk, target.clear());
        }
        encodeRates.add(rawBytes * 1e9 / (System.nanoTime() - start));
        start = System.nanoTime();
        for (int i = 0; i < frames.size(); i++) {
            codec.decode(frames.get(i), target.clear().limit(chunks.get(i).remaining()));
        }
        decodeRates.add(rawBytes * 1e9 / (System.nanoTime() - start));
    }

    Codec codec() {
        return codec;
    }

    double ratio() {
        return frames.stream().mapToLong(ByteBuffer::remaining).sum() / (double) rawBytes;
    }

    double encodeRate() {
        return median(encodeRates);
    }

    double decodeRate() {
        return median(decodeRates);
    }

    private static double median(List<Double> rates) {
        Collections.sort(rates);
        return rates.get(rates.size() / 2);
    }
}
