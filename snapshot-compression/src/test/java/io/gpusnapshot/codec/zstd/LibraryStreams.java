package io.gpusnapshot.codec.zstd;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.gpusnapshot.testing.ReferenceCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The frames of zstd-jni's own streams, of unknown length and with a checksum. */
final class LibraryStreams implements ReferenceCodec {
    @Override
    public byte[] encode(byte[] raw) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (ZstdOutputStream encoder = new ZstdOutputStream(frame, 5)) {
            encoder.setChecksum(true);
            encoder.write(raw);
        }
        return frame.toByteArray();
    }

    @Override
    public byte[] decode(byte[] frame) throws IOException {
        try (ZstdInputStream decoder = new ZstdInputStream(new ByteArrayInputStream(frame))) {
            return decoder.readAllBytes();
        }
    }
}
