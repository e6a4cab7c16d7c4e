package io.gpusnapshot.storage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, read-only or somebody else's. */
class LocalDiskFailureTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private boolean mounted;

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", folder.toString())).isZero();
        }
    }

    @Test
    void aFullDiskIsNamedAndLeavesNothing() throws Exception {
        mount("size=1m");
        StorageProvider provider = new LocalStorageProvider(folder, Clock.systemUTC(), true);
        StorageProviders.putBytes(provider, "small", new byte[100], PutOptions.REPLACE);

        for (PutOptions options : List.of(PutOptions.REPLACE, PutOptions.IF_ABSENT)) {
            assertThatExceptionOfType(StorageRequestException.class)
                    .isThrownBy(() ->
                            StorageProviders.putBytes(provider, "large", TestContents.random(1, 3 << 20), options))
                    .withMessageContaining("free space")
                    .withMessageContaining(folder.toString());
        }
        assertThat(LocalStorageProviderTest.uploads(folder)).isEmpty();
        assertThat(provider.stat("large")).isEmpty();
        StorageProviders.putBytes(provider, "next", new byte[500_000], PutOptions.REPLACE);
    }

    @Test
    void aDiskWithoutInodesIsCalledFull() throws Exception {
        mount("nr_inodes=4");
        StorageProvider provider = new LocalStorageProvider(folder, Clock.systemUTC(), true);

        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> StorageProviders.putBytes(provider, "a/b/c", new byte[100], PutOptions.REPLACE))
                .withMessageContaining("inodes");
        assertThat(LocalStorageProviderTest.uploads(folder)).isEmpty();
    }

    @Test
    void aReadOnlyDiskCanBeReadAndRefusesPuts() throws Exception {
        mount("size=1m");
        StorageProvider provider = new LocalStorageProvider(folder, Clock.systemUTC(), true);
        StorageProviders.putBytes(provider, "a", new byte[100], PutOptions.REPLACE);
        assertThat(run("mount", "-o", "remount,ro", folder.toString())).isZero();

        StorageProvider reopened = new LocalStorageProvider(folder, Clock.systemUTC(), true);
        assertThat(StorageProviders.readFully(reopened, "a", 100)).hasSize(100);
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> StorageProviders.putBytes(reopened, "b", new byte[1], PutOptions.REPLACE))
                .withMessageContaining("read-only")
                .withMessageContaining(folder.toString());
        assertThatExceptionOfType(StorageAccessException.class).isThrownBy(() -> reopened.delete(List.of("a")));
    }

    @Test
    void aFolderOfSomebodyElseIsNamed() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeTrue(!Files.isWritable(closed), "this user may write everywhere, most likely as root");
        StorageProvider provider = new LocalStorageProvider(closed, Clock.systemUTC(), true);

        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> StorageProviders.putBytes(provider, "a", new byte[1], PutOptions.REPLACE))
                .withMessageContaining(closed.toString())
                .withMessageContaining("permissions");
        assertThat(closed).isEmptyDirectory();
    }

    private void mount(String options) throws Exception {
        boolean root = Files.getOwner(Path.of("/proc/self")).getName().equals("root");
        assumeTrue(root, "only root can mount a file system");
        mounted = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()) == 0;
        assumeTrue(mounted, "this machine does not let root mount a tmpfs");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        Collections.addAll(arguments, command);
        Process process = new ProcessBuilder(arguments).inheritIO().start();
        return process.waitFor();
    }
}
