package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Large files cut by content: what is inserted costs what it is, and all comes back. */
class ContentChunkingTest {
    private static final int CHUNK = ServiceFixture.CHUNK_BYTES;
    private static final int BYTES = 40 * CHUNK;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private final ServiceFixture fixture;
    private Path source;
    private Path file;
    private Path targets;

    ContentChunkingTest() throws IOException {
        fixture = new ServiceFixture(store);
    }

    @BeforeEach
    void fill(@TempDir Path directory) throws IOException {
        source = directory.resolve("source");
        targets = Files.createDirectory(directory.resolve("targets"));
        file = Workspaces.write(source.resolve("archive.tar"), random.nextBytes(BYTES));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private SnapshotInfo create(Chunking chunking) throws IOException {
        SnapshotInfo snapshot = fixture.service.createSnapshot(
                fixture.request(source).chunking(chunking).build());
        Path target = Files.createTempDirectory(targets, "target");
        fixture.restoreUnsynced(snapshot.id(), target);
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        assertThat(fixture.service
                        .verifySnapshot(snapshot.id(), VerifyDepth.DATA)
                        .problems())
                .isEmpty();
        return snapshot;
    }

    private void insert(int length) throws IOException {
        byte[] content = Files.readAllBytes(file);
        byte[] longer = new byte[content.length + length];
        System.arraycopy(random.nextBytes(length), 0, longer, 0, length);
        System.arraycopy(content, 0, longer, length, content.length);
        Files.write(file, longer);
    }

    @Test
    void anInsertCostsWhatIsBesideIt() throws IOException {
        create(Chunking.CONTENT);
        insert(100);
        assertThat(create(Chunking.CONTENT).bytesStored()).isLessThan(6L * CHUNK);
    }

    @Test
    void fixedCutsFindNothingAgainBehindAnInsert() throws IOException {
        create(Chunking.FIXED);
        insert(100);
        assertThat(create(Chunking.FIXED).bytesStored()).isGreaterThan(BYTES);
    }

    @Test
    void automaticCutsFollowTheContentOnceItHasMoved() throws IOException {
        SnapshotInfo first = create(Chunking.AUTO);
        assertThat(Checkpoints.chunks(store, first.id()))
                .extracting(StoredChunk::rawBytes)
                .containsOnly(CHUNK);
        insert(100);
        create(Chunking.AUTO);
        insert(200);
        assertThat(create(Chunking.AUTO).bytesStored()).isLessThan(6L * CHUNK);
    }

    @Test
    void automaticCutsStayWhereAFileHasGrownAtItsEnd() throws IOException {
        create(Chunking.AUTO);
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, content.length + 1000));
        assertThat(create(Chunking.AUTO).bytesStored()).isLessThan(2L * CHUNK);
    }

    @Test
    void holesStayHoles() throws IOException {
        Workspaces.sparse(source.resolve("sparse"), 50L * CHUNK + 5, random.nextBytes(3 * CHUNK), 0, 30L * CHUNK - 50);
        SnapshotInfo snapshot = create(Chunking.CONTENT);
        assertThat(snapshot.bytesStored()).isLessThan(BYTES + 8L * CHUNK);
    }

    @Test
    void differencesAndCutsByContentGoTogether() throws IOException {
        try (Checkpoints checkpoints = new Checkpoints(store, Clock.systemUTC(), random)) {
            CreateRequest request =
                    checkpoints.request(source).chunking(Chunking.CONTENT).build();
            checkpoints.fixture.service.createSnapshot(request);
            insert(100);
            checkpoints.train(file);
            SnapshotInfo second = checkpoints.fixture.service.createSnapshot(request);
            Path target = targets.resolve("both");
            checkpoints.fixture.restoreUnsynced(second.id(), target);
            assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
        }
    }
}
