package io.gpusnapshot;

import io.gpusnapshot.error.RemoteHostException;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.HookReport;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.remote.CapturedOutput;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs the commands that go before and after a job. Belongs to one thread. */
final class Hooks {
    private static final int MAX_TEXT = 4_000;

    private final RemoteExecutor executor;
    private final List<HookReport> reports = new ArrayList<>();

    Hooks(RemoteExecutor executor) {
        this.executor = executor;
    }

    /**
     * Runs commands one after the other.
     *
     * @throws RemoteHostException if one fails that is required
     */
    void run(List<HostHook> hooks, ProgressMeter progress) throws IOException {
        for (HostHook hook : hooks) {
            try {
                run(hook);
            } catch (RemoteHostException failed) {
                if (hook.isRequired()) {
                    throw failed;
                }
                progress.warn(new SnapshotWarning("", String.valueOf(failed.getMessage())));
            }
        }
    }

    private void run(HostHook hook) throws IOException {
        RemoteResult result = executor.run(hook.command());
        reports.add(new HookReport(
                hook.command().toString(),
                result.exitCode(),
                tail(result.stdout()),
                tail(result.stderr()),
                result.duration()));
        result.orThrow();
    }

    private static String tail(CapturedOutput output) {
        String text = output.text();
        return text.substring(Math.max(0, text.length() - MAX_TEXT));
    }

    List<HookReport> reports() {
        return List.copyOf(reports);
    }
}
