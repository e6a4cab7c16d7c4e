package io.gpusnapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageProvidersTest {
    @Test
    void foldersAreServedByTheCore(@TempDir Path folder) throws IOException {
        try (StorageProvider provider = StorageProviders.open(StorageConfig.file(folder))) {
            StorageProviders.putBytes(provider, "a/b", new byte[3], PutOptions.REPLACE);
            assertThat(folder.resolve("a/b")).hasSize(3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "b2, io.gpusnapshot:snapshot-storage-b2",
        "s3, io.gpusnapshot:snapshot-storage-s3",
        "r2, io.gpusnapshot:snapshot-storage-s3",
        "wasabi, io.gpusnapshot:snapshot-storage-s3"
    })
    void aMissingModuleIsNamed(String providerId, String artifact) {
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> StorageProviders.open(StorageConfig.bucket(providerId, "bucket")))
                .withMessageContaining(providerId + "://bucket")
                .withMessageContaining(artifact);
    }

    @Test
    void listAllPagesAndMayDeleteWhatItWasGiven() throws IOException {
        StorageProvider provider = new MemoryStorageProvider(Clock.systemUTC());
        for (int i = 0; i < 2 * ListOptions.MAX_LIMIT + 1; i++) {
            StorageProviders.putBytes(provider, "a/" + i, new byte[0], PutOptions.REPLACE);
        }
        List<String> seen = new ArrayList<>();
        StorageProviders.listAll(provider, "a/", object -> {
            seen.add(object.key());
            provider.delete(List.of(object.key()));
        });

        assertThat(seen).hasSize(2 * ListOptions.MAX_LIMIT + 1).isSorted().doesNotHaveDuplicates();
        assertThat(provider.list(ListOptions.ofPrefix("")).objects()).isEmpty();
    }

    @Test
    void aFailingConsumerEndsTheListing() throws IOException {
        StorageProvider provider = new MemoryStorageProvider(Clock.systemUTC());
        StorageProviders.putBytes(provider, "a", new byte[0], PutOptions.REPLACE);

        assertThatIOException()
                .isThrownBy(() -> StorageProviders.listAll(provider, "", object -> {
                    throw new IOException("enough");
                }))
                .withMessage("enough");
    }
}
