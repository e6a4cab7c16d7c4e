package io.gpusnapshot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.RemoteResult;
import io.gpusnapshot.storage.ContentSources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Programs that run for a while: timeouts, interrupts, streams, closing; a part of {@link RemoteExecutorContract}. */
public abstract class RemoteProcessContract {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int THREADS = 6;

    private RemoteExecutor executor;
    private Path directory;

    protected RemoteProcessContract() {}

    /** Opens a new session on this machine. */
    protected abstract RemoteExecutor open() throws IOException;

    /** The directory in which the session's programs run. */
    protected abstract Path home();

    /** An empty directory that the session's user may write to. */
    protected abstract Path newDirectory() throws IOException;

    @BeforeEach
    void openSession() throws IOException {
        directory = newDirectory();
        executor = open();
    }

    @AfterEach
    void closeSession() {
        executor.close();
    }

    final RemoteExecutor executor() {
        return executor;
    }

    final Path directory() {
        return directory;
    }

    final RemoteResult run(String... words) throws IOException {
        return executor.run(RemoteCommand.of(List.of(words)));
    }

    static RemoteCommand script(String script) {
        return RemoteCommand.of("sh", "-c", script);
    }

    final RemoteResult shell(String script) throws IOException {
        return executor.run(script(script));
    }

    @Test
    void timeoutsKillThePrograms() throws Exception {
        Path file = directory.resolve("pids");
        RemoteCommand command = sleeper(file).withTimeout(Duration.ofSeconds(3));
        assertThatExceptionOfType(RemoteUnavailableException.class)
                .isThrownBy(() -> executor.run(command))
                .withMessageContainingAll(executor.host(), "3 s");
        awaitDeath(file);
        assertThat(run("echo", "alive").stdout().text()).isEqualTo("alive\n");
    }

    @Test
    void interruptsKillThePrograms() throws Exception {
        Path file = directory.resolve("pids");
        BackgroundCall call = BackgroundCall.start(() -> executor.run(sleeper(file)));
        awaitPids(file);
        call.interrupt();
        assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(call.endedInterrupted()).isTrue();
        awaitDeath(file);
        assertThat(run("echo", "alive").stdout().text()).isEqualTo("alive\n");
    }

    @Test
    void interruptedThreadsGetNothingDone() throws IOException {
        Path file = directory.resolve("file");
        Thread.currentThread().interrupt();
        assertInterrupted(() -> run("touch", file.toString()));
        assertInterrupted(() -> executor.start(RemoteCommand.of("touch", file.toString())));
        assertInterrupted(() -> {
            executor.upload(ContentSources.of(new byte[1]), file.toString(), 0600);
            return true;
        });
        assertThat(file).doesNotExist();
    }

    private static void assertInterrupted(Callable<?> call) {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(call::call);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void conversationsArePossible() throws IOException {
        try (RemoteProcess process = executor.start(RemoteCommand.of("cat"))) {
            BufferedReader answers = new BufferedReader(new InputStreamReader(process.stdout(), UTF_8));
            for (int i = 0; i < 20; i++) {
                process.stdin().write(("message " + i + "\n").getBytes(UTF_8));
                process.stdin().flush();
                assertThat(answers.readLine()).isEqualTo("message " + i);
            }
            assertThat(process.waitFor(Duration.ofMillis(1))).isEmpty();
            process.stdin().close();
            assertThat(answers.readLine()).isNull();
            assertThat(process.waitFor(LONG)).hasValue(0);
        }
    }

    @Test
    void aSlowReaderHoldsUpTheProgramOnly() throws IOException {
        try (RemoteProcess process = executor.start(script("head -c 9000000 /dev/zero"))) {
            assertThat(process.stdout().readNBytes(10)).hasSize(10);
            assertThat(run("echo", "alive").stdout().text()).isEqualTo("alive\n");
            assertThat(process.stdout().readAllBytes()).hasSize(8_999_990);
            assertThat(process.waitFor(LONG)).hasValue(0);
        }
    }

    @Test
    void theEndIsToldWhileOutputIsStillHeld() throws IOException {
        try (RemoteProcess process = executor.start(script("sleep 1000 & exit 5"))) {
            assertThat(process.waitFor(LONG)).hasValue(5);
        }
    }

    @Test
    void killedProgramsEnd() throws Exception {
        Path file = directory.resolve("pids");
        try (RemoteProcess process = executor.start(sleeper(file))) {
            awaitPids(file);
            process.kill();
            process.kill();
            assertThat(process.waitFor(LONG)).hasValue(137);
            assertThat(process.stdout().readAllBytes()).isEmpty();
            awaitDeath(file);
            process.kill();
        }
    }

    @Test
    void closedProcessesEnd() throws Exception {
        Path file = directory.resolve("pids");
        RemoteProcess process = executor.start(sleeper(file));
        awaitPids(file);
        process.close();
        process.close();
        awaitDeath(file);
        assertThatExceptionOfType(RemoteUnavailableException.class).isThrownBy(() -> process.waitFor(LONG));
    }

    @Test
    void closingTheSessionEndsEverything() throws Exception {
        Path started = directory.resolve("started");
        Path running = directory.resolve("running");
        RemoteProcess process = executor.start(sleeper(started));
        BackgroundCall call = BackgroundCall.start(() -> executor.run(sleeper(running)));
        awaitPids(started);
        awaitPids(running);
        executor.close();
        executor.close();

        awaitDeath(started);
        awaitDeath(running);
        assertThat(call.failure()).isInstanceOf(RemoteUnavailableException.class);
        assertThatExceptionOfType(RemoteUnavailableException.class).isThrownBy(() -> process.waitFor(LONG));
        assertThatExceptionOfType(RemoteUnavailableException.class)
                .isThrownBy(() -> run("true"))
                .withMessageContaining("closed");
        process.close();
    }

    @Test
    void commandsRunSideBySide() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                long seed = thread;
                done.add(threads.submit(() -> echoes(seed)));
            }
            for (Future<Boolean> each : done) {
                assertThat(each.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean echoes(long seed) throws IOException {
        for (int round = 0; round < 4; round++) {
            byte[] bytes = TestContents.random(seed * 100 + round, 200_000);
            RemoteResult result = executor.run(RemoteCommand.of("cat").withStdin(bytes));
            if (!Arrays.equals(result.orThrow().stdout().bytes(), bytes)) {
                return false;
            }
        }
        return true;
    }

    /** Runs until it is killed, and so does its child; the ids of both are in the file. */
    private static RemoteCommand sleeper(Path file) {
        return script("sleep 1000 & echo $$ $! > '" + file + ".part'; mv '" + file + ".part' '" + file + "'; wait");
    }

    private static void awaitPids(Path file) {
        while (!Files.exists(file)) {
            Thread.onSpinWait();
        }
    }

    /** Returns when the programs have ended. */
    private static void awaitDeath(Path file) throws Exception {
        for (String pid : Files.readString(file).strip().split(" ", -1)) {
            while (isAlive(pid)) {
                Thread.onSpinWait();
            }
        }
    }

    /** Orphans may stay as zombies where nobody collects them. */
    private static boolean isAlive(String pid) throws IOException {
        Path stat = Path.of("/proc", pid, "stat");
        try {
            return !Files.readString(stat).contains(") Z ");
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void waitingEndsAtAnInterrupt() throws Exception {
        try (RemoteProcess process = executor.start(RemoteCommand.of("cat"))) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(() -> process.waitFor(LONG));
            assertThat(Thread.interrupted()).isTrue();
            process.stdin().close();
            assertThat(process.waitFor(LONG)).isEqualTo(OptionalInt.of(0));
        }
    }
}
