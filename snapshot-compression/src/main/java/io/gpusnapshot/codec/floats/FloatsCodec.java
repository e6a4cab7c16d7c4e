package io.gpusnapshot.codec.floats;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Frames for model weights, which no match finder makes smaller: numbers are taken apart into planes of bytes, and those
 * that are not noise, such as the exponents, are entropy-coded.
 *
 * <p>What the numbers are, and at which byte they begin, is told from samples of the data, every 64 KiB anew. Data that
 * is no numbers does no harm and hardly grows.
 */
public final class FloatsCodec implements Codec {
    private final Workspace.Pool workspaces = new Workspace.Pool();

    /** Made for {@link java.util.ServiceLoader}; instances are interchangeable. */
    public FloatsCodec() {}

    @Override
    public String id() {
        return "floats";
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
        if (encoded.isDirect()) {
            return encodeDirect(raw.slice(), encoded);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(encoded.remaining());
        boolean fitted = encodeDirect(raw.slice(), direct);
        if (fitted) {
            encoded.put(direct.flip());
        }
        return fitted;
    }

    private boolean encodeDirect(ByteBuffer raw, ByteBuffer encoded) {
        ByteBuffer frame = encoded.slice();
        if (frame.remaining() < FloatsFrame.HEADER_BYTES + FloatsFrame.END_BYTES) {
            return false;
        }
        int rawBytes = raw.remaining();
        FloatsFrame.putHeader(frame, rawBytes);
        frame.limit(frame.capacity() - FloatsFrame.END_BYTES);
        if (!encodeBlocks(raw, frame)) {
            return false;
        }
        FloatsFrame.putEnd(frame.limit(frame.capacity()), rawBytes);
        encoded.position(encoded.position() + frame.position());
        return true;
    }

    private boolean encodeBlocks(ByteBuffer raw, ByteBuffer frame) {
        Workspace workspace = workspaces.take();
        try (FrameEncoder encoder = new FrameEncoder(workspace)) {
            return encoder.encodeBlocks(raw, frame);
        } finally {
            workspaces.giveBack(workspace);
        }
    }

    @Override
    public void decode(ByteBuffer encoded, ByteBuffer raw) throws DataIntegrityException {
        Workspace workspace = workspaces.take();
        try (FrameDecoder<DataIntegrityException> frame = new FrameDecoder<>(new BufferSource(encoded), workspace)) {
            decode(frame, raw.slice());
        } finally {
            workspaces.giveBack(workspace);
        }
        raw.position(raw.limit());
    }

    private static void decode(FrameDecoder<DataIntegrityException> frame, ByteBuffer chunk)
            throws DataIntegrityException {
        long claimed = frame.readHeader();
        if (claimed != FloatsFrame.UNKNOWN_LENGTH && claimed != chunk.remaining()) {
            throw wrongLength(claimed, chunk.remaining());
        }
        while (frame.readBlock(chunk)) {
            // Each block lands behind the one before it.
        }
        if (chunk.hasRemaining()) {
            throw wrongLength(chunk.position(), chunk.capacity());
        }
    }

    private static DataIntegrityException wrongLength(long is, int required) {
        return FloatsFrame.damaged(0, "it holds " + is + " raw bytes where " + required + " must be", null);
    }

    @Override
    public OutputStream encoder(OutputStream sink) {
        return new FloatsOutputStream(sink);
    }

    @Override
    public InputStream decoder(InputStream source) {
        return new FloatsInputStream(source);
    }
}
