package io.gpusnapshot.storage.b2.emulator;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An application key and its limits.
 *
 * @param bucketIds the buckets it is limited to; empty for all
 * @param namePrefix how the names of files it may touch begin
 */
record ApplicationKey(
        String keyId,
        String secret,
        String name,
        Set<Capability> capabilities,
        List<String> bucketIds,
        Optional<String> namePrefix,
        Optional<Instant> expires) {
    boolean isLimitedToBuckets() {
        return !bucketIds.isEmpty();
    }

    boolean mayUseBucket(String bucketId) {
        return bucketIds.isEmpty() || bucketIds.contains(bucketId);
    }

    boolean mayName(String fileName) {
        return fileName.startsWith(namePrefix.orElse(""));
    }
}
