package io.gpusnapshot.benchmarks;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.RestoreVerification;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Takes part in the races as an embedding program does: one JVM that lives on and whose code is compiled. It reads a
 * command a line, with words separated by tabs, and answers each with a line when it is done:
 *
 * <pre>
 * create  STORE WORKSPACE                   answers with the bytes read
 * restore STORE WORKSPACE sha256|crc32c     answers with the bytes restored
 * </pre>
 */
public final class EmbeddedRacer {
    private EmbeddedRacer() {}

    public static void main(String[] args) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(run(line.split("\t", -1)));
            System.out.flush();
        }
    }

    private static long run(String[] words) throws IOException {
        StorageConfig store = StorageConfig.parse(words[1]);
        Path workspace = Path.of(words[2]);
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            return switch (words[0]) {
                case "create" -> create(service, workspace);
                case "restore" -> restore(service, workspace, words[3]);
                default -> throw new IllegalArgumentException("There is no command " + words[0]);
            };
        }
    }

    private static long create(GPUSnapshotService service, Path workspace) throws IOException {
        SnapshotInfo created = service.createSnapshot(
                CreateRequest.builder().instanceId("race").workspace(workspace).build());
        return created.bytesRead();
    }

    private static long restore(GPUSnapshotService service, Path workspace, String verification) throws IOException {
        RestoreRequest request = RestoreRequest.builder(service.latestSnapshot().orElseThrow(), workspace)
                .verification(RestoreVerification.valueOf(verification.toUpperCase(Locale.ROOT)))
                .build();
        return service.restoreSnapshot(request).bytesRestored();
    }
}
