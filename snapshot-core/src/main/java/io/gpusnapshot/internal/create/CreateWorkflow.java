package io.gpusnapshot.internal.create;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.chunk.ChunkCatalog;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.ManifestWriter;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.SpillBuffer;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.repository.ManifestSink;
import io.gpusnapshot.internal.repository.ManifestSource;
import io.gpusnapshot.internal.repository.Manifests;
import io.gpusnapshot.internal.scan.WorkspaceScanner;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.SnapshotWarning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates one snapshot. Packs first, the manifest last: a create that fails anywhere leaves no snapshot. */
public final class CreateWorkflow {
    /** Entry lines of some 200,000 entries; more go to a temporary file. */
    private static final int SPILL_BYTES = 8 << 20;

    private final ManifestSource manifests;
    private final ManifestSink sink;
    private final PackStore packs;
    private final CreateResources resources;
    private final Clock clock;

    /**
     * @param manifests where the parent is read
     * @param sink where the manifest is handed in
     */
    public CreateWorkflow(
            ManifestSource manifests, ManifestSink sink, PackStore packs, CreateResources resources, Clock clock) {
        this.manifests = manifests;
        this.sink = sink;
        this.packs = packs;
        this.resources = resources;
        this.clock = clock;
    }

    /**
     * Creates the snapshot.
     *
     * @throws WorkspaceException if the workspace cannot be read; nothing has been stored then
     */
    public SnapshotInfo run(CreateJob job, ProgressMeter progress) throws IOException {
        WorkspaceScanner.requireReadable(job.workspace());
        PosixCalls posix = PosixCalls.ofPlatform();
        ChunkCatalog catalog = new ChunkCatalog();
        SpillBuffer entryLines = new SpillBuffer(SPILL_BYTES);
        try (ParentHandle parent = openParent(job.parent(), catalog)) {
            EntryFactory entries = new EntryFactory(posix, clock, progress);
            CreateContext context = new CreateContext(
                    job,
                    manifests.codecs(),
                    posix,
                    entries,
                    parent.snapshot,
                    catalog,
                    packs,
                    new OpenFiles(),
                    progress);
            CreatePipeline pipeline = new CreatePipeline(context, resources, parent.chunkBytes);
            progress.enter("create");
            long count;
            try (ManifestWriter.EntryLines lines = new ManifestWriter.EntryLines(
                    Manifests.codec(manifests.codecs()).encoder(entryLines))) {
                pipeline.run(lines);
                count = lines.count();
            }
            return commit(context, pipeline, entryLines, count);
        } finally {
            entryLines.discard();
        }
    }

    /** The parent's reader, if there is a parent. */
    private record ParentHandle(@Nullable ParentSnapshot snapshot, int chunkBytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (snapshot != null) {
                snapshot.close();
            }
        }
    }

    private ParentHandle openParent(Optional<SnapshotId> parent, ChunkCatalog catalog) throws IOException {
        if (parent.isEmpty()) {
            return new ParentHandle(null, 0);
        }
        ManifestReader manifest = manifests.manifest(parent.get());
        catalog.addAncestors(manifest.packs(), manifest.chunks());
        return new ParentHandle(
                new ParentSnapshot(manifest), manifest.header().summary().chunkBytes());
    }

    private SnapshotInfo commit(CreateContext context, CreatePipeline pipeline, SpillBuffer entryLines, long entryCount)
            throws IOException {
        CreateJob job = context.job();
        CreateCounters counters = pipeline.counters();
        refuseIfIncomplete(context, counters);
        context.progress().enter("commit");
        SnapshotSummary summary = summarize(context, pipeline);
        ManifestHeader header =
                new ManifestHeader(job.repositoryId(), job.token(), features(context.catalog()), summary);
        SpillBuffer manifest = new SpillBuffer(SPILL_BYTES);
        try {
            write(manifest, header, context.catalog(), entryLines, entryCount);
            sink.commit(header, reliesOnOthers(context), manifest);
            context.progress().addWireBytes(manifest.length());
            context.progress().report();
            return new SnapshotInfo(
                    summary,
                    counters.bytesRead,
                    context.progress().wireBytes(),
                    counters.bytesFetched.sum(),
                    counters.bytesReused,
                    counters.filesUnchanged,
                    counters.filesSkipped.sum(),
                    context.progress().elapsed(),
                    context.progress().warnings(),
                    Optional.empty());
        } finally {
            manifest.discard();
        }
    }

    private static Set<String> features(ChunkCatalog catalog) {
        boolean delta =
                catalog.listedChunks().stream().anyMatch(chunk -> chunk.base().isPresent());
        return delta ? Set.of(ManifestHeader.DELTA) : Set.of();
    }

    private static void refuseIfIncomplete(CreateContext context, CreateCounters counters) throws WorkspaceException {
        long skipped = counters.filesSkipped.sum();
        if (context.job().failOnSkipped() && skipped > 0) {
            List<SnapshotWarning> first =
                    context.progress().warnings().stream().limit(10).toList();
            throw new WorkspaceException(
                    WorkspaceException.Reason.UNREADABLE,
                    context.job().workspace().toString(),
                    skipped + " entries of " + context.job().workspace() + " could not be taken as they are, first: "
                            + first + "; exclude them or allow incomplete snapshots",
                    null);
        }
    }

    private static boolean reliesOnOthers(CreateContext context) {
        String own = RepositoryLayout.packsOf(context.job().id());
        return context.catalog().listedPacks().stream()
                .anyMatch(pack -> !pack.key().startsWith(own));
    }

    private static SnapshotSummary summarize(CreateContext context, CreatePipeline pipeline) {
        CreateJob job = context.job();
        CreateCounters counters = pipeline.counters();
        List<StoredPack> listedPacks = context.catalog().listedPacks();
        List<StoredChunk> listedChunks = context.catalog().listedChunks();
        SnapshotTotals totals = new SnapshotTotals(
                counters.files,
                counters.directories,
                counters.symlinks,
                counters.bytes,
                listedPacks.size(),
                listedChunks.size(),
                listedChunks.stream().mapToLong(StoredChunk::storedBytes).sum(),
                counters.newStoredBytes);
        return new SnapshotSummary(
                job.id(),
                job.createdAt(),
                job.instanceId(),
                job.workspaceName(),
                job.parent(),
                pipeline.chunkBytes(),
                job.labels(),
                job.host(),
                totals);
    }

    private void write(
            SpillBuffer target, ManifestHeader header, ChunkCatalog catalog, SpillBuffer entryLines, long entryCount)
            throws IOException {
        Codec codec = Manifests.codec(manifests.codecs());
        try (ManifestWriter writer = new ManifestWriter(codec.encoder(target));
                InputStream lines = codec.decoder(Channels.newInputStream(entryLines.open(0)))) {
            writer.writeHeader(header);
            writer.writeTables(catalog.listedPacks(), catalog.listedChunks());
            writer.writeEntries(lines);
            writer.writeFooter(entryCount);
        }
    }
}
