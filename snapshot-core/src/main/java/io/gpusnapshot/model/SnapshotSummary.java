package io.gpusnapshot.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a snapshot without reading its entries: the header of its manifest.
 *
 * @param instanceId the host it was taken on, as the caller named it
 * @param workspace path of the workspace on that host, for people to read
 * @param parent the snapshot it was taken against
 * @param chunkBytes raw size at which large files are cut
 * @param labels what the caller attached
 * @param host facts about the host, such as operating system and cores
 */
public record SnapshotSummary(
        SnapshotId id,
        Instant createdAt,
        String instanceId,
        String workspace,
        Optional<SnapshotId> parent,
        int chunkBytes,
        Map<String, String> labels,
        Map<String, String> host,
        SnapshotTotals totals) {
    public SnapshotSummary {
        labels = Map.copyOf(labels);
        host = Map.copyOf(host);
    }
}
