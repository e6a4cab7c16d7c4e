package io.gpusnapshot.testing;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A codec of what the JDK has, for tests of core that need one that makes something smaller. It is for chunks alone. */
public final class DeflateCodec implements Codec {
    @Override
    public String id() {
        return "deflate";
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
        int start = encoded.position();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(raw.duplicate());
            deflater.finish();
            while (!deflater.finished() && encoded.hasRemaining()) {
                deflater.deflate(encoded);
            }
            if (!deflater.finished()) {
                encoded.position(start);
            }
            return deflater.finished();
        } finally {
            deflater.end();
        }
    }

    @Override
    public void decode(ByteBuffer encoded, ByteBuffer raw) throws DataIntegrityException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(encoded.duplicate());
            while (raw.hasRemaining() && inflater.inflate(raw) > 0) {
                // It goes on as long as it brings something.
            }
            inflater.inflate(ByteBuffer.allocate(1));
            if (!inflater.finished() || inflater.getRemaining() > 0 || raw.hasRemaining()) {
                throw new DataIntegrityException("chunk", inflater.getBytesRead(), "Not one whole frame", null);
            }
        } catch (DataFormatException broken) {
            throw new DataIntegrityException("chunk", inflater.getBytesRead(), "Not a frame", broken);
        } finally {
            inflater.end();
        }
    }

    @Override
    public OutputStream encoder(OutputStream sink) {
        throw new UnsupportedOperationException("for chunks alone");
    }

    @Override
    public InputStream decoder(InputStream source) {
        throw new UnsupportedOperationException("for chunks alone");
    }
}
