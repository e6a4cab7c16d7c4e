package io.gpusnapshot.storage.b2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.structures.B2CreateKeyRequest;
import com.backblaze.b2.client.structures.B2CreatedApplicationKey;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys for one bucket and one name prefix, which may not list buckets. */
class B2RestrictedKeyTest {
    private static final List<String> CAPABILITIES =
            List.of("listFiles", "readFiles", "shareFiles", "writeFiles", "deleteFiles");

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bucket = new EmulatedBucket(folder);
    }

    @AfterEach
    void close() throws IOException {
        bucket.close();
    }

    private B2Credentials keyFor(String prefix) throws Exception {
        try (B2StorageClient client = bucket.client(bucket.credentials())) {
            B2CreatedApplicationKey key =
                    client.createKey(B2CreateKeyRequest.builder(new TreeSet<>(CAPABILITIES), "restricted")
                            .setBucketId(bucket.bucketId)
                            .setNamePrefix(prefix)
                            .build());
            return new B2Credentials(key.getApplicationKeyId(), key.getApplicationKey());
        }
    }

    @Test
    void aKeyForTheRepositorysPrefixIsEnough() throws Exception {
        try (StorageProvider store = bucket.open(bucket.config().withPrefix("team"), keyFor("team/"))) {
            StorageProviders.putBytes(store, "object", "x".getBytes(UTF_8), PutOptions.IF_ABSENT);
            assertThat(StorageProviders.readFully(store, "object", 10)).isEqualTo("x".getBytes(UTF_8));
            assertThat(store.list(ListOptions.ofPrefix("")).objects()).hasSize(1);
            store.delete(List.of("object"));
            assertThat(store.stat("object")).isEmpty();
        }
    }

    @Test
    void aKeyForAnotherPrefixIsRefusedWithTheRemedy() throws Exception {
        try (StorageProvider store = bucket.open(bucket.config().withPrefix("team"), keyFor("others/"))) {
            assertThatExceptionOfType(StorageAccessException.class)
                    .isThrownBy(() -> store.list(ListOptions.ofPrefix("")))
                    .withMessageContaining("limited to another bucket or name prefix");
        }
    }

    @Test
    void aKeyForAnotherBucketIsRefusedAtOnce() throws Exception {
        StorageConfig other = StorageConfig.bucket(StorageConfig.B2, "elsewhere")
                .withEndpoint(bucket.emulator.endpoint().toString());
        B2Credentials key = keyFor("team/");
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> bucket.open(other, key))
                .withMessageContaining(EmulatedBucket.NAME);
    }

    @Test
    void aBucketThatIsNotThereIsNamed() {
        StorageConfig other = StorageConfig.bucket(StorageConfig.B2, "elsewhere")
                .withEndpoint(bucket.emulator.endpoint().toString());
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> bucket.open(other, bucket.credentials()))
                .withMessageContaining("elsewhere");
    }
}
