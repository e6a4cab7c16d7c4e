package io.gpusnapshot.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptor, leases, identities and object names. */
class SmallRecordsTest {
    private static final SnapshotId ID = new SnapshotId("20260102T030405Z-gpu-1-22222222");
    private static final SnapshotId OTHER = new SnapshotId("20260102T030405Z-gpu-1-22222223");
    private static final String LEASE = RepositoryLayout.lease(ID);

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @Test
    void descriptorsComeBack() throws IOException {
        RepositoryDescriptor descriptor = new RepositoryDescriptor("abc234");
        assertThat(RepositoryDescriptor.decode(descriptor.encode())).isEqualTo(descriptor);
        assertThat(descriptor.encode())
                .asString(UTF_8)
                .isEqualTo(
                        "{\"format\":\"gpu-snapshot-repository\",\"version\":1,\"id\":\"abc234\",\"hash\":\"sha256\","
                                + "\"chunking\":\"fixed\",\"maxChunkBytes\":16777216,\"encryption\":null}\n");
    }

    @Test
    void unknownFieldsOfADescriptorAreIgnored() throws IOException {
        String text = descriptor().replace("\"id\"", "\"future\":{\"id\":[7]},\"id\"");
        assertThat(RepositoryDescriptor.decode(text.getBytes(UTF_8)).id()).isEqualTo("abc234");
    }

    @Test
    void newerAndEncryptedRepositoriesAreRefused() {
        assertThatThrownBy(() -> decodeDescriptor(descriptor().replace("\"version\":1", "\"version\":2")))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContainingAll("version 2", "use a newer one");
        assertThatThrownBy(() -> decodeDescriptor(descriptor().replace("null", "{\"cipher\":\"aes\"}")))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("encrypted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"format\":\"gpu-snapshot-repository\"}",
                "{\"format\":\"gpu-snapshot-repository\",\"version\":1}",
                "{\"format\":\"gpu-snapshot-repository\",\"version\":0,\"id\":\"a\"}",
                "{\"format\":\"gpu-snapshot-repository\",\"version\":1,\"id\":7}",
                "{\"format\":\"gpu-snapshot-repository\",\"version\":1.0,\"id\":\"a\"}",
                "{\"format\":\"tar\",\"version\":1,\"id\":\"a\"}",
                "{\"format\":{\"format\":\"gpu-snapshot-repository\"},\"version\":1,\"id\":\"a\"}",
            })
    void whatIsNoDescriptorIsRefused(String text) {
        assertThatThrownBy(() -> decodeDescriptor(text))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("repository.json");
    }

    @Test
    void noTruncationOfADescriptorOrALeaseIsReadAsOne() throws IOException {
        byte[] descriptor = descriptor().strip().getBytes(UTF_8);
        for (int length = 0; length < descriptor.length; length++) {
            byte[] cut = Arrays.copyOf(descriptor, length);
            assertThatThrownBy(() -> RepositoryDescriptor.decode(cut)).isInstanceOf(DataIntegrityException.class);
        }
        byte[] lease = lease().encode();
        for (int length = 0; length < lease.length - 1; length++) {
            byte[] cut = Arrays.copyOf(lease, length);
            assertThatThrownBy(() -> LeaseRecord.decode(cut, LEASE)).isInstanceOf(DataIntegrityException.class);
        }
    }

    private static RepositoryDescriptor decodeDescriptor(String text) throws IOException {
        return RepositoryDescriptor.decode(text.getBytes(UTF_8));
    }

    private static String descriptor() throws IOException {
        return new String(new RepositoryDescriptor("abc234").encode(), UTF_8);
    }

    private static LeaseRecord lease() {
        return new LeaseRecord(ID, Optional.of(OTHER), Set.of(OTHER), Instant.parse("2026-01-02T03:04:05.678901234Z"));
    }

