package io.gpusnapshot.codec.lz4;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Standard LZ4 frames of independent blocks, as the {@code lz4} tool writes and reads them.
 *
 * <p>Frames of buffers carry their raw length but no checksum, because the stored format covers chunks with stronger
 * ones; frames of streams carry a checksum per block and one of the content. What other tools write is read with any
 * checksums, but not with linked blocks or a dictionary.
 */
public final class Lz4Codec implements Codec {
    private final Lz4Backend backend;

    /** Made for {@link java.util.ServiceLoader}; instances are interchangeable. */
    public Lz4Codec() {
        this(Lz4Backend.fastest());
    }

    Lz4Codec(Lz4Backend backend) {
        this.backend = backend;
    }

    @Override
    public String id() {
        return "lz4";
    }

    @Override
    public boolean encode(ByteBuffer raw, ByteBuffer encoded) {
        return new FrameWriter(backend).writeFrame(raw, encoded);
    }

    @Override
    public void decode(ByteBuffer encoded, ByteBuffer raw) throws DataIntegrityException {
        ByteBuffer chunk = raw.slice();
        FrameReader<DataIntegrityException> frame = FrameReader.open(new BufferSource(encoded), backend);
        frame.requireContentSize(chunk.capacity());
        while (frame.readBlock(chunk)) {
            // Each block lands behind the one before it.
        }
        frame.readEnd(() -> backend.hash(chunk, 0, chunk.position()));
        if (chunk.hasRemaining()) {
            throw frame.damaged("it holds " + chunk.position() + " raw bytes where " + chunk.capacity() + " must be");
        }
        raw.position(raw.limit());
    }

    @Override
    public OutputStream encoder(OutputStream sink) {
        return new Lz4OutputStream(sink, backend);
    }

    @Override
    public InputStream decoder(InputStream source) {
        return new Lz4InputStream(source, backend);
    }
}
