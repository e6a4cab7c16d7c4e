package io.gpusnapshot.internal.restore;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.concurrent.StageGroup;
import io.gpusnapshot.internal.concurrent.WorkerGate;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.restore.RestorePlanner.Extraneous;
import io.gpusnapshot.internal.restore.SourceSearch.Found;
import io.gpusnapshot.internal.scan.RestoreLeftovers;
import io.gpusnapshot.internal.transfer.PackReplicas;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Restores one snapshot. Nothing in the target is touched before the manifest has been read to its end. */
public final class RestoreWorkflow {
    private static final int TAG_LENGTH = 8;

    private final List<RestoreSource> sources;
    private final CodecRegistry codecs;
    private final RestoreResources resources;
    private final PosixCalls posix = PosixCalls.ofPlatform();

    /**
     * @param sources where the snapshot may be, the preferred one first; at least one
     */
    public RestoreWorkflow(List<RestoreSource> sources, RestoreResources resources) {
        this.sources = List.copyOf(sources);
        this.codecs = sources.get(0).manifests().codecs();
        this.resources = resources;
    }

    /**
     * Restores.
     *
     * @throws IllegalArgumentException if the selection matches nothing
     * @throws io.gpusnapshot.error.SnapshotException that names what could not be restored; what is missing can be
     *     restored by running the same job again
     */
    public RestoreInfo run(RestoreJob job, ProgressMeter progress) throws IOException {
        try {
            return restore(job, progress);
        } catch (IOException failed) {
            throw TargetFailures.translate(job.workspace(), failed);
        }
    }

    private RestoreInfo restore(RestoreJob job, ProgressMeter progress) throws IOException {
        progress.enter("survey");
        Selection selection = new Selection(job.only(), job.first());
        TargetDirectory target = new TargetDirectory(job.workspace());
        try (Found found = new SourceSearch(job.snapshot(), progress)
                .search(sources, manifest -> survey(manifest, job, selection, target))) {
            target.requireSpace(found.survey(), posix);
            progress.expect(found.survey().entries(), found.survey().bytes());
            return restore(job, selection, target.open(), found, progress);
        }
    }

    private Survey survey(ManifestReader manifest, RestoreJob job, Selection selection, TargetDirectory target)
            throws IOException {
        Optional<Path> occupied =
                target.isOccupied() ? Optional.of(job.workspace().toRealPath()) : Optional.empty();
        TargetNeeds needs = new TargetNeeds(occupied, job.deleteExtraneous(), tagOf(job.snapshot()));
        Survey survey = Survey.take(manifest, selection, codecs, needs);
        if (survey.entries() == 0) {
            throw new IllegalArgumentException("Nothing in " + job.snapshot()
                    + " matches what is to be restored; show --files lists its" + " paths");
        }
        return survey;
    }

    private RestoreInfo restore(RestoreJob job, Selection selection, Path root, Found found, ProgressMeter progress)
            throws IOException {
        try (RestoreMarker marker = RestoreMarker.set(root, job.snapshot())) {
            warnOfLimitations(progress);
            Optional<TargetSync> sync = openSync(job, root);
            try {
                RestoreContext context = new RestoreContext(
                        job,
                        root,
                        codecs,
                        new PackReplicas(found.packs(), progress::warn),
                        posix,
                        new MetadataWriter(posix, progress),
                        sync,
                        new RestoreTally(),
                        progress);
                long deleted = restore(context, selection, found, marker);
                return summarize(context, found.survey(), deleted);
            } finally {
                sync.ifPresent(TargetSync::close);
            }
        }
    }

    private Optional<TargetSync> openSync(RestoreJob job, Path root) throws IOException {
        return job.sync() == SyncPolicy.FILES ? posix.fileSystemSync(root).map(TargetSync::new) : Optional.empty();
    }

    private void warnOfLimitations(ProgressMeter progress) {
        if (!posix.limitations().isEmpty()) {
            progress.warn(new SnapshotWarning("", posix.limitations()));
        }
    }

