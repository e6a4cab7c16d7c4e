package io.gpusnapshot.internal.remote;

import static io.gpusnapshot.testing.LinePeer.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.testing.LinePeer;
import io.gpusnapshot.testing.ManifestContent;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that hands in a manifest which is not the one that was ordered. */
class HostileManifestHandInTest {
    private static final String[] REFUSALS = {
        "DataIntegrityException", "UnsupportedFormatException", "WorkspaceException"
    };

    @SuppressWarnings("NullAway.Init")
    private OrderedCreate create;

    @SuppressWarnings("NullAway.Init")
    private LinePeer host;

    @SuppressWarnings("NullAway.Init")
    private CreateJob ordered;

    @SuppressWarnings("NullAway.Init")
    private ManifestContent parent;

    /** What an honest host would hand in: a pack of its own with a chunk, and a chunk of the parent. */
    @SuppressWarnings("NullAway.Init")
    private ManifestContent honest;

    @BeforeEach
    void order() throws IOException {
        create = OrderedCreate.plain();
        host = create.host;
        ordered = create.ordered;
        parent = create.parent;
        honest = Crafted.of(
                ordered,
                List.of(create.own, parent.packs().get(0)),
                List.of(Crafted.chunk(7, create.own, 0), parent.chunks().get(0)));
    }

    @AfterEach
    void end() throws Exception {
        create.end();
    }

    private void refused(byte[] manifest) throws IOException {
        create.assertRefused(manifest, REFUSALS);
    }

    private void refusedWith(UnaryOperator<SnapshotSummary> change) throws IOException {
        refused(withHeader(new ManifestHeader(
                ordered.repositoryId(),
                ordered.token(),
                change.apply(honest.header().summary()))));
    }

    private byte[] withHeader(ManifestHeader header) throws IOException {
        return new ManifestContent(header, honest.packs(), honest.chunks(), honest.entries()).toBytes();
    }

    private byte[] withTables(List<StoredPack> packs, List<StoredChunk> chunks) throws IOException {
        return Crafted.of(ordered, packs, chunks).toBytes();
    }

    @Test
    void anHonestManifestIsCommittedAndASecondIsNot() throws IOException {
        byte[] manifest = honest.toBytes();
        create.commit(manifest);
        assertThat(host.askInVain(message("commit", "lengthBytes", manifest.length)))
                .containsEntry("kind", "RemoteAccessException");
        assertThat(host.askInVain(message(
                        "storePack",
                        "key",
                        Crafted.pack(RemoteJobFixture.ID, 1, 1).key(),
                        "content",
                        "AAAA")))
                .containsEntry("kind", "RemoteAccessException");
        assertThat(create.fixture.repository.header(RemoteJobFixture.ID)).isEqualTo(honest.header());
    }

    @Test
    void nothingCanBeSentBehindACommit() throws Exception {
        byte[] manifest = honest.toBytes();
        create.commit(manifest);
        // In one piece: after the first the host would find the link closed.
        host.say(message("manifest", "content", Base64.getEncoder().encodeToString(manifest)));
        assertThat(create.job.failure())
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("second manifest");
        assertThat(create.fixture.repository.header(RemoteJobFixture.ID)).isEqualTo(honest.header());
    }

    @Test
    void theLengthMustBeThatOfWhatCame() throws IOException {
        for (long length : new long[] {Long.MIN_VALUE, 0, 1, Long.MAX_VALUE}) {
            assertThat(host.askInVain(message("commit", "lengthBytes", length)))
                    .containsEntry("kind", "RemoteAccessException");
        }
    }

    @Test
    void theTokenMustBeTheOrdered() throws IOException {
        refused(withHeader(new ManifestHeader(
                ordered.repositoryId(), "another", honest.header().summary())));
    }

    @Test
    void theRepositoryMustBeTheOrdered() throws IOException {
        refused(withHeader(
                new ManifestHeader("another", ordered.token(), honest.header().summary())));
    }

    @Test
    void theSnapshotMustBeTheOrdered() throws IOException {
        refused(parent.toBytes());
    }

    @Test
    void theParentMustBeTheOrdered() throws IOException {
        refusedWith(summary -> summary(summary, Optional.of(RemoteJobFixture.OTHER), summary.labels(), "/workspace"));
    }

    @Test
    void theParentMustBeNamed() throws IOException {
        refusedWith(summary -> summary(summary, Optional.empty(), summary.labels(), "/workspace"));
    }

    @Test
    void theLabelsMustBeTheOrdered() throws IOException {
        refusedWith(summary -> summary(summary, summary.parent(), Map.of("run", "2"), "/workspace"));
    }

    @Test
    void theWorkspaceMustBeTheOrdered() throws IOException {
        refusedWith(summary -> summary(summary, summary.parent(), summary.labels(), "/root\u001b[2J"));
    }

    private static SnapshotSummary summary(
            SnapshotSummary honest,
            Optional<io.gpusnapshot.model.SnapshotId> parent,
            Map<String, String> labels,
            String workspace) {
        return new SnapshotSummary(
                honest.id(),
                honest.createdAt(),
                honest.instanceId(),
                workspace,
                parent,
                honest.chunkBytes(),
                labels,
                honest.host(),
                honest.totals());
    }

