package io.gpusnapshot.codec;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Stores bytes as they are. There is no frame, so that its streams notice no damage; a length is all it can check. */
final class NoneCodec implements Codec {
    @Override
    public String id() {
        return CodecRegistry.NONE;
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
        if (raw.remaining() > encoded.remaining()) {
            return false;
        }
        encoded.put(raw.duplicate());
        return true;
    }

    @Override
    public void decode(ByteBuffer encoded, ByteBuffer raw) throws DataIntegrityException {
        if (encoded.remaining() != raw.remaining()) {
            throw new DataIntegrityException(
                    "chunk",
                    Math.min(encoded.remaining(), raw.remaining()),
                    "Chunk of " + encoded.remaining() + " stored bytes must have " + raw.remaining(),
                    null);
        }
        raw.put(encoded.duplicate());
    }

    @Override
    public OutputStream encoder(OutputStream sink) {
        return sink;
    }

    @Override
    public InputStream decoder(InputStream source) {
        return source;
    }
}
