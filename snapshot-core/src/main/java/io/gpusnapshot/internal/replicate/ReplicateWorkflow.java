package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.internal.chunk.DecoderPool;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Lease;
import io.gpusnapshot.internal.repository.ManifestCopy;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.ReplicateInfo;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.StorageProvider;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Replicates one snapshot. Packs first, the manifest last: a replication that fails anywhere leaves no snapshot, and the
 * next one copies only what is missing. It writes nothing to where it copies from.
 */
public final class ReplicateWorkflow {
    private static final long MIN_RANGE_BYTES = 1L << 20;
    /** Ranges per reader that even a small job is cut into, so that all readers finish together. */
    private static final int RANGES_PER_READER = 4;

    private final Repository source;
    private final PackStore sourcePacks;
    private final StorageProvider target;
    private final PackStore targetPacks;
    private final ReplicateResources resources;
    private final Clock clock;

    public ReplicateWorkflow(
            Repository source,
            PackStore sourcePacks,
            StorageProvider target,
            PackStore targetPacks,
            ReplicateResources resources,
            Clock clock) {
        this.source = source;
        this.sourcePacks = sourcePacks;
        this.target = target;
        this.targetPacks = targetPacks;
        this.resources = resources;
        this.clock = clock;
    }

    /**
     * Replicates.
     *
     * @throws io.gpusnapshot.error.SnapshotNotFoundException if there is no such snapshot
     * @throws SnapshotConflictException if the target is where the snapshot is, or holds another repository, or another
     *     snapshot or pack under the name of one; or if the snapshot was deleted meanwhile
     * @throws DataIntegrityException if the snapshot is damaged
     */
    public ReplicateInfo run(SnapshotId id, RestoreVerification verification, ProgressMeter progress)
            throws IOException {
        progress.enter("survey");
        try (ManifestCopy manifest = ManifestCopy.take(source, id)) {
            SnapshotContents contents = SnapshotContents.read(manifest, source.codecs(), verification);
            CopyPlan plan = planCopy(contents, verification);
            Repository replica = Repository.openReplica(target, source);
            // Another snapshot of this id shows before anything is copied.
            manifest.isIn(replica);
            try (Lease lease = Lease.acquireForReplica(target, id, contents.creators(), clock)) {
                requireOtherPlace(lease, id);
                return replicate(new Job(manifest, contents, plan, replica, lease), progress);
            }
        }
    }

    /** What one run works with. */
    private record Job(
            ManifestCopy manifest, SnapshotContents contents, CopyPlan plan, Repository replica, Lease lease) {
        SnapshotId id() {
            return contents.header().summary().id();
        }
    }

    /** Stores may go by several names, so that only something that was written to one and shows in the other tells. */
    private void requireOtherPlace(Lease lease, SnapshotId id) throws IOException {
        if (lease.isSeenIn(source.store())) {
            throw new SnapshotConflictException(
                    id.value(),
                    "Cannot replicate " + id + " from " + source.store() + " to " + target
                            + ": they are the same place; name another bucket, prefix or folder",
                    null);
        }
    }

    private ReplicateInfo replicate(Job job, ProgressMeter progress) throws IOException {
        SnapshotContents contents = job.contents();
        List<StoredPack> missing = new Inventory(target, targetPacks).missing(contents);
        Set<StoredPack> present = new LinkedHashSet<>(contents.packs());
        missing.forEach(present::remove);
        progress.enter("replicate");
        progress.expect(missing.size(), SnapshotContents.bytes(missing));
        copy(job, missing, progress);
        progress.enter("commit");
        commit(job);
        copy(job, vanished(contents, present), progress);
        progress.report();
        return new ReplicateInfo(
                contents.header().summary(),
                target.toString(),
                contents.packs().size(),
                missing.size(),
                SnapshotContents.bytes(missing),
                SnapshotContents.bytes(present),
                progress.elapsed(),
                progress.warnings());
    }

    private void copy(Job job, List<StoredPack> packs, ProgressMeter progress) throws IOException {
        CopyPlan plan = job.plan();
        try (DecoderPool decoders = new DecoderPool(source.codecs(), plan.largestChunk(), plan.decoders());
                BufferPool stored = new BufferPool(plan.largestChunk(), plan.decoders());
                BufferPool storedBases = new BufferPool(plan.largestChunk(), plan.decoders())) {
            BaseReader bases = new BaseReader(sourcePacks, job.contents().bases(), storedBases, progress);
            PackChecker checker = new PackChecker(plan.verification(), decoders, stored, bases, progress);
            new CopyPipeline(sourcePacks, targetPacks, job.contents().chunksByPack(), checker, plan, progress)
                    .run(packs);
        } catch (ObjectNotFoundException | DataIntegrityException lost) {
            throw explained(job.id(), lost);
        }
    }

    /** A pack that is missing may be damage, or the snapshot was deleted under our hands. */
    private IOException explained(SnapshotId id, SnapshotException lost) throws IOException {
        if (!source.exists(id)) {
            return new SnapshotConflictException(
                    id.value(),
                    "Snapshot " + id + " was deleted from " + source.store() + " while it was replicated",
                    lost);
        }
        if (lost instanceof DataIntegrityException) {
            return lost;
        }
        return new DataIntegrityException(
                lost.subject(),
                0,
                lost.subject() + ", which " + id + " needs, is missing from " + source.store()
                        + "; replicate from another replica: " + lost.getMessage(),
                lost);
    }

    private static void commit(Job job) throws IOException {
        job.lease().requireHeld();
        if (!job.manifest().isIn(job.replica())) {
            job.replica().commit(job.contents().header(), job.manifest().content());
        }
    }

    /**
     * A prune that read leases before ours was there may have deleted packs that nobody needed until now. From the commit
     * on, none does.
     */
    private List<StoredPack> vanished(SnapshotContents contents, Set<StoredPack> present) throws IOException {
        if (present.isEmpty()) {
            return List.of();
        }
        List<StoredPack> vanished = new Inventory(target, targetPacks).missing(contents);
        vanished.retainAll(present);
        return vanished;
    }

    /** Chosen for all packs, so that what does not fit shows before anything is written. */
    private CopyPlan planCopy(SnapshotContents contents, RestoreVerification verification) {
        long total = SnapshotContents.bytes(contents.packs());
        long share = total / ((long) sourcePacks.maxReaders() * RANGES_PER_READER);
        int rangeBytes = (int) Math.max(MIN_RANGE_BYTES, Math.min(sourcePacks.maxPieceBytes(), share));
        return resources.plan(contents, verification, rangeBytes);
    }
}
