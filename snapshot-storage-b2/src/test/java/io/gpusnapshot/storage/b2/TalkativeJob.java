package io.gpusnapshot.storage.b2;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.PruneRequest;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.RetentionRule;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Does everything once, with failures, in a JVM that logs all there is. Prints the account's key. */
final class TalkativeJob {
    private TalkativeJob() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path source = Files.createDirectories(folder.resolve("source"));
        byte[] weights = new byte[6_000_000];
        new Random(1).nextBytes(weights);
        Files.write(source.resolve("weights.bin"), weights);
        try (EmulatedBucket bucket = new EmulatedBucket(folder.resolve("bucket"))) {
            System.out.print(bucket.credentials().applicationKey());
            try (StorageProvider store = bucket.open();
                    GPUSnapshotService service =
                            GPUSnapshotService.builder().storage(store).build()) {
                work(bucket, service, source, folder.resolve("target"));
                fail(bucket, service, source);
            }
        }
    }

    private static void work(EmulatedBucket bucket, GPUSnapshotService service, Path source, Path target)
            throws IOException {
        for (FaultEffect effect : new FaultEffect[] {FaultEffect.expiredToken(), FaultEffect.dropReply()}) {
            bucket.emulator
                    .faults()
                    .inject(Fault.of(effect, Operation.UPLOAD_PART, Operation.UPLOAD_FILE, Operation.DOWNLOAD_BY_NAME)
                            .times(3));
        }
        SnapshotId snapshot = create(service, source);
        service.verifySnapshot(snapshot, VerifyDepth.DATA);
        service.restoreSnapshot(RestoreRequest.of(snapshot, target));
        service.deleteSnapshot(snapshot);
        service.prune(PruneRequest.of(RetentionRule.KEEP_ALL));
    }

    private static SnapshotId create(GPUSnapshotService service, Path source) throws IOException {
        CreateRequest request =
                CreateRequest.builder().workspace(source).instanceId("gpu-1").build();
        return service.createSnapshot(request).id();
    }

    private static void fail(EmulatedBucket bucket, GPUSnapshotService service, Path source) {
        bucket.emulator.faults().inject(Fault.of(FaultEffect.storageCapExceeded(), Operation.UPLOAD_PART));
        try {
            create(service, source);
        } catch (IOException expected) {
            expected.printStackTrace();
        }
        try (StorageProvider refused = bucket.open(
                bucket.config(), new B2Credentials(bucket.credentials().keyId(), "K001" + "0".repeat(27)))) {
            throw new IllegalStateException(refused + " takes any key");
        } catch (IOException expected) {
            expected.printStackTrace();
        }
    }
}
