package io.gpusnapshot.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts are believed. The server's port is not 22, so its name in a file is {@code [127.0.0.1]:port}. */
class HostKeyTest {
    private static OpenSshServer server;

    private final Path knownHosts;

    HostKeyTest(@TempDir Path directory) {
        this.knownHosts = directory.resolve("deep/known_hosts");
    }

    @BeforeAll
    static void startServer(@TempDir Path directory) throws IOException {
        server = OpenSshServer.start(directory);
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
    void aHostIsKnownByAnyOfItsKeys(String type) throws IOException {
        write(name() + " " + key(type));
        assertConnects(byFile());
    }

    @Test
    void hashedNamesAreFound() throws IOException {
        write(name() + " " + key("ed25519"));
        SshKeys.keygen(List.of("-H", "-f", knownHosts.toString()));
        assertThat(knownHosts).content().startsWith("|1|");
        assertConnects(byFile());
    }

    @Test
    void patternsCountAsInOpenSsh() throws IOException {
        write("other,[127.0.?.*]:" + server.port() + " " + key("ed25519") + " a comment");
        assertConnects(byFile());
        write("*,!" + name() + " " + key("ed25519"));
        assertRefuses(byFile(), "is not in " + knownHosts);
    }

    @Test
    void namesOfOtherPortsDoNotCount() throws IOException {
        write("127.0.0.1 " + key("ed25519"), "[127.0.0.1]:1 " + key("ed25519"));
        assertRefuses(byFile(), "is not in " + knownHosts);
    }

    @Test
    void anotherKeyIsRefused() throws IOException {
        write(name() + " " + SshKeys.line(Path.of(server.file("client") + ".pub")));
        assertRefuses(byFile(), "has another key for it");
        assertRefuses(accepting(), "has another key for it");
        assertThat(Files.readAllLines(knownHosts)).hasSize(1);
    }

    @Test
    void revokedKeysAreRefusedWhateverElseIsWritten() throws IOException {
        write(name() + " " + key("ed25519"), "@revoked * " + key("ed25519"));
        assertRefuses(byFile(), "is revoked");
        assertRefuses(accepting(), "is revoked");
    }

    @Test
    void linesWithoutSenseAreSkipped() throws IOException {
        write(
                "# comment",
                "",
                "nonsense",
                "|1|x " + key("rsa"),
                "@cert-authority * " + key("rsa"),
                name() + " " + key("ed25519"));
        assertConnects(byFile());
    }

    @Test
    void aFileThatIsNotThereKnowsNobody() throws IOException {
        assertRefuses(byFile(), knownHosts.toString());
    }

    @Test
    void newHostsAreAddedOnceWhenAskedFor() throws IOException {
        assertConnects(accepting());
        assertConnects(accepting());
        assertThat(knownHosts).hasContent(name() + " " + key("ed25519"));
        assertConnects(byFile());
    }

    @Test
    void newHostsAreAddedBelowWhatIsThere() throws IOException {
        Files.createDirectories(knownHosts.getParent());
        Files.writeString(knownHosts, "other " + key("rsa"));
        assertConnects(accepting());
        assertThat(Files.readAllLines(knownHosts))
                .containsExactly("other " + key("rsa"), name() + " " + key("ed25519"));
    }

    @Test
    void aPinnedFingerprintMustBeTheHosts() throws IOException {
        SshTarget wrong = server.target().withHostKey(SshKeys.fingerprint(server.file("client.pub")));
        assertRefuses(wrong, SshKeys.fingerprint(server.file("host_ed25519.pub")));
        assertConnects(server.target());
    }

    private SshTarget byFile() throws IOException {
        return server.target().withKnownHosts(knownHosts);
    }

    private SshTarget accepting() throws IOException {
        return server.target().withAcceptNewHostKeys(knownHosts);
    }

    private static String name() {
        return "[127.0.0.1]:" + server.port();
    }

    private static String key(String type) throws IOException {
        return SshKeys.line(server.file("host_" + type + ".pub"));
    }

    private void write(String... lines) throws IOException {
        Files.createDirectories(knownHosts.getParent());
        Files.write(knownHosts, List.of(lines));
    }

    private static void assertConnects(SshTarget target) throws IOException {
        try (RemoteExecutor executor = RemoteExecutors.connect(target)) {
            assertThat(executor.run(RemoteCommand.of("true")).isSuccess()).isTrue();
        }
    }

    private static void assertRefuses(SshTarget target, String reason) {
        assertThatExceptionOfType(RemoteAccessException.class)
                .isThrownBy(() -> RemoteExecutors.connect(target).close())
                .withMessageContainingAll(target.toString(), reason);
    }
}
