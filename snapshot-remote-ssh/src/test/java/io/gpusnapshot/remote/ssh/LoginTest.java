package io.gpusnapshot.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.SecretSource;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.testing.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, agents, and what is said about those that do not fit. */
class LoginTest {
    private static final SecretSource PASSPHRASE = SecretSource.of(Secrets.SECRET.toCharArray());

    private static OpenSshServer server;

    private final Path directory;

    LoginTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void startServer(@TempDir Path serverDirectory) throws IOException {
        server = OpenSshServer.start(serverDirectory);
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, RFC4716, ''",
        "ed25519, RFC4716, " + Secrets.SECRET,
        "ecdsa, RFC4716, ''",
        "ecdsa, PEM, ''",
        "ecdsa, PEM, " + Secrets.SECRET,
        "ecdsa, PKCS8, " + Secrets.SECRET,
        "rsa, RFC4716, " + Secrets.SECRET,
        "rsa, PEM, ''",
        "rsa, PEM, " + Secrets.SECRET,
        "rsa, PKCS8, ''"
    })
    void keysOfAllKindsOpenTheDoor(String type, String format, String passphrase) throws IOException {
        Path key = trusted(type, "-m", format, "-N", passphrase);
        SshTarget target = server.target();
        assertConnects(passphrase.isEmpty() ? target.withIdentity(key) : target.withIdentity(key, PASSPHRASE));
    }

    @Test
    void aKeyIsReadFromItsFileAndNotFromThePublicHalfBeside() throws IOException {
        Path key = trusted("ed25519");
        Files.writeString(Path.of(key + ".pub"), "ssh-ed25519 nonsense");
        assertConnects(server.target().withIdentity(key));
    }

    @Test
    void anUnknownKeyIsRefused() throws IOException {
        SshTarget target = server.target().withIdentity(SshKeys.generate(directory.resolve("stranger"), "ed25519"));
        assertThat(failureOf(target)).hasMessageContainingAll(target.toString(), "does not let us in");
    }

    @Test
    void anUnknownUserIsRefused() throws IOException {
        assertThat(failureOf(server.target().withUser("nobody-of-that-name")))
                .hasMessageContaining("nobody-of-that-name@127.0.0.1");
    }

    @Test
    void unreadableKeysAreNamed() throws IOException {
        Path absent = directory.resolve("absent");
        assertThat(failureOf(server.target().withIdentity(absent))).hasMessageContaining(absent.toString());
        Path text = Files.writeString(directory.resolve("text"), "no key");
        assertThat(failureOf(server.target().withIdentity(text)))
                .hasMessageContainingAll(text.toString(), "private key");
        Path empty = Files.writeString(directory.resolve("empty"), "");
        assertThat(failureOf(server.target().withIdentity(empty))).hasMessageContaining(empty.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RFC4716", "PEM"})
    void passphrasesThatAreMissingOrWrongAreNamedAndNotTold(String format) throws IOException {
        Path key = trusted("rsa", "-m", format, "-N", Secrets.SECRET);
        assertThat(failureOf(server.target().withIdentity(key))).hasMessageContainingAll(key.toString(), "passphrase");
        SecretSource wrong = SecretSource.of(("not " + Secrets.SECRET).toCharArray());
        assertThat(failureOf(server.target().withIdentity(key, wrong)))
                .hasMessageContainingAll(key.toString(), "passphrase");
        assertThat(server.target().withIdentity(key, wrong).toString()).doesNotContain(Secrets.SECRET);
    }

    @Test
    void agentsSignWithAnyOfTheirKeys() throws Exception {
        try (SshAgent agent = SshAgent.start(directory)) {
            SshTarget target = server.target().withAgent(agent.socket());
            assertThat(failureOf(target)).hasMessageContaining("holds no key");
            agent.add(SshKeys.generate(directory.resolve("stranger"), "ed25519"));
            assertThat(failureOf(target)).hasMessageContaining("does not let us in");
            for (String type : new String[] {"rsa", "ecdsa", "ed25519"}) {
                agent.clear();
                agent.add(directory.resolve("stranger"));
                agent.add(trusted(type));
                assertConnects(target);
            }
        }
    }

    @Test
    void anAgentThatIsNotThereIsNamed() throws IOException {
        Path socket = directory.resolve("no-socket");
        assertThat(failureOf(server.target().withAgent(socket))).hasMessageContaining(socket.toString());
    }

    @Test
    void incompleteTargetsAreRefused() {
        SshTarget bare = SshTarget.of("127.0.0.1", server.port());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteExecutors.connect(bare))
                .withMessageContaining("withIdentity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteExecutors.connect(bare.withIdentity(Path.of("key"))))
                .withMessageContaining("withKnownHosts");
    }

    @Test
    void ordinaryUsersCanBeReached() throws IOException {
        assumeTrue(CurrentUser.isRoot(), "only root can make another user");
        try (OrdinaryUser user = OrdinaryUser.create();
                RemoteExecutor executor =
                        RemoteExecutors.connect(server.target().withUser(user.name()))) {
            assertThat(executor.run(RemoteCommand.of("id", "-un"))
                            .orThrow()
                            .stdout()
                            .text())
                    .isEqualTo(user.name() + "\n");
        }
    }

    @Test
    void usersWithoutAShellAreToldSo() throws IOException {
        assumeTrue(CurrentUser.isRoot(), "only root can log in as somebody else");
        try (OrdinaryUser user = OrdinaryUser.withShell("/usr/sbin/nologin");
                RemoteExecutor executor =
                        RemoteExecutors.connect(server.target().withUser(user.name()))) {
            assertThat(Secrets.failureOf(() -> executor.run(RemoteCommand.of("true"))))
                    .isInstanceOf(RemoteAccessException.class)
                    .hasMessageContainingAll("login shell", "not available");
        }
    }

    /** A new key that the server trusts. */
    private Path trusted(String type, String... options) throws IOException {
        Path key = SshKeys.generate(Files.createTempDirectory(directory, "key").resolve("id"), type, options);
        Files.writeString(
                server.file("authorized_keys"), SshKeys.line(Path.of(key + ".pub")) + "\n", StandardOpenOption.APPEND);
        return key;
    }

    private static Throwable failureOf(SshTarget target) {
        Throwable failure =
                Secrets.failureOf(() -> RemoteExecutors.connect(target).close());
        return assertThat(failure).isInstanceOf(RemoteAccessException.class).actual();
    }

    private static void assertConnects(SshTarget target) throws IOException {
        try (RemoteExecutor executor = RemoteExecutors.connect(target)) {
            assertThat(executor.run(RemoteCommand.of("true")).isSuccess()).isTrue();
        }
    }
}
