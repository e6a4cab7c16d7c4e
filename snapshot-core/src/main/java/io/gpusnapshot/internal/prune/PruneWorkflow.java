package io.gpusnapshot.internal.prune;

import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.internal.format.LeaseRecord;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.model.PruneReport;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prunes one repository. Packs are listed before manifests are read, so that a pack that appears later is no candidate;
 * if any manifest cannot be read, nothing is deleted, since it might need anything.
 */
public final class PruneWorkflow {
    private static final Logger LOGGER = LoggerFactory.getLogger(PruneWorkflow.class);
    private static final int DELETE_BATCH = 1000;
    /** No pack takes so long, so that nobody is sending to an upload which is older. */
    private static final Duration LONGEST_UPLOAD = Duration.ofHours(24);

    private final Repository repository;
    private final Clock clock;

    public PruneWorkflow(Repository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /**
     * Prunes.
     *
     * @param grace packs younger than this are left alone
     * @param dryRun delete nothing, only say what would be deleted
     */
    public PruneReport run(RetentionRule rule, Duration grace, boolean dryRun) throws IOException {
        List<StorageObject> packs = listPacks();
        List<LeaseRecord> leases = repository.liveLeases(clock);
        Map<SnapshotId, Set<String>> needs = new HashMap<>();
        List<SnapshotSummary> summaries = readManifests(needs);
        Set<SnapshotId> kept = Retention.kept(summaries, rule);
        leases.forEach(lease -> lease.parent().ifPresent(kept::add));
        List<SnapshotId> expired = summaries.stream()
                .map(SnapshotSummary::id)
                .filter(id -> !kept.contains(id))
                .sorted()
                .toList();
        needs.keySet().retainAll(kept);
        List<StorageObject> unneeded =
                unneeded(packs, needs, leases, clock.instant().minus(grace));
        if (!dryRun) {
            for (SnapshotId id : expired) {
                delete(id);
            }
            // A replication that began meanwhile may rely on packs that nobody needed before.
            unneeded = withoutLeased(unneeded, repository.liveLeases(clock));
            deletePacks(unneeded);
            abandonUploads(grace);
            repository.deleteAbandonedLeases(clock);
        }
        long bytes = unneeded.stream().mapToLong(StorageObject::lengthBytes).sum();
        return new PruneReport(dryRun, expired, unneeded.size(), bytes);
    }

    private void delete(SnapshotId id) throws IOException {
        try {
            repository.delete(id, clock);
        } catch (SnapshotNotFoundException deletedSince) {
            LOGGER.info("{} was deleted by somebody else", id);
        }
    }

    private List<StorageObject> listPacks() throws IOException {
        List<StorageObject> packs = new ArrayList<>();
        StorageProviders.listAll(repository.store(), RepositoryLayout.PACKS, object -> {
            if (RepositoryLayout.creatorOfPack(object.key()).isPresent()) {
                packs.add(object);
            }
        });
        return packs;
    }

    private List<SnapshotSummary> readManifests(Map<SnapshotId, Set<String>> needs) throws IOException {
        List<SnapshotSummary> summaries = new ArrayList<>();
        for (SnapshotId id : repository.snapshots()) {
            try (ManifestReader manifest = repository.manifest(id)) {
                manifest.requireWhole();
                Set<String> keys = new HashSet<>();
                for (StoredPack pack : manifest.packs()) {
                    keys.add(pack.key());
                }
                needs.put(id, keys);
                summaries.add(manifest.header().summary());
            } catch (SnapshotNotFoundException deletedSince) {
                // It needs nothing any more.
                LOGGER.info("{} was deleted by somebody else", id);
            }
        }
        return summaries;
    }

    private static List<StorageObject> unneeded(
            List<StorageObject> packs,
            Map<SnapshotId, Set<String>> needs,
            List<LeaseRecord> leases,
            Instant oldEnough) {
        Set<String> needed = new HashSet<>();
        needs.values().forEach(needed::addAll);
        List<StorageObject> candidates = packs.stream()
                .filter(pack -> !needed.contains(pack.key()))
                .filter(pack -> pack.lastModified().isBefore(oldEnough))
                .toList();
        return withoutLeased(candidates, leases);
    }

    private static List<StorageObject> withoutLeased(List<StorageObject> packs, List<LeaseRecord> leases) {
        return packs.stream()
                .filter(pack -> {
                    SnapshotId creator =
                            RepositoryLayout.creatorOfPack(pack.key()).orElseThrow();
                    return leases.stream().noneMatch(lease -> lease.coversPacksOf(creator));
                })
                .toList();
    }

    private void deletePacks(List<StorageObject> packs) throws IOException {
        List<String> keys = packs.stream().map(StorageObject::key).toList();
        for (int start = 0; start < keys.size(); start += DELETE_BATCH) {
            repository.store().delete(keys.subList(start, Math.min(keys.size(), start + DELETE_BATCH)));
        }
    }

    /** Uploads that a create left behind when it was killed; they show up in no listing, but take up space. */
    private void abandonUploads(Duration grace) throws IOException {
        Optional<GrantIssuer> issuer = repository.store().grants();
        if (issuer.isPresent()) {
            Duration age = grace.compareTo(LONGEST_UPLOAD) > 0 ? grace : LONGEST_UPLOAD;
            int count = issuer.get()
                    .abandonUploads(RepositoryLayout.PACKS, clock.instant().minus(age));
            LOGGER.info("Gave up {} unfinished uploads", count);
        }
    }
}
