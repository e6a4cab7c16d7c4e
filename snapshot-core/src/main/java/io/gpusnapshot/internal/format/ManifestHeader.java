package io.gpusnapshot.internal.format;

import io.gpusnapshot.model.SnapshotSummary;
import java.util.Set;

/**
 * The first line of a manifest.
 *
 * @param repositoryId the repository it was written into
 * @param token random text by which a writer recognises its own manifest
 * @param features what a reader must know of to read the manifest rightly
 */
public record ManifestHeader(String repositoryId, String token, Set<String> features, SnapshotSummary summary) {
    /** Chunks may be stored as differences to others. */
    public static final String DELTA = "delta";

    public ManifestHeader {
        features = Set.copyOf(features);
    }

    /** The header of a manifest that any reader of its version understands. */
    public ManifestHeader(String repositoryId, String token, SnapshotSummary summary) {
        this(repositoryId, token, Set.of(), summary);
    }
}
