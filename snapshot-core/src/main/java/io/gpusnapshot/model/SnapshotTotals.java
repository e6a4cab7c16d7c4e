package io.gpusnapshot.model;

/**
 * Counts over a whole snapshot.
 *
 * @param files regular files, every hard link counted
 * @param bytes sum of the sizes of regular files, every file counted once however many hard links it has
 * @param packs packs that the snapshot refers to, those of its ancestors included
 * @param chunks chunks that the snapshot refers to
 * @param storedBytes encoded size of these chunks
 * @param newStoredBytes the part of {@code storedBytes} that this snapshot added to the repository
 */
public record SnapshotTotals(
        long files,
        long directories,
        long symlinks,
        long bytes,
        long packs,
        long chunks,
        long storedBytes,
        long newStoredBytes) {}
