package io.gpusnapshot.model;

import java.time.Duration;
import java.util.List;

/**
 * What a replication did.
 *
 * @param target the store that holds the snapshot too now
 * @param packs packs that the snapshot needs
 * @param packsCopied those that the target lacked
 * @param bytesCopied sum of their lengths
 * @param bytesPresent sum of the lengths of the others
 * @param warnings the first 10,000 warnings
 */
public record ReplicateInfo(
        SnapshotSummary summary,
        String target,
        long packs,
        long packsCopied,
        long bytesCopied,
        long bytesPresent,
        Duration duration,
        List<SnapshotWarning> warnings) {
    public ReplicateInfo {
        warnings = List.copyOf(warnings);
    }
}
