package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Everything that can be done with a repository, by command line and by API, in whatever store the environment names.
 * Runs in a process of its own, which has that environment; nothing in here knows which store it is.
 */
final class ProviderTour {
    private static final int WEIGHTS_BYTES = 9 << 20;

    private final Path home;
    private final Path workspace;

    private ProviderTour(Path home) {
        this.home = home;
        this.workspace = home.resolve("workspace");
    }

    public static void main(String[] arguments) throws IOException {
        ProviderTour tour = new ProviderTour(Path.of(arguments[0]));
        tour.makeWorkspace();
        tour.byCommandLine();
        tour.byApi();
        System.out.println("seen everything");
    }

    private void makeWorkspace() throws IOException {
        Files.createDirectories(workspace.resolve("src"));
        Files.writeString(workspace.resolve("src/train.py"), "print('training')\n");
        Files.write(workspace.resolve("empty"), new byte[0]);
        byte[] weights = new byte[WEIGHTS_BYTES];
        new Random(7).nextBytes(weights);
        Files.write(workspace.resolve("weights.bin"), weights);
    }

    private static CliRun run(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--json");
        CliRun run = CliRun.of(line.toArray(String[]::new));
        assertThat(run.exitCode()).as(line + run.err()).isEqualTo(ExitCodes.DONE);
        return run;
    }

    private void byCommandLine() throws IOException {
        String first = run("create", "--workspace", workspace.toString()).text("snapshotId");
        Files.writeString(workspace.resolve("notes.txt"), "more");
        CliRun second = run("create", "--workspace", workspace.toString());
        assertThat(second.number("bytesStored")).isLessThan(1 << 20);
        assertThat(run("list").objects("snapshots")).hasSize(2);
        assertThat(run("show", "--snapshot", first, "--files").out()).contains("weights.bin");
        run("verify", "--snapshot", first, "--data");

        Path target = home.resolve("by-command-line");
        run("restore", "--snapshot", "latest", "--workspace", target.toString());
        TreeComparison.requireEqual(workspace, target);

        run("delete", "--snapshot", second.text("snapshotId"));
        assertThat(run("list").objects("snapshots")).hasSize(1);
        run("prune", "--keep-last", "1", "--grace", "0s");
        run("verify", "--snapshot", first, "--data");
        run("delete", "--snapshot", first);
        assertThat(run("prune", "--grace", "0s").number("packs")).isPositive();
    }

    private void byApi() throws IOException {
        Path target = home.resolve("by-api");
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.fromEnvironment())
                .build()) {
            SnapshotInfo snapshot = service.createSnapshot(CreateRequest.builder()
                    .workspace(workspace)
                    .instanceId("gpu-1")
                    .build());
            service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
            TreeComparison.requireEqual(workspace, target);
            service.deleteSnapshot(snapshot.id());
        }
    }
}
