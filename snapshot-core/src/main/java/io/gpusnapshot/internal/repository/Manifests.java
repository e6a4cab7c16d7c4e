package io.gpusnapshot.internal.repository;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.model.SnapshotId;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** The frames that manifests are stored in. */
public final class Manifests {
    /** Readable by every version that has a decoder for it; {@code none} serves where no codec is at hand. */
    private static final List<String> CODECS = List.of("lz4", CodecRegistry.NONE);

    private static final int LZ4_MAGIC = 0x04224d18;
    private static final int ZSTD_MAGIC = 0x28b52ffd;

    private Manifests() {}

    /** The codec that new manifests are written with. */
    public static Codec codec(CodecRegistry codecs) {
        for (String id : CODECS) {
            Optional<Codec> codec = codecs.find(id);
            if (codec.isPresent()) {
                return codec.get();
            }
        }
        throw new IllegalStateException("every registry has the codec none");
    }

    /**
     * Takes a manifest out of its frame.
     *
     * @param stored the stored bytes, at least one; closed with the result, and when this fails
     * @param key what to name in errors
     */
    public static InputStream decode(InputStream stored, String key, CodecRegistry codecs) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(stored, 1 << 16);
        try {
            return ManifestFrame.open(codecOf(buffered, key, codecs), buffered, key);
        } catch (IOException | RuntimeException failed) {
            buffered.close();
            throw failed;
        }
    }

    /** The first four bytes of a frame tell its codec; a line without a frame starts with a brace. */
    private static Codec codecOf(BufferedInputStream stored, String key, CodecRegistry codecs) throws IOException {
        stored.mark(4);
        byte[] magic = stored.readNBytes(4);
        stored.reset();
        int word = 0;
        for (byte b : magic) {
            word = word << 8 | (b & 0xff);
        }
        if (word == LZ4_MAGIC) {
            return codecs.require("lz4", key);
        }
        if (word == ZSTD_MAGIC) {
            return codecs.require("zstd", key);
        }
        if (magic.length > 0 && magic[0] == '{') {
            return codecs.require(CodecRegistry.NONE, key);
        }
        throw new DataIntegrityException(key, 0, key + " is no manifest: it starts with unknown bytes", null);
    }

    /**
     * Opens a manifest that is already out of its frame.
     *
     * @param decoded the lines; closed with the result, and when this fails
     * @throws DataIntegrityException if it is the manifest of something else
     */
    public static ManifestReader open(InputStream decoded, SnapshotId id, String repositoryId) throws IOException {
        try {
            ManifestReader reader = new ManifestReader(decoded, RepositoryLayout.manifest(id));
            checked(reader.header(), id, repositoryId);
            return reader;
        } catch (IOException | RuntimeException failed) {
            decoded.close();
            throw failed;
        }
    }

    static ManifestHeader checked(ManifestHeader header, SnapshotId id, String repositoryId)
            throws DataIntegrityException {
        if (!header.summary().id().equals(id) || !header.repositoryId().equals(repositoryId)) {
            throw new DataIntegrityException(
                    RepositoryLayout.manifest(id),
                    0,
                    RepositoryLayout.manifest(id) + " holds snapshot "
                            + header.summary().id() + " of repository " + header.repositoryId()
                            + ", but this is repository " + repositoryId + "; it was moved or tampered with",
                    null);
        }
        return header;
    }
}
