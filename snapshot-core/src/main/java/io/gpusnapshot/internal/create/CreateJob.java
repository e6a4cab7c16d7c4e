package io.gpusnapshot.internal.create;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.scan.ScanOptions;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to snapshot, and how.
 *
 * @param repositoryId the repository that the manifest will name
 * @param token random text that tells this create's manifest from any other
 * @param codecs codecs to choose from for every chunk
 * @param delta store what is new in a file as its difference to the parent's where that takes less
 * @param chunking where large files are cut
 * @param chunkBytes size of chunks; empty for the parent's, or one that suits the workspace
 * @param packBytes size that packs grow to; empty for the default
 * @param failOnSkipped fail, before anything is committed, if any entry cannot be read
 */
public record CreateJob(
        SnapshotId id,
        String repositoryId,
        Instant createdAt,
        String token,
        String instanceId,
        Path workspace,
        ScanOptions scan,
        Optional<SnapshotId> parent,
        List<Codec> codecs,
        boolean delta,
        Chunking chunking,
        OptionalInt chunkBytes,
        OptionalInt packBytes,
        boolean failOnSkipped,
        Map<String, String> labels,
        Map<String, String> host) {
    /** What the manifest calls the workspace; the same text on every machine, whatever its locale. */
    public String workspaceName() {
        return RawPath.ofBytes(RawNames.bytes(workspace)).toString();
    }
}
