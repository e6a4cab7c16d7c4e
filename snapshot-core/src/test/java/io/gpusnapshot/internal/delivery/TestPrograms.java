package io.gpusnapshot.internal.delivery;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteResult;
import java.io.IOException;
import java.util.List;

/** Programs of this machine, without which a test is skipped. */
final class TestPrograms {
    private TestPrograms() {}

    static void assumeInstalled(String program) throws IOException {
        assumeSuccess(program + " is not installed", "sh", "-c", "command -v " + program);
    }

    static void assumeSuccess(String otherwise, String... command) throws IOException {
        try (RemoteExecutor local = LocalProcessExecutor.inHome()) {
            RemoteResult result = local.run(RemoteCommand.of(List.of(command)));
            assumeTrue(result.isSuccess(), otherwise + ": " + result.stderr().text());
        }
    }
}
