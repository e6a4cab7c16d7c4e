package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Looks for keys and grants wherever others on a host, or readers of a log, could find them. */
class NoSecretsTest {
    private static final int WEIGHTS_BYTES = 12 << 20;

    /** What the emulator's tokens look like, those of accounts, uploads and downloads. */
    private static final Pattern TOKEN = Pattern.compile("4_[0-9a-f]{60}");

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private EmulatedStore store;

    @SuppressWarnings("NullAway.Init")
    private Path home;

    @BeforeEach
    void open() throws IOException {
        store = new EmulatedStore(folder.resolve("bucket"));
        home = Files.createDirectory(folder.resolve("home"));
        Workspaces.mixed(Files.createDirectory(home.resolve("source")), random);
        Workspaces.write(home.resolve("source/weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Process start(Path orchestratorLog, Path agentLog) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                TracedJobs.LEVEL,
                TracedJobs.LOG_FILE + orchestratorLog,
                "-cp",
                System.getProperty("java.class.path"),
                TracedJobs.class.getName(),
                home.toString(),
                home.resolve("source").toString(),
                home.resolve("target").toString(),
                agentLog.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile())
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        try (OutputStream input = process.getOutputStream()) {
            input.write(String.join(
                            "\n",
                            store.emulator.endpoint().toString(),
                            store.emulator.keyId(),
                            store.emulator.applicationKey(),
                            "")
                    .getBytes(UTF_8));
        }
        return process;
    }

    private InjectedFault hold(Operation operation) {
        return store.emulator
                .faults()
                .inject(Fault.of(FaultEffect.hold(), operation).named("packs/").times(1));
    }

    @Test
    void neitherKeysNorGrantsAreSeen() throws Exception {
        InjectedFault creating = hold(Operation.UPLOAD_PART);
        InjectedFault restoring = hold(Operation.DOWNLOAD_BY_NAME);
        Path orchestratorLog = folder.resolve("orchestrator.log");
        Path agentLog = folder.resolve("agent.log");
        Process orchestrator = start(orchestratorLog, agentLog);
        try {
            for (InjectedFault held : List.of(creating, restoring)) {
                held.awaitHits(1);
                assertThat(Agents.running()).hasSize(1);
                requireNoneInProcesses();
                requireNoneBelow(home);
                held.lift();
            }
            assertThat(orchestrator.waitFor())
                    .as(Files.readString(folder.resolve("errors")))
                    .isZero();
        } finally {
            orchestrator.destroyForcibly();
        }
        assertThat(TreeListing.of(home.resolve("target"))).isEqualTo(TreeListing.of(home.resolve("source")));
        requireNoneBelow(home);
        for (String log : List.of("orchestrator.log", "agent.log")) {
            assertThat(Files.readString(folder.resolve(log), ISO_8859_1))
                    .as(log)
                    .contains("DEBUG");
        }
        for (String file : List.of("orchestrator.log", "agent.log", "errors", "output")) {
            requireNone(folder.resolve(file));
        }
    }

    private void requireNoneInProcesses() throws IOException {
        int seen = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                for (String file : List.of("cmdline", "environ")) {
                    if (Files.isReadable(process.resolve(file))) {
                        seen++;
                        requireNone(process.resolve(file));
                    }
                }
            }
        }
        assertThat(seen).isGreaterThan(2);
    }

    private void requireNoneBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                requireNone(file);
            }
        }
    }

    private void requireNone(Path file) {
        String content;
        try {
            content = new String(Files.readAllBytes(file), ISO_8859_1);
        } catch (IOException gone) {
            return;
        }
        assertThat(content.contains(store.emulator.applicationKey()))
                .as("key in " + file)
                .isFalse();
        Matcher token = TOKEN.matcher(content);
        assertThat(token.find() ? around(content, token.start()) : "")
                .as("token in " + file)
                .isEmpty();
    }

    private static String around(String content, int place) {
        return content.substring(Math.max(0, place - 200), Math.min(content.length(), place + 80));
    }
}
