package io.gpusnapshot.internal.repository;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.SpillBuffer;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ContentSource;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Optional;

/** The manifest of a snapshot as it is stored, byte for byte. Belongs to one thread. */
public final class ManifestCopy implements Closeable {
    /** Longer ones wait in a temporary file. */
    private static final int SPILL_BYTES = 8 << 20;

    private final Repository original;
    private final SnapshotId id;
    private final SpillBuffer bytes = new SpillBuffer(SPILL_BYTES);

    private ManifestCopy(Repository original, SnapshotId id) {
        this.original = original;
        this.id = id;
    }

    /**
     * Copies the manifest; the caller closes the copy.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     */
    public static ManifestCopy take(Repository original, SnapshotId id) throws IOException {
        ManifestCopy copy = new ManifestCopy(original, id);
        try (InputStream stored = original.storedManifest(id).orElseThrow(() -> original.noSuchSnapshot(id))) {
            stored.transferTo(copy.bytes);
            copy.bytes.close();
        } catch (IOException | RuntimeException failed) {
            copy.close();
            throw failed;
        }
        if (copy.bytes.length() == 0) {
            String key = RepositoryLayout.manifest(id);
            throw new DataIntegrityException(key, 0, key + " is empty", null);
        }
        return copy;
    }

    public ContentSource content() {
        return bytes;
    }

    /** Opens what was copied. */
    public ManifestReader open() throws IOException {
        return original.manifest(id, bytes);
    }

    /**
     * Whether another repository has this very snapshot.
     *
     * @throws SnapshotConflictException if it has another one of the same id
     */
    public boolean isIn(Repository other) throws IOException {
        Optional<InputStream> stored = other.storedManifest(id);
        if (stored.isEmpty()) {
            return false;
        }
        try (InputStream theirs = new BufferedInputStream(stored.get(), 1 << 16);
                InputStream ours = new BufferedInputStream(Channels.newInputStream(bytes.open(0)), 1 << 16)) {
            if (!haveSameBytes(ours, theirs)) {
                throw new SnapshotConflictException(
                        id.value(),
                        other.store() + " holds another snapshot under the id " + id
                                + ", or a damaged one; delete it there, or replicate elsewhere",
                        null);
            }
            return true;
        }
    }

    private static boolean haveSameBytes(InputStream ours, InputStream theirs) throws IOException {
        int next = ours.read();
        while (next >= 0 && next == theirs.read()) {
            next = ours.read();
        }
        return next < 0 && theirs.read() < 0;
    }

    @Override
    public void close() throws IOException {
        bytes.discard();
    }
}
