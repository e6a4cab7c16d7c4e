package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.repository.ManifestCopy;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.model.SnapshotId;
import java.io.Closeable;
import java.io.IOException;

/** Where a restore reads the manifest from, as often as it needs to. */
interface ManifestSource extends Closeable {
    ManifestReader open() throws IOException;

    /** The manifest as it is in its repository at that time. */
    static ManifestSource stored(Repository repository, SnapshotId snapshot) {
        return new ManifestSource() {
            @Override
            public ManifestReader open() throws IOException {
                return repository.manifest(snapshot);
            }

            @Override
            public void close() {}
        };
    }

    /** A copy, which outlives the store. */
    static ManifestSource copied(Repository repository, SnapshotId snapshot) throws IOException {
        ManifestCopy copy = ManifestCopy.take(repository, snapshot);
        return new ManifestSource() {
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
