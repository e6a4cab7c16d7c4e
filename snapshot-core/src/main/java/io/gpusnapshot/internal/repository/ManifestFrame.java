package io.gpusnapshot.internal.repository;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.DataIntegrityException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A manifest coming out of its frame. A codec knows no names, so its failures are told here with that of the manifest. */
final class ManifestFrame extends FilterInputStream {
    private final String key;

    private ManifestFrame(InputStream decoded, String key) {
        super(decoded);
        this.key = key;
    }

    static ManifestFrame open(Codec codec, InputStream stored, String key) throws IOException {
        try {
            return new ManifestFrame(codec.decoder(stored), key);
        } catch (DataIntegrityException damaged) {
            throw named(damaged, key);
        }
    }

    private static DataIntegrityException named(DataIntegrityException damaged, String key) {
        return new DataIntegrityException(key, damaged.offset(), key + " is damaged: " + damaged.getMessage(), damaged);
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return in.read(target, offset, length);
        } catch (DataIntegrityException damaged) {
            throw named(damaged, key);
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
