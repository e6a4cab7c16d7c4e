package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A create that is killed while it sends a pack, and the prune that clears up behind it. */
@Timeout(120)
class KilledB2CreateIT {
    @TempDir
    private Path home = Path.of("");

    /** The emulator's clock runs behind, so that what it is sent is old already. */
    private void killCreateAndPrune(Duration ago, int expectedToBeGivenUp) throws IOException, InterruptedException {
        FakeClock clock = new FakeClock(Instant.now().minus(ago));
        try (B2Emulator emulator =
                B2Emulator.builder().root(home.resolve("b2")).clock(clock).start()) {
            B2Account account =
                    new B2Account(emulator.endpoint().toString(), emulator.keyId(), emulator.applicationKey());
            account.makeBucket();
            killCreate(emulator, account);
            assertThat(emulator.traffic().calls(Operation.CANCEL_LARGE_FILE)).isZero();

            assertThat(run(account, "prune", "--keep-last", "1").exitCode()).isEqualTo(ExitCodes.DONE);
            assertThat(emulator.traffic().calls(Operation.CANCEL_LARGE_FILE)).isEqualTo(expectedToBeGivenUp);
            assertThat(run(account, "list").objects("snapshots")).isEmpty();
        }
    }

    private void killCreate(B2Emulator emulator, B2Account account) throws IOException, InterruptedException {
        Path workspace = Files.createDirectory(home.resolve("workspace"));
        // One pack, after which no other is expected.
        byte[] weights = new byte[7 << 20];
        new Random(1).nextBytes(weights);
        Files.write(workspace.resolve("weights"), weights);
        InjectedFault lastPart = emulator.faults()
                .inject(Fault.of(FaultEffect.hold(), Operation.FINISH_LARGE_FILE, Operation.UPLOAD_PART));
        List<String> command = command(account, "create", "--workspace", workspace.toString());
        try (JarProcess create = JarProcess.start(home, account.environment(), command)) {
            create.awaitCondition(() -> lastPart.hits() > 0);
            create.kill();
        }
        lastPart.lift();
    }

    private static List<String> command(B2Account account, String name, String... arguments) {
        List<String> command = JarProcess.command(arguments);
        int place = command.size() - arguments.length;
        command.addAll(place, List.of(name, "--json", "--store", account.store()));
        return command;
    }

    private CliRun run(B2Account account, String name, String... arguments) throws IOException, InterruptedException {
        return JarProcess.run(home, account.environment(), command(account, name, arguments));
    }

    @Test
    void whatItSentIsGivenUpAfterTheGraceTime() throws IOException, InterruptedException {
        killCreateAndPrune(Duration.ofHours(25), 1);
    }

    @Test
    void whatItSentStaysWithinTheGraceTime() throws IOException, InterruptedException {
        killCreateAndPrune(Duration.ofHours(23), 0);
    }
}
