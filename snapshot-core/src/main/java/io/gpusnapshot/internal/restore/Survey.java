package io.gpusnapshot.internal.restore;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.format.EntrySource;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one reading of a manifest shows before anything is changed.
 *
 * @param sha256 digest of the manifest
 * @param kept all entries, if they are few
 * @param entries selected entries
 * @param bytes sum of the sizes of selected files
 * @param newBytes bytes of data that selected files need beyond what stands in the target
 * @param newEntries inodes they need
 * @param largestChunk raw size of the largest chunk, in bytes
 */
record Survey(
        SnapshotSummary summary,
        String sha256,
        Optional<KeptEntries> kept,
        long entries,
        long bytes,
        long newBytes,
        long newEntries,
        int largestChunk) {
    /** Up to so many entries, some 50 MB of them, are kept so that they need not be read a second time. */
    private static final int MAX_KEPT_ENTRIES = 1 << 17;

    /** Files take whole blocks. */
    private static final int BLOCK_BYTES = 4096;

    /**
     * Reads a manifest to its end, which proves it whole, and holds it against the target.
     *
     * @param target the target if there is anything in it
     * @throws WorkspaceException if something stands in the target where something of another kind must go
     */
    static Survey take(
            ManifestReader manifest,
            Selection selection,
            CodecRegistry codecs,
            Optional<Path> target,
            boolean mayReplaceTrees)
            throws IOException {
        for (StoredChunk chunk : manifest.chunks()) {
            codecs.require(chunk.codec(), manifest.header().summary().id().value());
        }
        Taker taker = new Taker(target, mayReplaceTrees);
        List<WorkspaceEntry> read = new ArrayList<>();
        for (WorkspaceEntry entry = manifest.nextEntry(); entry != null; entry = manifest.nextEntry()) {
            if (selection.includes(entry)) {
                taker.take(entry);
            }
            if (read.size() <= MAX_KEPT_ENTRIES) {
                read.add(entry);
            }
        }
        Optional<KeptEntries> kept = read.size() <= MAX_KEPT_ENTRIES
                ? Optional.of(new KeptEntries(List.copyOf(manifest.chunks()), read))
                : Optional.empty();
        int largest =
                manifest.chunks().stream().mapToInt(StoredChunk::rawBytes).max().orElse(1);
        return new Survey(
                manifest.header().summary(),
                manifest.sha256(),
                kept,
                taker.entries,
                taker.bytes,
                taker.newBytes,
                taker.newEntries,
                largest);
    }

    /** A manifest small enough to be kept. */
    record KeptEntries(List<StoredChunk> chunks, List<WorkspaceEntry> entries) {
        EntrySource source() {
            return EntrySource.of(chunks, entries);
        }
    }

    /** Adds up. */
    private static final class Taker {
        private final Optional<Path> target;
        private final boolean mayReplaceTrees;
        private RawPath absent = RawPath.ROOT;
        private long entries;
        private long bytes;
        private long newBytes;
        private long newEntries;

        Taker(Optional<Path> target, boolean mayReplaceTrees) {
            this.target = target;
            this.mayReplaceTrees = mayReplaceTrees;
        }

        void take(WorkspaceEntry entry) throws IOException {
            entries++;
            bytes += entry.content().sizeBytes();
            Optional<UnixAttributes> existing = existing(entry.path());
            if (existing.isEmpty()) {
                newEntries++;
                newBytes += blocks(entry);
            } else {
                checkKind(entry, existing.get());
                long missing = blocks(entry) - existing.get().sizeBytes();
                newBytes += Math.max(0, missing);
            }
        }

        private static long blocks(WorkspaceEntry entry) {
            long data =
                    entry.content().extents().stream().mapToLong(Extent::length).sum();
            return (data + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
        }

        /** What stands in the target; asks the file system only below directories that exist. */
        private Optional<UnixAttributes> existing(RawPath path) throws IOException {
            if (target.isEmpty() || (!absent.isRoot() && path.isInside(absent))) {
                return Optional.empty();
            }
            try {
                return Optional.of(UnixAttributes.read(RawNames.resolve(target.get(), path)));
            } catch (NoSuchFileException missing) {
                absent = path;
                return Optional.empty();
            }
        }

        private void checkKind(WorkspaceEntry entry, UnixAttributes existing) throws WorkspaceException {
            boolean wantsDirectory = entry.type() == EntryType.DIRECTORY;
            if (wantsDirectory != existing.isDirectory() && !mayReplaceTrees) {
                throw new WorkspaceException(
                        WorkspaceException.Reason.OCCUPIED,
                        entry.path().toString(),
                        "In the workspace, \"" + entry.path() + "\" is a " + existing.typeName()
                                + ", but the snapshot has a " + entry.type().id()
                                + " there; move it away, restore into another directory, or allow extraneous entries"
                                + " to be deleted",
                        null);
            }
            if (!existing.isDirectory()) {
                absent = entry.path();
            }
        }
    }
}
