package io.gpusnapshot.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageProviderTest extends StorageProviderContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Override
    protected StorageProvider openEmpty() throws IOException {
        return new LocalStorageProvider(folder.resolve("store"), Clock.systemUTC(), true);
    }

    /** A folder cannot have the name of a file in the same place. */
    @Override
    protected boolean allowsKeysBelowKeys() {
        return false;
    }

    @AfterEach
    void noUploadIsLeft() throws IOException {
        assertThat(uploads(folder.resolve("store"))).isEmpty();
    }

    static List<Path> uploads(Path store) throws IOException {
        Path uploads = store.resolve(".uploads");
        if (!Files.exists(uploads)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(uploads)) {
            return files.filter(file -> !file.endsWith("lock")).toList();
        }
    }
}
