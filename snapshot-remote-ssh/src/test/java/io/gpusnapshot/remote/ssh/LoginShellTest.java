package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.storage.ContentSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Login shells of all kinds, with and without an SFTP server beside them. {@code ForceCommand} stands for a shell. */
class LoginShellTest {
    private final Path directory;

    LoginShellTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bin/sh -c",
                "/bin/bash -c",
                "/bin/dash -c",
                "/usr/bin/busybox sh -c",
                "/usr/bin/zsh -c",
                "/usr/bin/mksh -c",
                "/usr/bin/fish -c"
            })
    void anyShellWillDo(String shell) throws IOException {
        Path program = Path.of(shell.split(" ", -1)[0]);
        assumeTrue(Files.isExecutable(program), "needs " + program);
        try (OpenSshServer server = start("ForceCommand exec " + shell + " \"$SSH_ORIGINAL_COMMAND\"");
                RemoteExecutor executor = RemoteExecutors.connect(server.target())) {
            assertWorks(executor);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Subsystem sftp internal-sftp", "# no SFTP"})
    void bannersAreNoOutput(String subsystem) throws IOException {
        String banner = "printf 'Welcome to @gpusnapshot-!'; seq 2000; echo noise >&2; ";
        try (OpenSshServer server = start(
                        subsystem,
                        "Banner " + Files.writeString(directory.resolve("banner"), "Trespassers beware\n"),
                        "ForceCommand " + banner + "exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"");
                RemoteExecutor executor = RemoteExecutors.connect(server.target())) {
            assertWorks(executor);
        }
    }

    private void assertWorks(RemoteExecutor executor) throws IOException {
        List<String> words = List.of("", "it's", "\\ \\' \"$HOME\" `id` 100% !x", "a\nb", "é🎲", "*");
        List<String> command = new ArrayList<>(List.of("printf", "%s\\0"));
        command.addAll(words);
        RemoteResult result = executor.run(RemoteCommand.of(command).withEnvironment("X", "y z"))
                .orThrow();
        assertThat(result.stdout().text()).isEqualTo(String.join("\0", words) + "\0");
        assertThat(result.stderr().text()).isEmpty();
        assertThat(executor.run(RemoteCommand.of("sh", "-c", "echo e >&2; exit 9")))
                .satisfies(failed -> assertThat(failed.exitCode()).isEqualTo(9))
                .satisfies(failed -> assertThat(failed.stderr().text()).isEqualTo("e\n"));

        Path file = directory.resolve("uploaded");
        executor.upload(ContentSources.of("content".getBytes(UTF_8)), file.toString(), 0640);
        assertThat(file).hasContent("content");
        try (RemoteProcess process = executor.start(RemoteCommand.of("sleep", "1000"))) {
            process.kill();
            assertThat(process.waitFor(Duration.ofMinutes(1))).isPresent();
        }
    }

    @Test
    void aShellThatRunsSomethingElseIsNamed() throws IOException {
        try (OpenSshServer server = start("ForceCommand echo This account runs backups only; exit 3");
                RemoteExecutor executor = RemoteExecutors.connect(server.target())) {
            assertThatExceptionOfType(RemoteAccessException.class)
                    .isThrownBy(() -> executor.run(RemoteCommand.of("true")))
                    .withMessageContainingAll("ended with 3", "This account runs backups only", executor.host());
        }
    }

    @Test
    void aShellThatHangsIsNotWaitedFor() throws IOException {
        try (OpenSshServer server = start("ForceCommand exec sleep 1000");
                RemoteExecutor executor = RemoteExecutors.connect(server.target())) {
            RemoteCommand command = RemoteCommand.of("true").withTimeout(Duration.ofMillis(300));
            assertThatExceptionOfType(RemoteUnavailableException.class)
                    .isThrownBy(() -> executor.run(command))
                    .withMessageContaining("did not start within 300 ms");
        }
    }

    @Test
    void moreProgramsThanTheHostAllowsAreRefusedAndHarmNobody() throws IOException {
        try (OpenSshServer server = start("MaxSessions 1");
                RemoteExecutor executor = RemoteExecutors.connect(server.target());
                RemoteProcess process = executor.start(RemoteCommand.of("cat"))) {
            assertThatExceptionOfType(RemoteUnavailableException.class)
                    .isThrownBy(() -> executor.run(RemoteCommand.of("true")))
                    .withMessageContaining("no more programs at once");
            process.stdin().close();
            assertThat(process.waitFor(Duration.ofMinutes(1))).hasValue(0);
        }
    }

    private OpenSshServer start(String... lines) throws IOException {
        return OpenSshServer.start(Files.createDirectory(directory.resolve("server")), lines);
    }
}
