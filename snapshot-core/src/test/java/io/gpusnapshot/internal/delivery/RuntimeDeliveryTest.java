package io.gpusnapshot.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

/** Getting a Java runtime onto hosts that have none. */
class RuntimeDeliveryTest {
    private static final byte[] JAR = TestContents.random(1, 10_000);

    @TempDir
    private Path folder = Path.of("");

    private Path home = Path.of("");
    private Path cache = Path.of("");
    private TestHost host = new TestHost(folder);

    @BeforeEach
    void makeHost() throws IOException {
        home = Files.createDirectory(folder.resolve("home of \"me\""));
        cache = home.resolve(".cache/gpu-snapshot");
        host = new TestHost(home).withoutJava();
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash --posix", "busybox sh"})
    void aHostWithoutJavaIsSentOneOnce(String shell) throws IOException {
        TestPrograms.assumeInstalled(shell.split(" ")[0]);
        host.withShell(List.of(shell.split(" ")));
        Artifact runtime = TestJava.runtime(folder, "17.0.8");

        try (InstalledAgent agent = delivering(runtime).install(host)) {
            assertThat(agent.bytesSent()).isEqualTo(JAR.length + runtime.lengthBytes());
            assertThat(agent.profile().javaVersion()).isEqualTo("17.0.8");
            assertThat(agent.profile().java()).isEqualTo(cache + "/runtime-" + runtime.sha256() + "/bin/java");
        }
        try (InstalledAgent agent = delivering(runtime).install(host)) {
            assertThat(agent.bytesSent()).isZero();
            assertThat(agent.profile().javaVersion()).isEqualTo("17.0.8");
        }
        assertThat(names()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"modules", "bin/java", "SHA256SUMS"})
    void aRuntimeThatIsNotWholeIsSentAgain(String file) throws IOException {
        Artifact runtime = TestJava.runtime(folder, "17.0.8");
        delivering(runtime).install(host).close();
        Path damaged = cache.resolve("runtime-" + runtime.sha256()).resolve(file);
        Files.write(damaged, new byte[0]);

        try (InstalledAgent agent = delivering(runtime).install(host)) {
            assertThat(agent.bytesSent()).isEqualTo(runtime.lengthBytes());
        }
        assertThat(damaged).isNotEmptyFile();
        assertThat(names()).hasSize(2);
    }

    @Test
    void aRuntimeThatArrivesInPartIsNotUsed() throws IOException {
        byte[] whole = bytes(TestJava.runtime(folder, "17.0.8"));
        Artifact part = Artifact.of(ContentSources.of(Arrays.copyOf(whole, whole.length - 50)));

        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> delivering(part).install(host))
                .withMessageContaining("test-host")
                .withMessageContaining("could not be unpacked whole");
        assertThat(names()).noneMatch(name -> name.startsWith("runtime") || name.startsWith("session"));
    }

    @Test
    void aDiskThatFillsUpIsNamed() throws IOException {
        host.withFileSystem(home, "size=500k");
        Artifact runtime = TestJava.runtimeOfZeros(folder, 2_000_000);

        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> delivering(runtime).install(host))
                .withMessageContaining("No space left")
                .withMessageContaining(cache.toString());
        assertThat(names()).noneMatch(name -> name.startsWith("runtime") || name.startsWith("session"));
    }

    @Test
    void aRuntimeThatDoesNotStartIsNotUsed() throws IOException {
        Artifact broken = TestJava.brokenRuntime(folder);

        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(() -> delivering(broken).install(host))
                .withMessageContaining("GLIBC_2.99 not found")
                .withMessageContaining("Java 17 or newer");
        assertThat(names()).noneMatch(name -> name.startsWith("runtime") || name.startsWith("session"));
    }

    @Test
    void manyMaySendARuntimeAtOnce() throws IOException, InterruptedException {
        Artifact runtime = TestJava.runtime(folder, "17.0.8");
        List<BackgroundCall> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(
                    BackgroundCall.start(() -> delivering(runtime).install(host).close()));
        }
        for (BackgroundCall call : calls) {
            call.join();
        }

        try (InstalledAgent agent = delivering(runtime).install(host)) {
            assertThat(agent.bytesSent()).isZero();
        }
        assertThat(names()).hasSize(2);
    }

    @Test
    void withoutARuntimeToSendTheRemedyIsNamed() throws IOException {
        Path old = TestJava.install(folder.resolve("old"), "11.0.2");
        host.with("JAVA_HOME", old.toString());
        AgentDelivery delivery = AgentDelivery.of(new Deliverables(Optional.of(agent()), Map.of()));

        assertThatExceptionOfType(RemoteAccessException.class)
                .isThrownBy(() -> delivery.install(host))
                .withMessageContaining("test-host")
                .withMessageContaining(old + "/bin/java (11.0.2)")
                .withMessageContaining("openjdk-17-jre-headless")
                .withMessageContaining("io.gpusnapshot:snapshot-agent-runtime");
        assertThat(names()).noneMatch(name -> name.startsWith("session"));
    }

    @Test
    void aRuntimeIsRunFromElsewhereIfTheHomeForbidsPrograms() throws IOException {
        Artifact runtime = TestJava.runtime(folder, "17.0.8");
        host.withFileSystem(home, "noexec");

        try (InstalledAgent agent = delivering(runtime).install(host)) {
            assertThat(AgentDeliveryTest.jarOf(agent)).startsWith(cache);
            assertThat(Path.of(agent.profile().java())).startsWith(AgentDeliveryTest.sessionOf(agent));
        }
    }

    private static AgentDelivery delivering(Artifact runtime) throws IOException {
        return AgentDelivery.of(new Deliverables(Optional.of(agent()), Map.of("x86_64", runtime, "aarch64", runtime)));
    }

    private static Artifact agent() throws IOException {
        return Artifact.of(ContentSources.of(JAR));
    }

    private static byte[] bytes(Artifact artifact) throws IOException {
        return TestContents.readToEnd(artifact.content().open(0));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
