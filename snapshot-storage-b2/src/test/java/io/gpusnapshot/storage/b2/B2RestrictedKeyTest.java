package io.gpusnapshot.storage.b2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.structures.B2CreateKeyRequest;
import com.backblaze.b2.client.structures.B2CreatedApplicationKey;
import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Keys for one bucket and one name prefix, which may not list buckets. */
class B2RestrictedKeyTest {
    private static final List<String> CAPABILITIES =
            List.of("listFiles", "readFiles", "shareFiles", "writeFiles", "deleteFiles");

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final FakeClock clock = new FakeClock(Instant.now());

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        bucket = new EmulatedBucket(folder.resolve("bucket"), clock);
    }

    @AfterEach
    void close() throws IOException {
        bucket.close();
    }

    private B2Credentials keyFor(String prefix) throws Exception {
        return key(request(CAPABILITIES).setNamePrefix(prefix));
    }

    private B2CreateKeyRequest.Builder request(Collection<String> capabilities) {
        return B2CreateKeyRequest.builder(new TreeSet<>(capabilities), "restricted")
                .setBucketId(bucket.bucketId);
    }

    private B2Credentials key(B2CreateKeyRequest.Builder request) throws Exception {
        try (B2StorageClient client = bucket.client(bucket.credentials())) {
            B2CreatedApplicationKey key = client.createKey(request.build());
            return new B2Credentials(key.getApplicationKeyId(), key.getApplicationKey());
        }
    }

    private StorageProvider open(B2Credentials key) throws IOException {
        return bucket.open(bucket.config(), key);
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
    void aWrongKeyIsRefusedWithTheRemedyAndNotShown() {
        B2Credentials wrong = new B2Credentials(bucket.credentials().keyId(), "K001wrong");
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> open(wrong))
                .withMessageContaining("check B2_KEY_ID and B2_APPLICATION_KEY")
                .withMessageNotContaining("K001wrong");
    }

    @Test
    void aKeyThatHasExpiredIsRefusedWithTheReason() throws Exception {
        B2Credentials key = key(request(CAPABILITIES).setValidDurationInSeconds(1000L));
        try (StorageProvider store = open(key)) {
            StorageProviders.putBytes(store, "object", "x".getBytes(UTF_8), PutOptions.REPLACE);
            clock.advance(Duration.ofSeconds(1000));
            assertThatExceptionOfType(StorageAccessException.class)
                    .isThrownBy(() -> store.list(ListOptions.ofPrefix("")))
                    .withMessageContaining("expired");
        }
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> open(key))
                .withMessageContaining("expired");
    }

    @ParameterizedTest
    @FieldSource("CAPABILITIES")
    void aKeyThatLacksACapabilityIsRefusedWithTheRemedy(String lacking, @TempDir Path folder) throws Exception {
        List<String> rest =
                CAPABILITIES.stream().filter(name -> !name.equals(lacking)).toList();
        Path source = Files.createDirectory(folder.resolve("source"));
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(6_000_000));
        try (StorageProvider store = open(key(request(rest)));
                GPUSnapshotService service =
                        GPUSnapshotService.builder().storage(store).build()) {
            assertThatExceptionOfType(StorageAccessException.class)
                    .isThrownBy(() -> createRestoreAndDelete(service, source, folder.resolve("target")))
                    .withMessageContaining("lacks a capability")
                    .withMessageContaining(lacking);
        }
    }

    private static void createRestoreAndDelete(GPUSnapshotService service, Path source, Path target)
            throws IOException {
        SnapshotId snapshot = service.createSnapshot(CreateRequest.builder()
                        .workspace(source)
                        .instanceId("gpu-1")
                        .build())
                .id();
        service.restoreSnapshot(RestoreRequest.of(snapshot, target));
        service.deleteSnapshot(snapshot);
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
