package io.gpusnapshot.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Getting the agent onto hosts that have a Java. */
class AgentDeliveryTest {
    private static final byte[] JAR = TestContents.random(1, 100_000);

    @TempDir
    private Path folder = Path.of("");

    private Path home = Path.of("");
    private Path cache = Path.of("");
    private TestHost host = new TestHost(home);
    private AgentDelivery delivery = AgentDelivery.of(new Deliverables(Optional.empty(), Map.of()));

    @BeforeEach
    void makeHost() throws IOException {
        home = Files.createDirectory(folder.resolve("home of \"me\""));
        cache = home.resolve(".cache/gpu-snapshot");
        Path java = TestJava.install(folder.resolve("java"), "17.0.9");
        host = new TestHost(home).with("JAVA_HOME", java.toString());
        Artifact agent = Artifact.of(ContentSources.of(JAR));
        delivery = AgentDelivery.of(new Deliverables(Optional.of(agent), Map.of()));
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    @Test
    void aFreshHostIsSentTheAgent() throws IOException {
        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.bytesSent()).isEqualTo(JAR.length);
            assertThat(agent.profile().javaVersion()).isEqualTo("17.0.9");
            assertThat(agent.profile().userId())
                    .isEqualTo(host.run(RemoteCommand.of("id", "-u"))
                            .stdout()
                            .text()
                            .strip());
            assertThat(jarOf(agent)).hasBinaryContent(JAR).startsWith(cache);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(jarOf(agent))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void theCommandKeepsStandardOutputForTheAgent() throws IOException {
        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.command(List.of("-Xmx100m")))
                    .startsWith(folder + "/java/bin/java")
                    .contains("-Xlog:disable", "-Xlog:all=warning:stderr", "-XX:+DisplayVMOutputToStderr")
                    .containsSubsequence("-Xmx100m", "-cp", jarOf(agent).toString())
                    .endsWith(InstalledAgent.MAIN_CLASS);
        }
    }

    @Test
    void aPreparedHostIsSentNothing() throws IOException {
        delivery.install(host).close();

        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.bytesSent()).isZero();
            assertThat(jarOf(agent)).hasBinaryContent(JAR);
        }
    }

    @Test
    void aJavaThatWasTriedIsNotStartedAgainUntilItChanges() throws IOException {
        Path java = folder.resolve("java");
        Path program = java.resolve("bin/java");
        Path modules = Files.createDirectories(java.resolve("lib/server")).resolveSibling("modules");
        Files.writeString(modules, "modules");
        Files.writeString(java.resolve("lib/server/libjvm.so"), "code");
        delivery.install(host).close();
        FileTime modified = Files.getLastModifiedTime(program);
        Files.write(program, new byte[(int) Files.size(program)]);
        Files.setLastModifiedTime(program, modified);

        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.profile().java()).isEqualTo(program.toString());
            assertThat(agent.profile().javaVersion()).isEqualTo("17.0.9");
        }

        TestJava.install(java, "17.0.10");
        Files.writeString(modules, "other modules");
        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.profile().javaVersion()).isEqualTo("17.0.10");
        }
    }

    @Test
    void aDamagedAgentIsSentAgain() throws IOException {
        delivery.install(host).close();
        try (InstalledAgent agent = delivery.install(host)) {
            Files.write(jarOf(agent), new byte[JAR.length]);
        }

        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.bytesSent()).isEqualTo(JAR.length);
            assertThat(jarOf(agent)).hasBinaryContent(JAR);
        }
    }

    @Test
    void closingLeavesTheCacheAlone() throws IOException {
        delivery.install(host).close();

        assertThat(names(cache)).singleElement().asString().startsWith("agent-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash --posix", "busybox sh"})
    void anyShellWillDo(String shell) throws IOException {
        host.withShell(List.of(shell.split(" "))).without("PATH");
        TestPrograms.assumeInstalled(shell.split(" ")[0]);

        try (InstalledAgent first = delivery.install(host);
                InstalledAgent second = delivery.install(host)) {
            assertThat(first.bytesSent()).isEqualTo(JAR.length);
            assertThat(second.bytesSent()).isZero();
            assertThat(sessionOf(first)).isNotEqualTo(sessionOf(second));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "relative", ""})
    void withoutAHomeItLivesInATemporaryDirectory(String unusable) throws IOException {
        host.with("HOME", unusable);
        Path session;

        try (InstalledAgent agent = delivery.install(host)) {
            session = sessionOf(agent);
            assertThat(jarOf(agent)).hasBinaryContent(JAR).startsWith(session);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(session)))
                    .isEqualTo("rwx------");
        }
        assertThat(session).doesNotExist();
    }

    @Test
    void aCacheThatOthersCanWriteIntoIsLeftAlone() throws IOException {
        Files.createDirectories(cache);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));

        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(jarOf(agent)).startsWith(sessionOf(agent));
        }
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void aCacheThatLeadsElsewhereIsLeftAlone() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createDirectories(home.resolve(".cache"));
        Files.createSymbolicLink(cache, elsewhere);

        delivery.install(host).close();

        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aCacheOfSomebodyElseIsLeftAlone() throws IOException {
        Files.createDirectories(cache);
        TestPrograms.assumeSuccess("only root can give a directory away", "chown", "12345", cache.toString());

        delivery.install(host).close();

        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void manyMayPrepareAHostAtOnce() throws IOException, InterruptedException {
        List<BackgroundCall> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(BackgroundCall.start(() -> delivery.install(host).close()));
        }
        for (BackgroundCall call : calls) {
            call.join();
        }

        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.bytesSent()).isZero();
        }
        assertThat(names(cache)).singleElement().asString().startsWith("agent-");
    }

    @Test
    void versionsThatNobodyUsesAreRemoved() throws IOException {
        Path old = Files.createDirectories(cache.resolve("agent-0123"));
        Path recent = Files.createDirectories(cache.resolve("agent-4567"));
        Path foreign = Files.createDirectories(cache.resolve("mine"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
        FileTime longAgo = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(old, longAgo);
        Files.setLastModifiedTime(foreign, longAgo);

        delivery.install(host).close();

        assertThat(old).doesNotExist();
        assertThat(recent).exists();
        assertThat(foreign).exists();
    }

    @Test
    void aHostWithoutRoomAnywhereIsRefusedByName() throws IOException {
        host.with("HOME", "/proc")
                .withMounts("for d in /var/tmp /tmp /dev/shm; do mount -t tmpfs -o size=16k tmpfs $d || exit; done");

        assertThatExceptionOfType(RemoteAccessException.class)
                .isThrownBy(() -> delivery.install(host))
                .withMessageContaining("test-host")
                .withMessageContaining("/var/tmp has 16 KiB free")
                .withMessageContaining("free some space");
    }

    @Test
    void aFullHomeIsPassedOver() throws IOException {
        host.withFileSystem(home, "size=64k");

        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(jarOf(agent)).hasBinaryContent(JAR).startsWith(sessionOf(agent));
        }
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void programsAreRunFromElsewhereIfTheHomeForbidsThem() throws IOException {
        host.withFileSystem(home, "noexec");
        delivery.install(host).close();

        try (InstalledAgent agent = delivery.install(host)) {
            assertThat(agent.bytesSent()).isZero();
            assertThat(jarOf(agent)).startsWith(cache);
            assertThat(sessionOf(agent).startsWith(home)).isFalse();
        }
    }

    @Test
    void aHostOfNothingButNoexecIsRefusedWithTheRemedy() throws IOException {
        host.withMounts("for d in /var/tmp /tmp /dev/shm; do mount -t tmpfs -o noexec tmpfs $d || exit; done")
                .with("HOME", "/tmp");

        assertThatExceptionOfType(RemoteAccessException.class)
                .isThrownBy(() -> delivery.install(host))
                .withMessageContaining("noexec");
    }

    @Test
    void aShellThatFailsIsQuoted() {
        host.withShell(List.of("sh", "-c", "echo no shell for you >&2; exit 3", "sh"));

        assertThatExceptionOfType(RemoteAccessException.class)
                .isThrownBy(() -> delivery.install(host))
                .withMessageContaining("no shell for you")
                .withMessageContaining("exit 3");
    }

    @Test
    void whatElseIsPrintedDoesNotMatter() {
        HostReport report = HostReport.parse("welcome=1\n\ngpusnapshot.java=/a=b/java\r\ngpusnapshot.end=1\nbye");

        assertThat(report.isComplete()).isTrue();
        assertThat(report.find("java")).contains("/a=b/java");
        assertThat(report.values()).hasSize(2);
    }

    @Test
    void withoutTheAgentsJarTheRemedyIsNamed() {
        AgentDelivery empty = AgentDelivery.of(new Deliverables(Optional.empty(), Map.of()));

        assertThatExceptionOfType(RemoteAccessException.class)
                .isThrownBy(() -> empty.install(host))
                .withMessageContaining("io.gpusnapshot:snapshot-remote-ssh");
    }

    static Path jarOf(InstalledAgent agent) {
        List<String> words = agent.command(List.of());
        return Path.of(words.get(words.indexOf("-cp") + 1));
    }

    static Path sessionOf(InstalledAgent agent) {
        String option = "-Djava.io.tmpdir=";
        return agent.command(List.of()).stream()
                .filter(word -> word.startsWith(option))
                .map(word -> Path.of(word.substring(option.length())))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
