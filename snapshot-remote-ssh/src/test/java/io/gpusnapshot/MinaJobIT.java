package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.remote.ssh.MinaServer;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.SeededRandom;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs by an SSH server that needs nothing of the machine. */
@Timeout(300)
class MinaJobIT {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @Test
    void aWorkspaceIsTakenAndARestoreThatWasCancelledIsResumed(@TempDir Path folder) throws Exception {
        try (MinaServer server = MinaServer.start(Files.createDirectory(folder.resolve("server")));
                SshJobBench bench = new SshJobBench(folder, random)) {
            SnapshotId snapshot = bench.create(server.target());
            InjectedFault slow = bench.store.slow(Operation.DOWNLOAD_BY_NAME);
            BackgroundCall job = BackgroundCall.start(() -> bench.restore(snapshot, server.target()));
            slow.awaitHits(1);
            List<ProcessHandle> agents = Agents.running();
            assertThat(agents).isNotEmpty();
            job.interrupt();
            assertThat(job.failure()).isInstanceOf(InterruptedIOException.class);
            Agents.awaitEnd(agents.stream());
            bench.store.emulator.faults().clear();
            bench.restore(snapshot, server.target());
        }
    }
}
