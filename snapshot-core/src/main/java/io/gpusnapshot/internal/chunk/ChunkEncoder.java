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
        ChunkId id = Digests.chunkId(sha256, raw);
        if (known.test(id)) {
            return new EncodedChunk(id, raw.remaining(), CodecRegistry.NONE, Optional.empty(), 0);
        }
        ByteBuffer stored = raw.duplicate();
        String codecId = CodecRegistry.NONE;
        for (Codec codec : probe.worthTrying(raw, scratch)) {
            ByteBuffer target = scratch.clear().limit(stored.remaining() - 1);
            if (codec.encode(raw, target)) {
                stored = target.flip().duplicate();
                codecId = codec.id();
            }
        }
        return new EncodedChunk(id, raw.remaining(), codecId, Optional.of(stored), Digests.crc32c(stored));
    }
}
