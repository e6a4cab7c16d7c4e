package io.gpusnapshot;

import io.gpusnapshot.codec.Codec;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.create.HostFacts;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.internal.scan.ScanOptions;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.storage.StorageProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One create: makes the job of a request, and goes on without a parent that it chose itself and cannot use. */
final class CreateOperation {
    private static final int TOKEN_LENGTH = 26;
    /** What {@code auto} chooses from: the quick before the thorough, whose trial it may save. */
    private static final List<String> AUTOMATIC = List.of("floats", "lz4", "zstd");

    private final StorageProvider store;
    private final CodecRegistry codecs;
    private final Site site;
    private final Clock clock;
    private final Supplier<ProgressMeter> newProgress;
    private final SecureRandom random = new SecureRandom();

    CreateOperation(
            StorageProvider store, CodecRegistry codecs, Site site, Clock clock, Supplier<ProgressMeter> newProgress) {
        this.store = store;
        this.codecs = codecs;
        this.site = site;
        this.clock = clock;
        this.newProgress = newProgress;
    }

    SnapshotInfo run(CreateRequest request) throws IOException {
        List<Codec> candidates = candidates(request.codec());
        Path workspace = site.workspace(request.workspace());
        site.requireReadable(workspace);
        site.getReady(workspace);
        Repository repository = Repository.openOrCreate(store, codecs, SnapshotId.randomBase32(random, TOKEN_LENGTH));
        Map<String, String> facts = site.facts(workspace);
        String instanceId = request.instanceId().orElseGet(() -> facts.getOrDefault(HostFacts.HOST_NAME, "host"));
        ParentFinder parents = new ParentFinder(repository);
        Optional<SnapshotId> parent = parents.find(request.parentChoice(), instanceId);
        ProgressMeter progress = newProgress.get();
        try {
            return create(repository, job(repository.id(), request, candidates, facts, instanceId, parent), progress);
        } catch (DataIntegrityException
                | UnsupportedFormatException
                | WorkspaceException
                | SnapshotNotFoundException unusable) {
            if (!(request.parentChoice() instanceof CreateRequest.ParentChoice.Newest)
                    || !parents.isAbout(unusable, parent)) {
                throw unusable;
            }
            ProgressMeter again = newProgress.get();
            again.warn(new SnapshotWarning(
                    "", "parent " + parent.orElseThrow() + " cannot be used: " + unusable.getMessage()));
            // One that was deleted since is found no more, but would be read in vain again if it were damaged.
            Optional<SnapshotId> other = unusable instanceof SnapshotNotFoundException
                    ? parents.find(request.parentChoice(), instanceId)
                    : Optional.empty();
            return create(repository, job(repository.id(), request, candidates, facts, instanceId, other), again);
        }
    }

    private SnapshotInfo create(Repository repository, CreateJob job, ProgressMeter progress) throws IOException {
        try (LeasedRepository leased = LeasedRepository.acquire(repository, job.id(), job.parent(), clock)) {
            return site.create(repository, leased, job, progress);
        }
    }

    private List<Codec> candidates(String codec) {
        if (codec.equals(CodecRegistry.NONE)) {
            return List.of();
        }
        if (codec.equals(CreateRequest.AUTO_CODEC)) {
            return AUTOMATIC.stream()
                    .filter(codecs::isUsable)
                    .flatMap(id -> codecs.find(id).stream())
                    .toList();
        }
        Codec chosen = codecs.find(codec)
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no codec \"" + codec + "\" on the class path; there are auto and " + codecs.ids()));
        if (!codecs.isUsable(codec)) {
            throw new IllegalArgumentException("The native code of the codec \"" + codec + "\" cannot be loaded here");
        }
        return List.of(chosen);
    }

    private CreateJob job(
            String repositoryId,
            CreateRequest request,
            List<Codec> candidates,
            Map<String, String> facts,
            String instanceId,
            Optional<SnapshotId> parent) {
        Instant now = clock.instant();
        return new CreateJob(
                SnapshotId.generate(now, instanceId, random),
                repositoryId,
                now,
                SnapshotId.randomBase32(random, TOKEN_LENGTH),
                instanceId,
                site.workspace(request.workspace()),
                new ScanOptions(PathRules.parse(request.exclude()), request.oneFileSystem(), request.honorCacheTags()),
                parent,
                candidates,
                request.delta(),
                request.chunking(),
                request.chunkBytes(),
                request.packBytes(),
                request.failOnSkipped(),
                request.labels(),
                facts);
    }
}
