package io.gpusnapshot.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.protocol.Timing;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.scan.PathRules;
import io.gpusnapshot.internal.scan.ScanOptions;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.internal.transfer.TransferLimits;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.DeflateCodec;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FakeGrantIssuer;
import io.gpusnapshot.testing.ForwardingStorageProvider;
import io.gpusnapshot.testing.ManifestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;

/** A repository, an orchestrator at work in the background, and a host that a test plays. */
final class RemoteJobFixture implements AutoCloseable {
    static final SnapshotId ID = new SnapshotId("20260102T030405Z-gpu-1-aaaaaaaa");
    static final SnapshotId PARENT = new SnapshotId("20260101T030405Z-gpu-1-bbbbbbbb");
    static final SnapshotId OTHER = new SnapshotId("20260101T030405Z-gpu-2-cccccccc");
    static final String TOKEN = "token-of-this-create";

    /** Never loses patience, since the host of a test does not say that it is there. */
    private static final Timing PATIENT =
            new Timing(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMillis(20), Duration.ofHours(1));

    private static final String HOST = "hostile-host";
    private static final int PART_BYTES = 1000;
    private static final long PATIENCE_MILLIS = 20_000;

    final FakeClock clock = new FakeClock();
    final FakeGrantIssuer issuer;
    final StorageProvider store;
    final Repository repository;
    final ScriptedAgent host = new ScriptedAgent();
    final List<SnapshotEvent> events = new CopyOnWriteArrayList<>();
    private Timing timing = PATIENT;
    private boolean delta;

    RemoteJobFixture() throws IOException {
        issuer = new FakeGrantIssuer(clock, PART_BYTES);
        store = new ForwardingStorageProvider(new MemoryStorageProvider(clock)) {
            @Override
            public Optional<GrantIssuer> grants() {
                return Optional.of(issuer);
            }
        };
        repository = Repository.openOrCreate(store, CodecRegistry.fromClassPath(), "the-repository");
    }

    /** Has creates take differences, encoded by {@link DeflateCodec}. */
    RemoteJobFixture withDifferences() {
        delta = true;
        return this;
    }

    RemoteJobFixture impatient(Timing shorter) {
        timing = shorter;
        return this;
    }

    void put(SnapshotId id, ManifestContent manifest) throws IOException {
        StorageProviders.putBytes(store, RepositoryLayout.manifest(id), manifest.toBytes(), PutOptions.REPLACE);
    }

    CreateJob createJob(Optional<SnapshotId> parent) {
        return new CreateJob(
                ID,
                repository.id(),
                clock.instant(),
                TOKEN,
                "gpu-1",
                Path.of("/workspace"),
                new ScanOptions(PathRules.parse(List.of()), false, true),
                parent,
                delta ? List.of(new DeflateCodec()) : List.of(),
                delta,
                Chunking.FIXED,
                OptionalInt.empty(),
                OptionalInt.empty(),
                false,
                Map.of("run", "1"),
                Map.of("hostName", "gpu-7"));
    }

    private AgentSession session() throws IOException {
        return AgentSession.open(HOST, host, timing);
    }

    private RemoteJobs jobs() throws IOException {
        return new RemoteJobs(List.of(GrantingStore.of(repository)), 0, 64 << 20, new TransferLimits(1, 8, 1), clock);
    }

    /** Starts a create, and returns when the host has its order. */
    BackgroundCall create(Optional<SnapshotId> parent) throws IOException {
        BackgroundCall call = startCreate(parent);
        host.greet();
        host.peer().hear("hello");
        host.peer().hear("create");
        return call;
    }

    BackgroundCall startCreate(Optional<SnapshotId> parent) {
        CreateJob job = createJob(parent);
        return BackgroundCall.start(() -> {
            try (AgentSession agent = session();
                    LeasedRepository leased = LeasedRepository.acquire(repository, ID, parent, clock)) {
                jobs().create(agent, leased, job, new ProgressMeter(events::add));
            }
        });
    }

    /** Starts a restore of a snapshot, and returns when the host has its order. */
    BackgroundCall restore(SnapshotId snapshot) throws IOException {
        RestoreJob job = new RestoreJob(
                snapshot,
                Path.of("/workspace"),
                PathRules.parse(List.of()),
                PathRules.parse(List.of()),
                false,
                RestoreVerification.SHA256,
                SyncPolicy.NONE,
                OptionalInt.empty());
        BackgroundCall call = BackgroundCall.start(() -> {
            try (AgentSession agent = session()) {
                RemoteJobs jobs = jobs();
                jobs.restore(agent, job, jobs.find(snapshot), new ProgressMeter(events::add));
            }
        });
        host.greet();
        host.peer().hear("hello");
        // Length and grant of the manifest, and grants of the first packs.
        assertThat(host.peer().hear("restore"))
                .extractingByKey("foreseen", InstanceOfAssertFactories.LIST)
                .hasSize(3);
        return call;
    }

    /** Fails unless a job has left the store as it found it, and no thread behind. */
    void assertNothingLeft() throws IOException {
        assertThat(repository.snapshots()).as("snapshots").doesNotContain(ID);
        assertTidy();
    }

    /** Fails if leases, open uploads or threads are left. */
    void assertTidy() throws IOException {
        assertThat(repository.liveLeases(clock)).as("leases").isEmpty();
        assertThat(issuer.openUploads()).as("open uploads").isEmpty();
        assertThat(threads()).as("threads").isEmpty();
    }

    private static List<String> threads() {
        List<String> alive = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().endsWith(HOST) && !ends(thread)) {
                alive.add(thread.getName());
            }
        }
        return alive;
    }

    private static boolean ends(Thread thread) {
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    @Override
    public void close() throws IOException {
        host.close();
        issuer.close();
        store.close();
    }
}
