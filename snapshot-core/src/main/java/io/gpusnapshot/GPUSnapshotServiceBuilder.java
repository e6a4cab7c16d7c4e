package io.gpusnapshot;

import static java.util.Objects.requireNonNull;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.delivery.AgentDelivery;
import io.gpusnapshot.internal.remote.AgentInstaller;
import io.gpusnapshot.internal.transfer.TransferLimits;
import io.gpusnapshot.remote.RemoteExecutorFactory;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link GPUSnapshotService}. Not thread-safe. */
public final class GPUSnapshotServiceBuilder {
    private static final long MIN_MEMORY_BYTES = 64L << 20;
    private static final long MAX_DEFAULT_MEMORY_BYTES = 512L << 20;

    private @Nullable StoreHandle store;
    private final List<StoreHandle> replicas = new ArrayList<>();
    private @Nullable CodecRegistry codecs;
    private SnapshotListener listener = event -> {};
    private Clock clock = Clock.systemUTC();
    private OptionalInt parallelism = OptionalInt.empty();
    private int maxConnections = GPUSnapshotService.DEFAULT_MAX_CONNECTIONS;
    private int hedgePercent = GPUSnapshotService.DEFAULT_HEDGE_PERCENT;
    private OptionalLong memoryBytes = OptionalLong.empty();
    private RemoteExecutorFactory connector = RemoteExecutors::connect;
    private AgentInstaller agentInstaller = AgentDelivery.fromClassPath();
    private int minConnections = 1;

    GPUSnapshotServiceBuilder() {}

    /** Where the repository is. This or {@link #storage(StorageProvider)} is required. */
    public GPUSnapshotServiceBuilder storage(StorageConfig storage) {
        return store(StoreHandle.of(requireNonNull(storage)));
    }

    /** Where the repository is, as a provider that the caller made and will close. */
    public GPUSnapshotServiceBuilder storage(StorageProvider storage) {
        return store(StoreHandle.of(requireNonNull(storage)));
    }

    private GPUSnapshotServiceBuilder store(StoreHandle handle) {
        if (store != null) {
            throw new IllegalStateException("GPUSnapshotService has one storage only; others may be its replicas");
        }
        store = handle;
        return this;
    }

    /**
     * Another store that holds snapshots of the same repository, for restores to read from. Repeatable. It is opened
     * when it is needed, and so is the main store if there are replicas: restores do without those that fail.
     */
    public GPUSnapshotServiceBuilder replica(StorageConfig storage) {
        replicas.add(StoreHandle.of(requireNonNull(storage)));
        return this;
    }

    /** The same, as a provider that the caller made and will close. */
    public GPUSnapshotServiceBuilder replica(StorageProvider storage) {
        replicas.add(StoreHandle.of(requireNonNull(storage)));
        return this;
    }

    /** The codecs to use. Default: those on the class path. */
    public GPUSnapshotServiceBuilder codecs(CodecRegistry registry) {
        codecs = requireNonNull(registry);
        return this;
    }

    /** Who is told of progress and warnings. Default: nobody. */
    public GPUSnapshotServiceBuilder listener(SnapshotListener receiver) {
        listener = requireNonNull(receiver);
        return this;
    }

    /** The clock for ids, leases and pruning. Default: the system's. */
    public GPUSnapshotServiceBuilder clock(Clock time) {
        clock = requireNonNull(time);
        return this;
    }

    /**
     * Threads that work on content at once, 1 to 256, here or on the host of a job. Default: one per processor of
     * that machine, two at least.
     *
     * @throws IllegalArgumentException if out of range
     */
    public GPUSnapshotServiceBuilder parallelism(int threads) {
        Bounds.require("parallelism", threads, 1, 256);
        parallelism = OptionalInt.of(threads);
        return this;
    }

    /**
     * Most connections to a remote store at once, 1 to 1000. How many of them are used is found while data moves.
     * Default: {@link GPUSnapshotService#DEFAULT_MAX_CONNECTIONS}.
     *
     * @throws IllegalArgumentException if out of range
     */
    public GPUSnapshotServiceBuilder maxConnections(int connections) {
        Bounds.require("maxConnections", connections, 1, 1000);
        maxConnections = connections;
        return this;
    }

