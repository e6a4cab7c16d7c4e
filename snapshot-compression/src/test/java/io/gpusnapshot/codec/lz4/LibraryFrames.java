package io.gpusnapshot.codec.lz4;

import io.gpusnapshot.testing.ReferenceCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits;

/** The frames of lz4-java's own streams, with every checksum there is. */
final class LibraryFrames implements ReferenceCodec {
    @Override
    public byte[] encode(byte[] raw) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (OutputStream encoder = new LZ4FrameOutputStream(
                frame,
                BLOCKSIZE.SIZE_64KB,
                raw.length,
                Bits.BLOCK_INDEPENDENCE,
                Bits.BLOCK_CHECKSUM,
                Bits.CONTENT_CHECKSUM,
                Bits.CONTENT_SIZE)) {
            encoder.write(raw);
        }
        return frame.toByteArray();
    }

    @Override
    public byte[] decode(byte[] frame) throws IOException {
        try (InputStream decoder = new LZ4FrameInputStream(new ByteArrayInputStream(frame), true)) {
            return decoder.readAllBytes();
        }
    }
}
