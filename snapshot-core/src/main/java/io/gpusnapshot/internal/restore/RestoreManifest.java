package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.repository.ManifestCopy;
import io.gpusnapshot.internal.repository.ManifestSource;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.model.SnapshotId;
import java.io.Closeable;
import java.io.IOException;

/** The manifest that a restore reads, as often as it needs to. */
interface RestoreManifest extends Closeable {
    ManifestReader open() throws IOException;

    /** The manifest as it is in its repository at that time. */
    static RestoreManifest stored(ManifestSource source, SnapshotId snapshot) {
        return new RestoreManifest() {
            @Override
            public ManifestReader open() throws IOException {
                return source.manifest(snapshot);
            }

            @Override
            public void close() {}
        };
    }

    /** A copy, which outlives the store. */
    static RestoreManifest copied(Repository repository, SnapshotId snapshot) throws IOException {
        ManifestCopy copy = ManifestCopy.take(repository, snapshot);
        return new RestoreManifest() {
            @Override
            public ManifestReader open() throws IOException {
                return copy.open();
            }

            @Override
            public void close() throws IOException {
                copy.close();
            }
        };
    }
}
