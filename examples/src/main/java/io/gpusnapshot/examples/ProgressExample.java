package io.gpusnapshot.examples;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.SnapshotListener;
import io.gpusnapshot.model.SnapshotEvent.Progress;
import io.gpusnapshot.model.SnapshotEvent.Warned;
import io.gpusnapshot.storage.StorageConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Follows a create while it runs. */
public final class ProgressExample {
    private ProgressExample() {}

    /** Takes a workspace; the store comes from the environment. */
    public static void main(String[] arguments) throws IOException {
        run(StorageConfig.fromEnvironment(), Path.of(arguments[0]), System.out);
    }

    static void run(StorageConfig store, Path workspace, PrintStream out) throws IOException {
        SnapshotListener listener = event -> {
            if (event instanceof Progress progress) {
                double rate = progress.bytesPerSecond() / 1e6;
                out.printf(Locale.ROOT, "%s: %d bytes, %.1f MB/s%n", progress.phase(), progress.bytes(), rate);
            } else if (event instanceof Warned warned) {
                out.println("warning: " + warned.warning());
            }
        };
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).listener(listener).build()) {
            service.createSnapshot(CreateRequest.builder().workspace(workspace).build());
        }
    }
}
