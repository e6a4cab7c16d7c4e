package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.error.RemoteCommandException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every {@link io.gpusnapshot.remote.RemoteExecutor} must do. A subclass opens a session on this machine, so that
 * what a program did can be seen by another way than the session.
 */
public abstract class RemoteExecutorContract extends RemoteFileContract {
    private static final List<String> NASTY = List.of(
            "",
            " ",
            "plain",
            "two words",
            "it's",
            "\"quoted\"",
            "'\\''",
            "\\",
            "\\\\n\\",
            "$HOME ${HOME} $(id) `id`",
            "line\nbreak\n",
            "\n",
            "tab\there",
            "*",
            "~",
            "!!",
            "#no comment",
            "a;b&c|d<e>f(g)",
            "--",
            "-n",
            "100%s%d%%",
            "\\0101\\x41",
            "a=b",
            "é ü ß 漢字 🎲",
            "\u0001\u007f",
            "{a,b}[c]?");

    protected RemoteExecutorContract() {}

    @Test
    void exitCodesAreResults() throws IOException {
        for (int exitCode : new int[] {0, 1, 42, 255}) {
            RemoteResult result = shell("echo out; echo problem >&2; exit " + exitCode);
            assertThat(result.exitCode()).isEqualTo(exitCode);
            assertThat(result.isSuccess()).isEqualTo(exitCode == 0);
            assertThat(result.stdout().text()).isEqualTo("out\n");
            assertThat(result.stderr().text()).isEqualTo("problem\n");
        }
    }

    @Test
    void failuresNameHostCommandAndReason() throws IOException {
        assertThat(shell("exit 0").orThrow().isSuccess()).isTrue();
        RemoteResult failed = shell("echo ignored; echo reason >&2; exit 7");
        assertThatExceptionOfType(RemoteCommandException.class)
                .isThrownBy(failed::orThrow)
                .withMessageContainingAll(executor().host(), "exit 7", "reason")
                .satisfies(failure -> {
                    assertThat(failure.exitCode()).isEqualTo(7);
                    assertThat(failure.errorTail()).isEqualTo("reason");
                    assertThat(failure.isTransient()).isFalse();
                });
    }

