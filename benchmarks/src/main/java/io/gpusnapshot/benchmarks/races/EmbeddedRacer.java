package io.gpusnapshot.benchmarks.races;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.GPUSnapshotServiceBuilder;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes part in the races as an embedding program does: one JVM that lives on and whose code is compiled. Stores that
 * need keys take them from the environment. It is told what to do by these commands:
 *
 * <pre>
 * create  STORE WORKSPACE [codec=ID] [parent=none] [chunk=BYTES]     answers with the bytes read
 * restore STORE WORKSPACE [verify=sha256|crc32c] [sync=none|files]   answers with the bytes restored
 * </pre>
 *
 * <p>Both also take {@code memory=BYTES} and {@code connections=NUMBER}, for neither more nor fewer than that; {@code hedge=PERCENT}; and {@code
 * ssh=USER@HOST:PORT} with {@code identity=FILE} and {@code host-key=FINGERPRINT}, for a host.
 */
public final class EmbeddedRacer implements AutoCloseable {
    /** By store and settings; they live on, as those of an orchestrator do. */
    private final Map<List<String>, GPUSnapshotService> services = new HashMap<>();

    private EmbeddedRacer() {}

    public static void main(String[] args) throws IOException {
        try (EmbeddedRacer racer = new EmbeddedRacer()) {
            RaceCommand.serve(racer::run);
        }
    }

    @Override
    public void close() throws IOException {
        for (GPUSnapshotService service : services.values()) {
            service.close();
        }
    }

    private long run(RaceCommand command) throws IOException {
        GPUSnapshotService service = service(command);
        return switch (command.verb()) {
            case "create" -> create(service, command);
            case "restore" -> restore(service, command);
            default -> throw command.unknown();
        };
    }

    private GPUSnapshotService service(RaceCommand command) throws IOException {
        List<String> key = Stream.concat(
                        Stream.of(command.store()),
                        Stream.of("memory", "connections", "hedge")
                                .map(name -> command.setting(name).orElse("")))
                .toList();
        GPUSnapshotService service = services.get(key);
        if (service == null) {
            service = open(command);
            services.put(key, service);
        }
        return service;
    }

    private static GPUSnapshotService open(RaceCommand command) throws IOException {
        GPUSnapshotServiceBuilder builder = GPUSnapshotService.builder().storage(StorageConfig.parse(command.store()));
        command.setting("memory").map(Long::parseLong).ifPresent(builder::memoryBytes);
        command.setting("connections")
                .map(Integer::parseInt)
                .ifPresent(number -> builder.maxConnections(number).minConnections(number));
        command.setting("hedge").map(Integer::parseInt).ifPresent(builder::hedgePercent);
        return builder.build();
    }

    private static long create(GPUSnapshotService service, RaceCommand command) throws IOException {
        CreateRequest.Builder request =
                CreateRequest.builder().instanceId("race").workspace(command.directory());
        command.setting("codec").ifPresent(request::codec);
        target(command).ifPresent(request::target);
        command.setting("chunk").map(Integer::parseInt).ifPresent(request::chunkBytes);
        command.setting("pack").map(Integer::parseInt).ifPresent(request::packBytes);
        command.setting("parent")
                .filter("none"::equals)
                .ifPresent(none -> request.parent(new CreateRequest.ParentChoice.None()));
        return service.createSnapshot(request.build()).bytesRead();
    }

    private static long restore(GPUSnapshotService service, RaceCommand command) throws IOException {
        RestoreRequest.Builder request =
                RestoreRequest.builder(service.latestSnapshot().orElseThrow(), command.directory());
        command.setting("verify")
                .map(name -> RestoreVerification.valueOf(name.toUpperCase(Locale.ROOT)))
                .ifPresent(request::verification);
        command.setting("sync")
                .map(name -> SyncPolicy.valueOf(name.toUpperCase(Locale.ROOT)))
                .ifPresent(request::sync);
        command.setting("range").map(Integer::parseInt).ifPresent(request::rangeBytes);
        target(command).ifPresent(request::target);
        return service.restoreSnapshot(request.build()).bytesRestored();
    }

    private static Optional<SshTarget> target(RaceCommand command) {
        return command.setting("ssh")
                .map(host -> SshTarget.parse(host)
                        .withIdentity(Path.of(command.setting("identity").orElseThrow()))
                        .withHostKey(command.setting("host-key").orElseThrow()));
    }
}
