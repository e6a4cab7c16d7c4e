package io.gpusnapshot.benchmarks.growth;

import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SyncPolicy;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Restores a snapshot of any size, over HTTP from a {@link ContentServer}, into a directory where there is not room for
 * it: files are removed when they are complete. Prints the seconds that the restore took.
 */
public final class GrowthRestore {
    private static final String REPOSITORY_ID = "abcdefghijklmnopqrstuvwxyz";
    private static final int PERIOD_MILLIS = 20;
    private static final long MEMORY_BYTES = 512L << 20;

    private GrowthRestore() {}

    /**
     * @param args gibibytes to restore, the directory, and the port of the server
     */
    public static void main(String[] args) throws IOException, NoSuchAlgorithmException, CloneNotSupportedException {
        int gibibytes = Integer.parseInt(args[0]);
        Path target = Path.of(args[1]);
        try (StorageProvider store = new GeneratedStore(URI.create("http://127.0.0.1:" + args[2]))) {
            fill(store, gibibytes);
            ScheduledExecutorService remover = Executors.newSingleThreadScheduledExecutor();
            try {
                ScheduledFuture<?> ignored = remover.scheduleWithFixedDelay(
                        () -> removeComplete(target), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
                RestoreInfo restored = restore(store, target);
                requireAll(restored, gibibytes);
                System.out.printf("%.3f%n", restored.duration().toMillis() / 1e3);
            } finally {
                remover.shutdown();
            }
        }
    }

    private static void fill(StorageProvider store, int gibibytes)
            throws IOException, NoSuchAlgorithmException, CloneNotSupportedException {
        CodecRegistry codecs = CodecRegistry.fromClassPath();
        Repository repository = Repository.openOrCreate(store, codecs, REPOSITORY_ID);
        GeneratedManifest manifest = new GeneratedManifest(repository.id(), new GeneratedContent(), gibibytes);
        StorageProviders.putBytes(
                store,
                RepositoryLayout.manifest(GeneratedManifest.ID),
                manifest.encode(codecs.find("lz4").orElseThrow()),
                PutOptions.IF_ABSENT);
    }

    private static RestoreInfo restore(StorageProvider store, Path target) throws IOException {
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(store)
                .memoryBytes(MEMORY_BYTES)
                .build()) {
            return service.restoreSnapshot(RestoreRequest.builder(GeneratedManifest.ID, target)
                    .sync(SyncPolicy.NONE)
                    .build());
        }
    }

    private static void requireAll(RestoreInfo restored, int gibibytes) throws IOException {
        if (restored.bytesRestored() != (long) gibibytes << 30) {
            throw new IOException("restored " + restored.bytesRestored() + " bytes of " + gibibytes + " GiB");
        }
    }

    /** A file that has its name is complete and was checked. */
    private static void removeComplete(Path target) {
        try (DirectoryStream<Path> complete = Files.newDirectoryStream(target, "weights-*.bin")) {
            for (Path file : complete) {
                Files.delete(file);
            }
        } catch (IOException notYetThere) {
            // The next turn does it.
        }
    }
}