    @ParameterizedTest
    @CsvSource({"KILL, 137", "TERM, 143", "SEGV, 139"})
    void signalsCountFrom128OnAndLoseNoOutput(String signal, int exitCode) throws IOException {
        RemoteResult result = shell("head -c 50000 /dev/zero; kill -" + signal + " $$");
        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.stdout().writtenBytes()).isEqualTo(50_000);
    }

    @Test
    void missingAndUnfitProgramsAreToldApart() throws IOException {
        assertThat(run("no-such-program-anywhere", "x").exitCode()).isEqualTo(127);
        Path file = Files.writeString(directory().resolve("not executable"), "text");
        assertThat(run(file.toString()).exitCode()).isEqualTo(126);
    }

    @Test
    void argumentsArriveAsTheyAre() throws IOException {
        List<String> words = new ArrayList<>(List.of("printf", "%s\\0"));
        words.addAll(NASTY);
        RemoteResult result = executor().run(RemoteCommand.of(words)).orThrow();
        assertThat(result.stdout().text()).isEqualTo(String.join("\0", NASTY) + "\0");
    }

    @Test
    void variablesArriveAsTheyAreAndAreNotShown() throws IOException {
        List<String> words = new ArrayList<>(List.of("printenv"));
        NASTY.forEach(value -> words.add("VALUE" + words.size()));
        RemoteCommand all = RemoteCommand.of(words);
        for (int i = 0; i < NASTY.size(); i++) {
            all = all.withEnvironment(words.get(i + 1), NASTY.get(i));
        }
        assertThat(executor().run(all).orThrow().stdout().text()).isEqualTo(String.join("\n", NASTY) + "\n");
        RemoteCommand command = RemoteCommand.of("sh", "-c", "exit 3").withEnvironment("VALUE", Secrets.SECRET);
        assertThat(command.toString()).doesNotContain(Secrets.SECRET);
        assertThat(Secrets.failureOf(() -> executor().run(command).orThrow())).isInstanceOf(IOException.class);
    }

    @Test
    void programsMayBeNamedLikePartsOfAShell() throws IOException {
        assertThat(run("exit", "3").exitCode()).isEqualTo(127);
        assertThat(run("eval", "echo x").exitCode()).isEqualTo(127);
        assertThat(run("if").exitCode()).isEqualTo(127);
    }

    @Test
    void programsRunInTheHomeDirectory() throws IOException {
        assertThat(run("pwd", "-P").orThrow().stdout().text().strip())
                .isEqualTo(home().toRealPath().toString());
    }

    @Test
    void bothOutputsMayBeLargeAtOnce() throws IOException {
        RemoteCommand command = script("head -c 3000000 /dev/zero & head -c 3000000 /dev/zero >&2; wait")
                .withMaxOutputBytes(4_000_000);
        RemoteResult result = executor().run(command).orThrow();
        assertThat(result.stdout().bytes()).hasSize(3_000_000);
        assertThat(result.stderr().bytes()).hasSize(3_000_000);
    }

    @Test
    void theStartOfOutputAndTheEndOfErrorsAreKept() throws IOException {
        String script = "i=0; while [ $i -lt 3000 ]; do echo line $i; echo line $i >&2; i=$((i + 1)); done";
        RemoteResult result =
                executor().run(script(script).withMaxOutputBytes(100)).orThrow();
        assertThat(result.stdout().text()).hasSize(100).startsWith("line 0\nline 1\n");
        assertThat(result.stderr().text()).hasSize(100).endsWith("line 2998\nline 2999\n");
        assertThat(result.stdout().isTruncated()).isTrue();
        assertThat(result.stdout().writtenBytes())
                .isEqualTo(result.stderr().writtenBytes())
                .isGreaterThan(28_000);
    }

    @Test
    void outputMayBeDroppedWholly() throws IOException {
        RemoteResult result = executor().run(script("echo a; echo b >&2").withMaxOutputBytes(0));
        assertThat(result.stdout().bytes()).isEmpty();
        assertThat(result.stderr().bytes()).isEmpty();
    }

    @Test
    void inputAndOutputAreBytes() throws IOException {
        byte[] bytes = TestContents.random(11, 3_000_001);
        RemoteCommand command = RemoteCommand.of("cat").withStdin(bytes).withMaxOutputBytes(4_000_000);
        assertThat(executor().run(command).orThrow().stdout().bytes()).isEqualTo(bytes);
    }

    @Test
    void programsMayLeaveInputUnread() throws IOException {
        byte[] bytes = new byte[6_000_000];
        assertThat(executor().run(RemoteCommand.of("true").withStdin(bytes)).exitCode())
                .isZero();
        RemoteResult result = executor().run(RemoteCommand.of("head", "-c", "3").withStdin("abcdef".getBytes(UTF_8)));
        assertThat(result.stdout().text()).isEqualTo("abc");
    }

    @Test
    void withoutInputAProgramReadsTheEndAtOnce() throws IOException {
        assertThat(run("cat").orThrow().stdout().bytes()).isEmpty();
    }

    @Test
    void unreadableInputKillsTheProgramAndIsTheFailure() {
        IOException failure = new IOException("the disk is gone");
        Path file = directory().resolve("copy");
        RemoteCommand command = script("cat > '" + file + ".part' && mv '" + file + ".part' '" + file + "'")
                .withStdin(TestContents.failingAt(500_000, new byte[1_000_000], failure));
        assertThat(Secrets.failureOf(() -> executor().run(command))).isSameAs(failure);
        assertThat(file).doesNotExist();
    }

    @Test
    void whatCannotBeACommandIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RemoteCommand.of(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> RemoteCommand.of("a=b"));
        assertThatIllegalArgumentException().isThrownBy(() -> RemoteCommand.of("echo", "nul\0"));
        assertThatIllegalArgumentException().isThrownBy(() -> RemoteCommand.of("echo", "x".repeat(16_001)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteCommand.of("echo").withEnvironment("A-B", "x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> executor().start(RemoteCommand.of("cat").withStdin(new byte[1])));
    }

    @Test
    void theLongestCommandFits() throws IOException {
        String quotes = "'".repeat(7_900) + "\\".repeat(7_900);
        RemoteResult result = run("printf", "%s", quotes);
        assertThat(result.orThrow().stdout().text()).isEqualTo(quotes);
    }
}
