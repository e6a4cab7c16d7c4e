package io.gpusnapshot;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Rewrites the manifest of a stored snapshot as a hostile writer would: well formed, digest and all. */
final class CraftedSnapshot {
    private final StorageProvider store;
    private final SnapshotId id;
    private final ManifestHeader header;
    private final List<StoredPack> packs;
    private final List<StoredChunk> chunks;
    private final List<WorkspaceEntry> entries = new ArrayList<>();

    private CraftedSnapshot(StorageProvider store, SnapshotId id, ManifestReader manifest) throws IOException {
        this.store = store;
        this.id = id;
        this.header = manifest.header();
        this.packs = new ArrayList<>(manifest.packs());
        this.chunks = manifest.chunks();
        for (WorkspaceEntry entry = manifest.nextEntry(); entry != null; entry = manifest.nextEntry()) {
            entries.add(entry);
        }
    }

    /** Replaces the entries of a snapshot. */
    static void rewrite(StorageProvider store, SnapshotId id, Consumer<List<WorkspaceEntry>> change)
            throws IOException {
        Repository repository = Repository.open(store, CodecRegistry.fromClassPath());
        try (ManifestReader manifest = repository.manifest(id)) {
            CraftedSnapshot crafted = new CraftedSnapshot(store, id, manifest);
            change.accept(crafted.entries);
            crafted.put();
        }
    }

    /** Replaces the table of packs of a snapshot. */
    static void rewritePacks(StorageProvider store, SnapshotId id, Consumer<List<StoredPack>> change)
            throws IOException {
        Repository repository = Repository.open(store, CodecRegistry.fromClassPath());
        try (ManifestReader manifest = repository.manifest(id)) {
            CraftedSnapshot crafted = new CraftedSnapshot(store, id, manifest);
            change.accept(crafted.packs);
            crafted.put();
        }
    }

    private void put() throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (ManifestWriter.EntryLines writer = new ManifestWriter.EntryLines(lines)) {
            for (WorkspaceEntry entry : entries) {
                writer.write(entry);
            }
        }
        ByteArrayOutputStream manifest = new ByteArrayOutputStream();
        try (ManifestWriter writer = new ManifestWriter(manifest)) {
            writer.writeHeader(header);
            writer.writeTables(packs, chunks);
            writer.writeEntries(new ByteArrayInputStream(lines.toByteArray()));
            writer.writeFooter(entries.size());
        }
        StorageProviders.putBytes(store, RepositoryLayout.manifest(id), manifest.toByteArray(), PutOptions.REPLACE);
    }

    static WorkspaceEntry emptyFile(RawPath path) {
        return entry(path, EntryType.FILE, Optional.empty());
    }

    static WorkspaceEntry directory(RawPath path) {
        return entry(path, EntryType.DIRECTORY, Optional.empty());
    }

    static WorkspaceEntry symlink(RawPath path, RawPath target) {
        return entry(path, EntryType.SYMLINK, Optional.of(target));
    }

    private static WorkspaceEntry entry(RawPath path, EntryType type, Optional<RawPath> target) {
        EntryMetadata metadata = new EntryMetadata(0755, 0, 0, Instant.EPOCH, List.of());
        return new WorkspaceEntry(path, type, metadata, ChangeStamp.UNRELIABLE, FileContent.NOTHING, target);
    }
}