    private long restore(RestoreContext context, Selection selection, Found found, RestoreMarker marker)
            throws IOException {
        Survey survey = found.survey();
        PackReplicas packs = context.packs();
        String tag = tagOf(context.job().snapshot());
        LinkGroups links = new LinkGroups();
        FileFinisher finisher = new FileFinisher(context, links);
        RangeLimits limits = RangeLimits.of(packs, survey, context.job().rangeBytes());
        int readers = resources.affordableReaders(
                packs.maxReaders(), survey.chunkRoom(), survey.delta() ? 2 * limits.pieceBytes() : limits.pieceBytes());
        DecoderPool decoders = new DecoderPool(
                context.codecs(), survey.largestChunk(), resources.affordableDecoders(survey.chunkRoom()));
        RunFetcher fetcher = new RunFetcher(context, limits.pieceBytes(), readers, decoders);
        TaskQueue queue =
                new TaskQueue(2 * readers, limits.pieceBytes(), () -> Math.min(readers, packs.usefulReaders()));
        RestorePlanner planner = new RestorePlanner(context, links, finisher, queue, tag, limits);
        context.progress().enter("restore");
        StageGroup stages = new StageGroup("restore");
        stages.add("planner", 1, () -> {
            planRounds(context, selection, found, planner, queue);
            for (int i = 0; i < readers; i++) {
                queue.put(new RestoreTask.End());
            }
        });
        // As many as the store is good for, and those that use what has come.
        WorkerGate gate = new WorkerGate(() -> packs.usefulReaders() + decoders.count());
        stages.addNumbered(
                "worker",
                readers,
                number -> new RestoreWorker(context, finisher, fetcher, decoders).run(number, gate, queue));
        try {
            stages.await();
        } finally {
            fetcher.close();
            decoders.close();
            finisher.abandonAll();
        }
        context.tally().requireComplete(context.job().snapshot().value());
        context.progress().enter("finish");
        long deleted = deleteExtraneous(planner.extraneous(), finisher);
        if (context.sync().isPresent()) {
            context.sync().get().finish();
        }
        marker.remove();
        finisher.finish(planner.root());
        return deleted;
    }

    private static String tagOf(SnapshotId snapshot) {
        return snapshot.value().substring(snapshot.value().length() - TAG_LENGTH);
    }

    private static void planRounds(
            RestoreContext context, Selection selection, Found found, RestorePlanner planner, TaskQueue queue)
            throws IOException, InterruptedException {
        boolean twoRounds = !context.job().first().isEmpty();
        if (twoRounds) {
            planRound(found, planner, entry -> selection.includes(entry) && selection.comesFirst(entry), false);
            queue.awaitIdle();
            context.progress().enter("restore-rest");
        }
        planRound(found, planner, entry -> selection.includes(entry) && !(twoRounds && isDone(selection, entry)), true);
    }

    /** Directories take part in both rounds, because they get their metadata in the last. */
    private static boolean isDone(Selection selection, WorkspaceEntry entry) {
        return entry.type() != EntryType.DIRECTORY && selection.comesFirst(entry);
    }

    private static void planRound(
            Found found, RestorePlanner planner, Predicate<WorkspaceEntry> wanted, boolean finalRound)
            throws IOException, InterruptedException {
        Survey survey = found.survey();
        if (survey.kept().isPresent()) {
            planner.plan(survey.kept().get().source(), wanted, finalRound);
            return;
        }
        try (ManifestReader manifest = found.manifest().open()) {
            planner.plan(manifest, wanted, finalRound);
            if (!manifest.sha256().equals(survey.sha256())) {
                throw new SnapshotConflictException(
                        survey.summary().id().value(),
                        "The manifest of " + survey.summary().id() + " changed while it was restored; the store is"
                                + " not to be trusted",
                        null);
            }
        }
    }

    private long deleteExtraneous(List<Extraneous> extraneous, FileFinisher finisher) throws IOException {
        long deleted = 0;
        for (Extraneous entry : extraneous) {
            Path directory = entry.directory().path();
            TreeDeletion.allowChanges(directory, UnixAttributes.read(directory), posix);
            long count = TreeDeletion.delete(entry.path(), posix);
            deleted += RestoreLeftovers.isPart(RawNames.bytes(entry.path().getFileName())) ? 0 : count;
        }
        for (Extraneous entry : extraneous) {
            // Deleting from a directory has changed its time.
            finisher.applyMetadata(entry.directory());
        }
        return deleted;
    }

    private static RestoreInfo summarize(RestoreContext context, Survey survey, long deleted) {
        context.progress().report();
        return new RestoreInfo(
                survey.summary(),
                context.tally().files.sum(),
                survey.bytes(),
                context.progress().wireBytes(),
                context.tally().bytesReused.sum(),
                context.tally().filesKept.sum(),
                deleted,
                context.packs().reports(),
                context.progress().elapsed(),
                context.progress().warnings(),
                Optional.empty());
    }
}
