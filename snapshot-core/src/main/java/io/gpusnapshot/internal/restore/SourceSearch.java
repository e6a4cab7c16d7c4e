package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.transfer.PackReplicas;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.transfer.ReplicaFailures;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotWarning;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds out which of several repositories have a snapshot, and takes its manifest from the first that has it whole. */
final class SourceSearch {
    private final SnapshotId snapshot;
    private final ProgressMeter progress;

    SourceSearch(SnapshotId snapshot, ProgressMeter progress) {
        this.snapshot = snapshot;
        this.progress = progress;
    }

    /** Reads a manifest through. */
    @FunctionalInterface
    interface Surveyor {
        Survey survey(ManifestReader manifest) throws IOException;
    }

    /**
     * What was found.
     *
     * @param manifest the manifest that was surveyed
     * @param packs all stores that have the snapshot, in the order in which they were given
     */
    record Found(Survey survey, RestoreManifest manifest, List<PackReplicas.Source> packs) implements Closeable {
        @Override
        public void close() throws IOException {
            manifest.close();
        }
    }

    /**
     * Searches; what is skipped is warned of.
     *
     * @throws IOException the failure of the source, or one that names those of all, if none has the snapshot; or what
     *     speaks against restoring it, wherever it is from
     */
    Found search(List<RestoreSource> sources, Surveyor surveyor) throws IOException {
        List<PackReplicas.Source> packs = new ArrayList<>();
        ReplicaFailures failures = ReplicaFailures.NONE;
        for (int i = 0; i < sources.size(); i++) {
            RestoreSource source = sources.get(i);
            try {
                Found found = survey(source, sources.size() > 1, surveyor, packs);
                failures.failures().forEach(failure -> skip(failure.toString()));
                packs.add(packsOf(source));
                addOthers(sources.subList(i + 1, sources.size()), packs);
                return found;
            } catch (SnapshotException failed) {
                if (!isAboutManifest(failed)) {
                    throw failed;
                }
                failures = failures.with(source.name(), failed);
                if (failed instanceof DataIntegrityException) {
                    // Its packs may be sound, and are checked like any others.
                    packs.add(packsOf(source));
                }
            }
        }
        throw failures.combined(snapshot.value(), "the manifest of " + snapshot);
    }

    private Found survey(RestoreSource source, boolean hasReplicas, Surveyor surveyor, List<PackReplicas.Source> packs)
            throws IOException {
        RestoreManifest manifest = source.manifest(snapshot, hasReplicas);
        try (ManifestReader reader = manifest.open()) {
            return new Found(surveyor.survey(reader), manifest, packs);
        } catch (IOException | RuntimeException failed) {
            manifest.close();
            throw failed;
        }
    }

    private static PackReplicas.Source packsOf(RestoreSource source) {
        return new PackReplicas.Source(source.name(), source.packs());
    }

    private void addOthers(List<RestoreSource> others, List<PackReplicas.Source> packs) throws IOException {
        for (RestoreSource source : others) {
            try {
                if (source.manifests().exists(snapshot)) {
                    packs.add(packsOf(source));
                } else {
                    skip(source.name() + ": it does not have " + snapshot);
                }
            } catch (SnapshotException failed) {
                skip(source.name() + ": " + failed.getMessage());
            }
        }
    }

    private void skip(String reason) {
        progress.warn(new SnapshotWarning("", "replica skipped: " + reason));
    }

    /** Whether another source may do better. */
    private static boolean isAboutManifest(SnapshotException failure) {
        if (failure instanceof WorkspaceException workspace) {
            return workspace.reason() == WorkspaceException.Reason.UNSAFE_PATH;
        }
        return failure instanceof StorageException
                || failure instanceof DataIntegrityException
                || failure instanceof SnapshotNotFoundException
                || failure instanceof UnsupportedFormatException;
    }
}
