package io.gpusnapshot.codec.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Standard zstd frames, as the {@code zstd} tool writes and reads them.
 *
 * <p>Frames of buffers carry their raw length but no checksum, because the stored format covers chunks with stronger
 * ones; frames of streams carry a checksum of their content. What other tools write is read, if it is one frame without a
 * dictionary; streams may need a window of 8 MiB at most.
 */
public final class ZstdCodec implements Codec {
    /** Pays on text at a speed that still outruns common links. */
    private static final int DEFAULT_LEVEL = 3;

    private final int level;

    /** Made for {@link java.util.ServiceLoader}; encodes at level 3. */
    public ZstdCodec() {
        this(DEFAULT_LEVEL);
    }

    /**
     * A codec that encodes at a level; what it writes, any other reads.
     *
     * @param level 1 to 19, and below zero for speed: the numbers of the {@code zstd} tool
     */
    public ZstdCodec(int level) {
        if (level < ZstdFrames.MIN_LEVEL || level > ZstdFrames.MAX_LEVEL) {
            throw new IllegalArgumentException("zstd has no level " + level + " that is decoded in bounded memory");
        }
        this.level = level;
    }

    @Override
    public String id() {
        return "zstd";
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
        if (encoded.isDirect()) {
            return encodeDirect(DirectBuffers.readable(raw), encoded);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(encoded.remaining());
        boolean fitted = encodeDirect(DirectBuffers.readable(raw), direct);
        if (fitted) {
            encoded.put(direct.flip());
        }
        return fitted;
    }

    private boolean encodeDirect(ByteBuffer raw, ByteBuffer encoded) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level);
            int bytes = context.compressDirectByteBuffer(
                    encoded, encoded.position(), encoded.remaining(), raw, raw.position(), raw.remaining());
            encoded.position(encoded.position() + bytes);
            return true;
        } catch (ZstdException failure) {
            if (failure.getErrorCode() == Zstd.errDstSizeTooSmall()) {
                return false;
            }
            throw failure;
        }
    }

    @Override
    public void decode(ByteBuffer encoded, ByteBuffer raw) throws DataIntegrityException {
        ByteBuffer frame = DirectBuffers.readable(encoded).slice();
        ZstdFrames.requireOne(frame, raw.remaining());
        if (raw.isDirect()) {
            decodeDirect(frame, raw);
            return;
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(raw.remaining());
        decodeDirect(frame, direct);
        raw.put(direct.flip());
    }

    private static void decodeDirect(ByteBuffer frame, ByteBuffer raw) throws DataIntegrityException {
        int required = raw.remaining();
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            int bytes = context.decompressDirectByteBuffer(raw, raw.position(), required, frame, 0, frame.remaining());
            if (bytes != required) {
                throw ZstdFrames.damaged(0, "it holds " + bytes + " raw bytes where " + required + " must be", null);
            }
        } catch (ZstdException failure) {
            throw ZstdFrames.damaged(0, ZstdFrames.reason(failure), failure);
        }
        raw.position(raw.limit());
    }

    @Override
    public OutputStream encoder(OutputStream sink) {
        return new ZstdFrameOutputStream(sink, level);
    }

    @Override
    public InputStream decoder(InputStream source) {
        return new ZstdFrameInputStream(source);
    }
}