    @Test
    void leasesComeBack() throws IOException {
        assertThat(LeaseRecord.decode(lease().encode(), LEASE)).isEqualTo(lease());
        LeaseRecord orphan = new LeaseRecord(ID, Optional.empty(), Set.of(), Instant.EPOCH);
        assertThat(LeaseRecord.decode(orphan.encode(), LEASE)).isEqualTo(orphan);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "7",
                "{\"snapshot\":\"20260102T030405Z-gpu-1-22222222\"}",
                "{\"snapshot\":\"20260102T030405Z-gpu-1-22222222\",\"renewedAt\":\"today\"}",
                "{\"snapshot\":\"20260102T030405Z-gpu-1-22222222\",\"renewedAt\":7}",
                "{\"snapshot\":\"../x\",\"renewedAt\":\"2026-01-02T03:04:05Z\"}",
                "{\"snapshot\":\"20260102T030405Z-gpu-1-22222222\",\"parent\":null,\"renewedAt\":\"2026-01-02T03:04:05Z\"}",
            })
    void whatIsNoLeaseIsRefusedByItsKey(String text) {
        assertThatThrownBy(() -> LeaseRecord.decode(text.getBytes(UTF_8), LEASE))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining(LEASE);
    }

    @Test
    void aLeaseUnderAnothersKeyIsRefused() {
        assertThatThrownBy(() -> LeaseRecord.decode(lease().encode(), RepositoryLayout.lease(OTHER)))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining(ID.value());
    }

    @Test
    void chunkIdsComeBack() {
        for (int i = 0; i < 100; i++) {
            ChunkId id = ChunkId.of(random.nextBytes(ChunkId.LENGTH));
            assertThat(ChunkId.parse(id.hex())).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "0x", "g"})
    void whatIsNoDigestIsNoChunkId(String text) {
        assertThatThrownBy(() -> ChunkId.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkId.parse((text + "g").repeat(64).substring(0, 64)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkId.parse("a".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "latest",
                "20260102T030405Z-gpu-1-2222222",
                "20260102T030405Z-gpu-1-222222222",
                "20260102T030405Z-gpu-1-22222201",
                "20260102T030405Z-GPU-22222222",
                "20260102T030405Z--22222222",
                "20260102030405Z-gpu-1-22222222",
                "20260102T030405-gpu-1-22222222",
                "20260102T030405Z-a/b-22222222",
                "20260102T030405Z-a b-22222222",
                "20260102T030405Z-gpu-1-22222222\n",
            })
    void whatIsNoSnapshotIdIsRefusedByItsText(String text) {
        assertThatThrownBy(() -> new SnapshotId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void objectNamesTellTheirSnapshotAndForeignOnesNone() {
        assertThat(RepositoryLayout.snapshotOfManifest(RepositoryLayout.manifest(ID)))
                .contains(ID);
        assertThat(RepositoryLayout.snapshotOfLease(LEASE)).contains(ID);
        assertThat(RepositoryLayout.creatorOfPack(RepositoryLayout.pack(ID, 0))).contains(ID);
        assertThat(RepositoryLayout.creatorOfPack(RepositoryLayout.pack(ID, 1234567)))
                .contains(ID);
        assertThat(RepositoryLayout.pack(ID, 7)).endsWith("/000007.pack");
        for (String foreign :
                new String[] {"snapshots/README.txt", "snapshots/x.manifest", "packs/x/000000.pack", "a"}) {
            assertThat(RepositoryLayout.snapshotOfManifest(foreign)).isEmpty();
            assertThat(RepositoryLayout.snapshotOfLease(foreign)).isEmpty();
            assertThat(RepositoryLayout.creatorOfPack(foreign)).isEmpty();
        }
        assertThat(RepositoryLayout.creatorOfPack("packs/" + ID + "/00000.pack"))
                .isEmpty();
        assertThat(RepositoryLayout.creatorOfPack("packs/" + ID + "/000000.pack.tmp"))
                .isEmpty();
    }
}