    /**
     * Fewest connections to a remote store at once, at most {@link #maxConnections}, with which it makes a fixed
     * number. Meant for measuring. Default: 1.
     */
    public GPUSnapshotServiceBuilder minConnections(int connections) {
        minConnections = connections;
        return this;
    }

    /**
     * How many bytes a restore may fetch twice, in percent of all that it fetches, 0 to 100. A request that stalls is sent
     * again, once (a hedged request), and the first whole answer counts; stores that charge for requests and for
     * traffic charge for both. 0 never sends one again before it has failed. Default: {@link
     * GPUSnapshotService#DEFAULT_HEDGE_PERCENT}.
     *
     * @throws IllegalArgumentException if out of range
     */
    public GPUSnapshotServiceBuilder hedgePercent(int percent) {
        Bounds.require("hedgePercent", percent, 0, 100);
        hedgePercent = percent;
        return this;
    }

    /** Throws {@link IllegalArgumentException} if more connections are wanted at least than at most. */
    TransferLimits transferLimits() {
        return new TransferLimits(minConnections, maxConnections, hedgePercent);
    }

    /**
     * Room for all buffers of one operation, in bytes, 64 MiB at least. They lie outside the heap, where the
     * JVM allows as much as its heap may have ({@code -Xmx}) unless {@code -XX:MaxDirectMemorySize} says otherwise.
     * Default: three quarters of the largest heap, but 64 MiB at least and 512 MiB at most; 512 MiB on other hosts.
     *
     * @throws IllegalArgumentException if out of range
     */
    public GPUSnapshotServiceBuilder memoryBytes(long bytes) {
        if (bytes < MIN_MEMORY_BYTES) {
            throw new IllegalArgumentException(
                    "memoryBytes must be at least " + MIN_MEMORY_BYTES + ", but is " + bytes);
        }
        memoryBytes = OptionalLong.of(bytes);
        return this;
    }

    /** How other hosts are connected to. Default: the factory on the class path. */
    public GPUSnapshotServiceBuilder remoteExecutors(RemoteExecutorFactory factory) {
        connector = requireNonNull(factory);
        return this;
    }

    /** How agents get onto hosts. Default: from the class path. */
    GPUSnapshotServiceBuilder agentInstaller(AgentInstaller installer) {
        agentInstaller = installer;
        return this;
    }

    /**
     * @throws IllegalStateException if no storage was given
     * @throws IOException if the store cannot be opened
     */
    public GPUSnapshotService build() throws IOException {
        StoreHandle main = store;
        if (main == null) {
            throw new IllegalStateException("GPUSnapshotService needs a storage, a config or a provider");
        }
        if (replicas.isEmpty()) {
            main.provider();
        }
        List<StoreHandle> all = new ArrayList<>(List.of(main));
        all.addAll(replicas);
        return new GPUSnapshotService(this, List.copyOf(all));
    }

    CodecRegistry codecs() {
        return codecs == null ? CodecRegistry.fromClassPath() : codecs;
    }

    SnapshotListener listener() {
        return listener;
    }

    Clock clock() {
        return clock;
    }

    int localParallelism() {
        return parallelism.orElse(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    long localMemoryBytes() {
        long affordable = Runtime.getRuntime().maxMemory() / 4 * 3;
        return memoryBytes.orElse(Math.max(MIN_MEMORY_BYTES, Math.min(MAX_DEFAULT_MEMORY_BYTES, affordable)));
    }

    RemoteExecutorFactory connector() {
        return connector;
    }

    AgentInstaller agentInstaller() {
        return agentInstaller;
    }

    RemoteLimits remoteLimits() {
        return new RemoteLimits(parallelism.orElse(0), memoryBytes.orElse(MAX_DEFAULT_MEMORY_BYTES), transferLimits());
    }
}