    @Test
    void timeInstanceAndFactsMustBeTheOrdered() throws IOException {
        refusedWith(honestly -> new SnapshotSummary(
                honestly.id(),
                Instant.EPOCH,
                "another",
                honestly.workspace(),
                honestly.parent(),
                honestly.chunkBytes(),
                honestly.labels(),
                Map.of("gpu", "B200"),
                honestly.totals()));
    }

    @Test
    void theTotalsMustBeWhatIsThere() throws IOException {
        refusedWith(honestly -> new SnapshotSummary(
                honestly.id(),
                honestly.createdAt(),
                honestly.instanceId(),
                honestly.workspace(),
                honestly.parent(),
                honestly.chunkBytes(),
                honestly.labels(),
                honestly.host(),
                new SnapshotTotals(Long.MAX_VALUE, 1, 0, 200, 2, 2, 200, 200)));
    }

    @Test
    void packsMustHaveBeenStored() throws IOException {
        StoredPack never = Crafted.pack(RemoteJobFixture.ID, 1, OrderedCreate.PACK_BYTES);
        refused(withTables(List.of(never), List.of(Crafted.chunk(7, never, 0))));
    }

    @Test
    void packsMustBeTheSnapshotsOrItsParents() throws IOException {
        StoredPack others = Crafted.pack(RemoteJobFixture.OTHER, 0, 10 * Crafted.CHUNK_BYTES);
        refused(withTables(List.of(others), List.of(Crafted.chunk(7, others, 0))));
    }

    @Test
    void packsMustHaveTheirStoredLength() throws IOException {
        StoredPack own = honest.packs().get(0);
        StoredPack longer = new StoredPack(own.key(), own.storedBytes() + 1, own.version());
        refused(withTables(List.of(longer), List.of(Crafted.chunk(7, longer, 0))));
    }

    @Test
    void packsMustHaveTheirStoredVersion() throws IOException {
        StoredPack own = honest.packs().get(0);
        StoredPack another = new StoredPack(own.key(), own.storedBytes(), Optional.of("another"));
        refused(withTables(List.of(another), List.of(Crafted.chunk(7, another, 0))));
    }

    @Test
    void packsOfTheParentMustBeAsItHasThem() throws IOException {
        StoredPack longer = Crafted.pack(RemoteJobFixture.PARENT, 0, 1 << 20);
        refused(withTables(List.of(longer), List.of(parent.chunks().get(0))));
    }

    @Test
    void packsAreNamedOnce() throws IOException {
        StoredPack own = honest.packs().get(0);
        refused(withTables(List.of(own, own), List.of(Crafted.chunk(7, own, 0))));
    }

    @Test
    void chunksOfTheParentMustBeWhereItHasThem() throws IOException {
        StoredPack pack = parent.packs().get(0);
        refused(withTables(List.of(pack), List.of(Crafted.chunk(1, pack, Crafted.CHUNK_BYTES))));
    }

    @Test
    void chunksOfTheParentMustHaveItsDigests() throws IOException {
        StoredPack pack = parent.packs().get(0);
        refused(withTables(List.of(pack), List.of(Crafted.chunk(9, pack, 0))));
    }

    @Test
    void chunksMustBeOfACodecThatWasOrdered() throws IOException {
        StoredPack own = honest.packs().get(0);
        StoredChunk plain = Crafted.chunk(7, own, 0);
        refused(withTables(
                List.of(own),
                List.of(new StoredChunk(plain.id(), own.key(), 0, 50, Crafted.CHUNK_BYTES, "zstd", plain.crc32c()))));
    }

    @Test
    void aTruncatedManifestIsRefused() throws IOException {
        byte[] whole = honest.toBytes();
        refused(Arrays.copyOf(whole, whole.length - 2));
    }

    @Test
    void anAlteredManifestIsRefused() throws IOException {
        byte[] whole = honest.toBytes();
        String altered = new String(whole, UTF_8).replace("file0", "file9");
        refused(altered.getBytes(UTF_8));
    }

    @Test
    void garbageIsRefused() throws IOException {
        refused("garbage without any sense".getBytes(UTF_8));
    }

    @Test
    void aManifestWithUnsafePathsIsRefused() throws IOException {
        List<WorkspaceEntry> entries = honest.entries();
        byte[] lines = new ManifestContent(honest.header(), honest.packs(), honest.chunks(), entries).toBytes();
        refused(new String(lines, UTF_8).replace("\"file1\"", "\"../x1\"").getBytes(UTF_8));
    }

    @Test
    void aSuccessWithoutACommitIsNone() throws Exception {
        host.say(message(
                "created",
                "bytesRead",
                1,
                "bytesStored",
                1,
                "bytesFetched",
                0,
                "bytesReused",
                0,
                "filesUnchanged",
                0,
                "filesSkipped",
                0,
                "durationNanos",
                1));
        assertThat(create.job.failure())
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("handed in none");
        create.fixture.assertNothingLeft();
    }
}
