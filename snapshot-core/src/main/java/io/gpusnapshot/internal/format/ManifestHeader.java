package io.gpusnapshot.internal.format;

import io.gpusnapshot.model.SnapshotSummary;

/**
 * The first line of a manifest.
 *
 * @param repositoryId the repository it was written into
 * @param token random text by which a writer recognises its own manifest
 */
public record ManifestHeader(String repositoryId, String token, SnapshotSummary summary) {}
