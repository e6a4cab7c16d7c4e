package io.gpusnapshot.internal.chunk;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Names and encodes chunks. Belongs to one thread. */
public final class ChunkEncoder {
    /** A difference that saves a smaller part of the raw bytes is not worth that every restore fetches its base too. */
    private static final double LEAST_GAIN = 0.1;

    private final CodecProbe probe;
    private final Predicate<ChunkId> known;
    private final MessageDigest sha256 = Digests.sha256();

    /**
     * @param candidates codecs to choose from, chunk by chunk; no encoding at all wins against no gain
     * @param known tells which chunks need not be encoded because they are stored already
     */
    public ChunkEncoder(List<Codec> candidates, Predicate<ChunkId> known) {
        this.probe = new CodecProbe(candidates, Machine.here());
        this.known = known;
    }

    /**
     * Encodes the remaining bytes.
     *
     * @param raw at least one byte; its position and limit are left as they were
     * @param scratch room for the encoded bytes, as large as {@code raw}
     * @return a chunk whose stored bytes lie in {@code scratch} or, if nothing was gained, in {@code raw}
     */
    public EncodedChunk encode(ByteBuffer raw, ByteBuffer scratch) {
        return encode(name(raw), raw, scratch);
    }

    /** The name of the remaining bytes. */
    public ChunkId name(ByteBuffer raw) {
        return Digests.chunkId(sha256, raw);
    }

    /** Whether a chunk of this name is stored already. */
    public boolean isKnown(ChunkId id) {
        return known.test(id);
    }

    /** Does what {@link #encode(ByteBuffer, ByteBuffer)} does with bytes that have been named. */
    public EncodedChunk encode(ChunkId id, ByteBuffer raw, ByteBuffer scratch) {
        if (known.test(id)) {
            return new EncodedChunk(id, raw.remaining(), CodecRegistry.NONE, Optional.empty(), 0);
        }
        return encode(id, raw, scratch, probe.worthTrying(raw, scratch), Optional.empty());
    }

    /**
     * Encodes bytes that have been named as their difference to a base, if that saves a good part of them.
     *
     * @param base the raw bytes of the base, as many; they become the difference
     * @return a chunk whose stored bytes lie in {@code scratch}
     */
    public Optional<EncodedChunk> encodeDifference(
            ChunkId id, ByteBuffer raw, ChunkId baseId, ByteBuffer base, ByteBuffer scratch) {
        double whole = probe.choose(raw, scratch).ratio();
        XorKernel.xor(base, raw);
        CodecProbe.Choice choice = probe.choose(base, scratch);
        if (choice.ratio() > whole - LEAST_GAIN) {
            return Optional.empty();
        }
        EncodedChunk chunk = encode(id, base, scratch, choice.codecs(), Optional.of(baseId));
        return Optional.of(chunk).filter(found -> !found.codec().equals(CodecRegistry.NONE));
    }

    private static EncodedChunk encode(
            ChunkId id, ByteBuffer raw, ByteBuffer scratch, List<Codec> codecs, Optional<ChunkId> base) {
        Optional<Codec> smallest = smallest(codecs, raw, scratch);
        ByteBuffer stored = smallest.isPresent() ? scratch.duplicate() : raw.duplicate();
        String codecId = smallest.map(Codec::id).orElse(CodecRegistry.NONE);
        return new EncodedChunk(id, raw.remaining(), codecId, Optional.of(stored), Digests.crc32c(stored), base);
    }

    /** The codec that makes the bytes smallest, if one makes them smaller at all; its frame is what {@code scratch} holds. */
    private static Optional<Codec> smallest(List<Codec> codecs, ByteBuffer raw, ByteBuffer scratch) {
        Optional<Codec> smallest = Optional.empty();
        int least = raw.remaining();
        boolean isLast = false;
        for (Codec codec : codecs) {
            isLast = codec.encode(raw, scratch.clear().limit(least - 1));
            if (isLast) {
                smallest = Optional.of(codec);
                least = scratch.position();
            }
        }
        if (smallest.isPresent() && !isLast) {
            // Whoever failed to make them smaller still has overwritten the frame. Codecs may need more room than they
            // fill.
            smallest.get().encode(raw, scratch.clear());
        }
        scratch.flip();
        return smallest;
    }
}
