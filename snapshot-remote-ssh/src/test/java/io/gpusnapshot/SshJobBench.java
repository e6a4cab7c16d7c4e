package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;

/** A store, a workspace, and a service that takes and restores it on hosts that are this machine. */
final class SshJobBench implements AutoCloseable {
    static final int WEIGHTS_BYTES = 12 << 20;

    final EmulatedStore store;
    final GPUSnapshotService service;
    final Path source;
    final Path target;

    SshJobBench(Path folder, SeededRandom random) throws IOException {
        store = new EmulatedStore(folder.resolve("bucket"));
        service = GPUSnapshotService.builder().storage(store.provider).build();
        source = Files.createDirectory(folder.resolve("source"));
        target = folder.resolve("target");
        Workspaces.mixed(source, random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
    }

    SnapshotId create(SshTarget host) throws IOException {
        SnapshotInfo info = service.createSnapshot(CreateRequest.builder()
                .target(host)
                .workspace(source)
                .instanceId("gpu-1")
                .build());
        return info.id();
    }

    /** Creates it without any host. */
    SnapshotId createHere() throws IOException {
        return service.createSnapshot(CreateRequest.builder().workspace(source).build())
                .id();
    }

    RestoreInfo restore(SnapshotId snapshot, SshTarget host) throws IOException {
        RestoreInfo info = service.restoreSnapshot(RestoreRequest.of(snapshot, host, target.toString()));
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        return info;
    }

    /** Fails unless a job failed for one reason, which names the host and is fit to be shown. */
    static AbstractThrowableAssert<?, ?> assertFailedOn(SshTarget host, Throwable failure) {
        return assertThat(failure)
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining(host.toString())
                .satisfies(told -> assertThat(told.getMessage()).hasLineCount(1));
    }

    @Override
    public void close() throws IOException {
        service.close();
        store.close();
    }
}
