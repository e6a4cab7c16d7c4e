package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The built jar works on a host that has no Java, no Python and no curl, and from which the store alone is in reach. */
@Timeout(600)
class BareDebianIT {
    private static final String BUCKET = "snapshots";
    private static final String SOURCE = "/srv/source";
    private static final String TARGET = "/srv/target";
    private static final int WEIGHTS_BYTES = 24 << 20;
    private static final long SLOW = 500_000;
    private static final long PATIENCE_SECONDS = 120;

    @SuppressWarnings("NullAway.Init")
    private static BareDebian host;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @TempDir
    private Path home = Path.of("");

    @BeforeAll
    static void startHost(@TempDir Path scratch) throws IOException, InterruptedException {
        try (JarFile jar = new JarFile(JarProcess.jar().toFile())) {
            assumeTrue(
                    jar.getEntry("META-INF/gpu-snapshot/runtime-linux-x86_64.tar.gz") != null,
                    "the JDK that builds this has no jmods, so there is no runtime to send");
        }
        host = BareDebian.start(scratch);
    }

    @AfterAll
    static void stopHost() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    @BeforeEach
    void makeWorkspace() throws IOException, InterruptedException {
        assertThat(host.shell("rm -rf " + SOURCE + " " + TARGET)).isEmpty();
        Path source = Workspaces.mixed(host.path(SOURCE), random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    /** What an orchestrator has to have to use a store. */
    private record Keys(String store, Map<String, String> environment, String secret) {}

    private Keys keys(B2Emulator emulator) throws IOException, InterruptedException {
        String secret = emulator.applicationKey();
        B2Account account = new B2Account(emulator.endpoint().toString(), emulator.keyId(), secret);
        account.makeBucket();
        return new Keys(account.store(), account.environment(), secret);
    }

    private static Keys keys(S3Server server) {
        server.createBucket(BUCKET);
        return new Keys(
                "s3://" + BUCKET + "/team?endpoint=" + server.endpoint(),
                Map.of(
                        "AWS_ACCESS_KEY_ID",
                        S3Server.ACCESS_KEY_ID,
                        "AWS_SECRET_ACCESS_KEY",
                        S3Server.SECRET_ACCESS_KEY),
                S3Server.SECRET_ACCESS_KEY);
    }

    private B2Emulator startEmulator() throws IOException {
        return B2Emulator.builder()
                .root(home.resolve("b2"))
                .address(host.near())
                .start();
    }

    private JarProcess start(Keys keys, String... arguments) throws IOException, InterruptedException {
        List<String> line = JarProcess.command(arguments);
        line.addAll(List.of("--json", "--store", keys.store()));
        line.addAll(host.options());
        return JarProcess.start(home, keys.environment(), line);
    }

    private CliRun run(Keys keys, String... arguments) throws IOException, InterruptedException {
        try (JarProcess process = start(keys, arguments)) {
            CliRun run = process.await();
            assertThat(run.out() + run.err()).doesNotContain(keys.secret());
            return run;
        }
    }

    private void create(Keys keys) throws IOException, InterruptedException {
        CliRun create = run(keys, "create", "--workspace", SOURCE);
        assertThat(create.exitCode()).as(create.err()).isEqualTo(ExitCodes.DONE);
        assertThat(create.number("bytesRead")).isGreaterThan(WEIGHTS_BYTES);
    }

    private void restore(Keys keys) throws IOException, InterruptedException {
        CliRun restore = run(keys, "restore", "--snapshot", "latest", "--workspace", TARGET);
        assertThat(restore.exitCode()).as(restore.err()).isEqualTo(ExitCodes.DONE);
        assertThat(TreeListing.of(host.path(TARGET))).isEqualTo(TreeListing.of(host.path(SOURCE)));
        assertThat(host.agents()).isEmpty();
    }

    private void takeAndRestore(Keys keys) throws IOException, InterruptedException {
        create(keys);
        assertThat(host.path("/root/.cache/gpu-snapshot"))
                .isDirectoryContaining("glob:**/runtime-*")
                .isDirectoryContaining("glob:**/agent-*")
                .isDirectoryNotContaining("glob:**/session-*");
        restore(keys);
        assertThat(host.whereabouts(keys.secret())).isEmpty();
    }

    @Test
    void nothingIsThereButAShellAndNothingInReachButTheStore() throws IOException, InterruptedException {
        String look = "for program in %s; do command -v $program; done";
        assertThat(host.shell(look.formatted("java python3 curl wget awk"))).isEmpty();
        assertThat(host.shell(look.formatted("sh tar gzip"))).hasLineCount(3);
        assertThat(host.routes()).hasLineCount(1).contains("scope link").contains("/30");
    }

    @Test
    void aWorkspaceGoesToBackblazeAndBack() throws IOException, InterruptedException {
        try (B2Emulator emulator = startEmulator()) {
            takeAndRestore(keys(emulator));
        }
    }

    @Test
    void aWorkspaceGoesToS3AndBack() throws IOException, InterruptedException {
        try (S3Server server = S3Server.startOn(host.near())) {
            takeAndRestore(keys(server));
        }
    }

    @Test
    void aRestoreGoesOnAfterTheCableWasPulled() throws Exception {
        try (B2Emulator emulator = startEmulator()) {
            Keys keys = keys(emulator);
            create(keys);
            InjectedFault slow = emulator.faults()
                    .inject(Fault.of(FaultEffect.throttle(SLOW), Operation.DOWNLOAD_BY_NAME)
                            .named("team/packs/"));
            try (JarProcess restore = start(keys, "restore", "--snapshot", "latest", "--workspace", TARGET)) {
                slow.awaitHits(1);
                List<ProcessHandle> agents = host.agents();
                assertThat(agents).hasSize(1);
                assertThat(host.whereabouts(keys.secret())).isEmpty();
                host.pullCable();
                CliRun cut = restore.await();
                assertThat(cut.exitCode()).isEqualTo(ExitCodes.FAILED);
                assertThat(cut.error()).containsEntry("type", "RemoteUnavailableException");
                assertThat(cut.err()).contains("198.18.").hasLineCount(1);
                agents.get(0).onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } finally {
                host.plugCable();
            }
            assertThat(host.path(TARGET).resolve("weights.bin")).doesNotExist();
            emulator.faults().clear();
            restore(keys);
        }
    }
}
