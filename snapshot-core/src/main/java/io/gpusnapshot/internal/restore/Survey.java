package io.gpusnapshot.internal.restore;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.format.EntrySource;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
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
 * @param delta whether any chunk is stored as the difference to another
 */
record Survey(
        SnapshotSummary summary,
        String sha256,
        Optional<KeptEntries> kept,
        long entries,
        long bytes,
        long newBytes,
        long newEntries,
        int largestChunk,
        boolean delta) {
    /** Up to so many entries, some 50 MB of them, are kept so that they need not be read a second time. */
    private static final int MAX_KEPT_ENTRIES = 1 << 17;

    /**
     * Reads a manifest to its end, which proves it whole, and holds it against the target.
     *
     * @throws WorkspaceException if something stands in the target where something of another kind must go, or if an
     *     entry has a name that restores use for themselves
     */
    static Survey take(ManifestReader manifest, Selection selection, CodecRegistry codecs, TargetNeeds needs)
            throws IOException {
        for (StoredChunk chunk : manifest.chunks()) {
            codecs.require(chunk.codec(), manifest.header().summary().id().value());
        }
        long number = 0;
        List<WorkspaceEntry> read = new ArrayList<>();
        for (WorkspaceEntry entry = manifest.nextEntry(); entry != null; entry = manifest.nextEntry()) {
            requireOrdinaryName(entry.path());
            if (selection.includes(entry)) {
                needs.take(entry, number);
            } else {
                needs.pass(entry);
            }
            number++;
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
                needs.entries(),
                needs.bytes(),
                needs.newBytes(),
                needs.newEntries(),
                largest,
                manifest.chunks().stream().anyMatch(chunk -> chunk.base().isPresent()));
    }

    /** What a chunk takes of the memory at most, its base included. */
    int chunkRoom() {
        return delta ? 2 * largestChunk : largestChunk;
    }

    /** No create stores such names; in a hostile manifest they would have one entry written through another. */
    private static void requireOrdinaryName(RawPath path) throws WorkspaceException {
        byte[] name = path.name();
        boolean marker = RestoreLeftovers.isMarker(name) && path.parent().isRoot();
        if (marker || RestoreLeftovers.isPart(name)) {
            throw new WorkspaceException(
                    WorkspaceException.Reason.UNSAFE_PATH,
                    path.toString(),
                    "The snapshot is refused: \"" + path
                            + "\" is a name that restores use for themselves; whoever wrote"
                            + " it is not to be trusted",
                    null);
        }
    }

    /** A manifest small enough to be kept. */
    record KeptEntries(List<StoredChunk> chunks, List<WorkspaceEntry> entries) {
        EntrySource source() {
            return EntrySource.of(chunks, entries);
        }
    }
}
