package io.gpusnapshot.examples;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.s3.S3Credentials;
import io.gpusnapshot.storage.s3.S3Endpoints;
import io.gpusnapshot.storage.s3.S3StorageProvider;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;

/** Keeps snapshots in a bucket of Amazon, Cloudflare, Wasabi or whoever speaks S3, with keys that the application holds. */
public final class S3Example {
    private S3Example() {}

    /** Takes an address, a workspace and a directory to restore into, and reads the keys from the console. */
    public static void main(String[] arguments) throws IOException {
        Console console = Objects.requireNonNull(System.console(), "this asks for keys, so run it in a terminal");
        String id = console.readLine("access key id: ");
        String secret = new String(console.readPassword("secret access key: "));
        run(other(arguments[0]), id, secret, Path.of(arguments[1]), Path.of(arguments[2]), System.out);
    }

    static StorageConfig amazon() {
        return StorageConfig.bucket(StorageConfig.S3, "snapshots")
                .withPrefix("team")
                .withRegion("eu-west-1");
    }

    static StorageConfig cloudflare(String accountId) {
        return StorageConfig.bucket(StorageConfig.R2, "snapshots")
                .withPrefix("team")
                .withEndpoint(S3Endpoints.r2(accountId));
    }

    static StorageConfig wasabi() {
        return StorageConfig.bucket(StorageConfig.WASABI, "snapshots")
                .withPrefix("team")
                .withRegion("eu-central-1");
    }

    static StorageConfig other(String endpoint) {
        return StorageConfig.bucket(StorageConfig.S3, "snapshots")
                .withPrefix("team")
                .withEndpoint(endpoint);
    }

    static void run(
            StorageConfig config,
            String accessKeyId,
            String secretAccessKey,
            Path workspace,
            Path target,
            PrintStream out)
            throws IOException {
        S3Credentials keys = S3Credentials.of(accessKeyId, secretAccessKey);
        try (StorageProvider store = S3StorageProvider.open(config, keys);
                GPUSnapshotService service =
                        GPUSnapshotService.builder().storage(store).build()) {
            SnapshotInfo snapshot = service.createSnapshot(
                    CreateRequest.builder().workspace(workspace).build());
            service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
            out.println(snapshot.id() + " went into " + store + " and came back");
        }
    }
}
