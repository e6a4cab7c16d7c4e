package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.model.SnapshotEvent;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workspaces that change while they are snapshotted. The walk reports a socket, whose name sorts behind those of the
 * files in question, with a warning: that is the moment between looking at the files and reading them.
 */
class ChangingWorkspaceTest {
    private static final int LARGE_BYTES = 900_000;
    private static final String SOCKET = "m-socket";
    private static final int MOST_ROUNDS = 200;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final StorageProvider store = new MemoryStorageProvider(Clock.systemUTC());
    private Path source;
    private Path target;

    @BeforeEach
    void fill(@TempDir Path directory) throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
        target = directory.resolve("target");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(source.resolve(SOCKET)));
        }
    }

    @AfterEach
    void checkLeaks() throws IOException {
        Leaks.assertNone(store, List.of(source, target));
    }

    /** Something that happens to the workspace. */
    @FunctionalInterface
    private interface Change {
        void happen() throws IOException;
    }

    /** Takes a snapshot, with a change between the walk and the reading. */
    private SnapshotInfo createWith(Change change) throws IOException {
        SnapshotListener listener = event -> {
            if (event instanceof SnapshotEvent.Warned warned
                    && warned.warning().path().equals(SOCKET)) {
                happen(change);
            }
        };
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).listener(listener).build()) {
            return service.createSnapshot(
                    CreateRequest.builder().workspace(source).build());
        }
    }

    private static void happen(Change change) {
        try {
            change.happen();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<SnapshotWarning> warningsBesidesTheSocket(SnapshotInfo snapshot) {
        return snapshot.warnings().stream()
                .filter(warning -> !warning.path().equals(SOCKET))
                .toList();
    }

    private void restore(SnapshotInfo snapshot) throws IOException {
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            assertThat(fixture.service
                            .verifySnapshot(snapshot.id(), VerifyDepth.DATA)
                            .problems())
                    .isEmpty();
            fixture.restoreUnsynced(snapshot.id(), target);
        }
    }

    private void assertComesBackAsItIsNow(Change change) throws IOException {
        SnapshotInfo snapshot = createWith(change);
        assertThat(warningsBesidesTheSocket(snapshot)).isEmpty();
        restore(snapshot);
        Files.delete(source.resolve(SOCKET));
        assertThat(TreeListing.of(target).tailMap("/"))
                .isEqualTo(TreeListing.of(source).tailMap("/"));
    }

    private void assertOnlyLeftOut(String name, String reason, Change change) throws IOException {
        Workspaces.write(source.resolve("other"), random.nextBytes(50));
        SnapshotInfo snapshot = createWith(change);
        assertThat(warningsBesidesTheSocket(snapshot)).singleElement().satisfies(warning -> {
            assertThat(warning.path()).isEqualTo(name);
            assertThat(warning.problem()).contains(reason);
        });
        assertThat(snapshot.filesSkipped()).as("with the socket").isEqualTo(2);
        restore(snapshot);
        assertThat(target.resolve(name)).doesNotExist();
        assertThat(target.resolve("other")).hasSameBinaryContentAs(source.resolve("other"));
    }

    @Test
    void aSmallFileThatGrowsIsReadAsItBecomes() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(100));
        assertComesBackAsItIsNow(() -> Files.write(file, random.nextBytes(50), StandardOpenOption.APPEND));
    }

    @Test
    void aSmallFileThatShrinksIsReadAsItBecomes() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(100));
        Workspaces.write(source.resolve("next"), random.nextBytes(100));
        assertComesBackAsItIsNow(() -> Files.write(file, random.nextBytes(7)));
    }

    @Test
    void aSmallFileThatBecomesEmptyIsReadAsItBecomes() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(100));
        assertComesBackAsItIsNow(() -> Files.write(file, new byte[0]));
    }

    @Test
    void aLargeFileThatGrowsIsReadAsItBecomes() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(LARGE_BYTES));
        assertComesBackAsItIsNow(() -> Files.write(file, random.nextBytes(LARGE_BYTES), StandardOpenOption.APPEND));
    }

    @Test
    void aLargeFileThatShrinksIsReadAsItBecomes() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(LARGE_BYTES));
        assertComesBackAsItIsNow(() -> Files.write(file, random.nextBytes(10)));
    }

    @Test
    void aLargeFileThatBecomesAHoleIsReadAsItBecomes() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(LARGE_BYTES));
        assertComesBackAsItIsNow(() -> {
            Files.delete(file);
            Workspaces.sparse(file, LARGE_BYTES, random.nextBytes(10), LARGE_BYTES / 2);
        });
    }

    @Test
    void filesThatVanishAreReportedAndLeftOut() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(100));
        assertOnlyLeftOut("file", "vanished", () -> Files.delete(file));
    }

    @Test
    void aLargeFileThatVanishesIsReportedAndLeftOut() throws IOException {
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(LARGE_BYTES));
        assertOnlyLeftOut("file", "vanished", () -> Files.delete(file));
    }

    @Test
    void aFileReplacedByALinkIsNotFollowed() throws IOException {
        Path secret = Workspaces.write(target.resolveSibling("secret"), random.nextBytes(100));
        Path file = Workspaces.write(source.resolve("file"), random.nextBytes(100));
        assertOnlyLeftOut("file", "cannot be read", () -> {
            Files.delete(file);
            Files.createSymbolicLink(file, secret);
        });
    }

    @Test
    void whatVanishesDuringTheWalkWasNeverThere() throws IOException {
        Path later = Workspaces.write(source.resolve("z/later"), random.nextBytes(100));
        assertComesBackAsItIsNow(() -> {
            Files.delete(later);
            Files.delete(source.resolve("z"));
        });
    }

    @Test
    void whatAppearsDuringTheWalkMayBeMissedButNothingElseIs() throws IOException {
        Workspaces.write(source.resolve("file"), random.nextBytes(100));
        SnapshotInfo snapshot = createWith(() -> Workspaces.write(source.resolve("zz"), random.nextBytes(100)));
        restore(snapshot);
        assertThat(target.resolve("file")).hasSameBinaryContentAs(source.resolve("file"));
    }

    @Test
    void aFileThatNeverSettlesIsReportedByNameAndHoldsOnlyBytesItHad() throws Exception {
        Path log = Workspaces.write(source.resolve("log"), new byte[] {0});
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer = new Thread(() -> happen(() -> appendUntil(enough, log)));
        writer.start();
        SnapshotInfo snapshot = createWith(() -> {});
        try {
            // A reading may meet a quiet moment, if the machine lets the writer wait.
            for (int round = 0; warningsBesidesTheSocket(snapshot).isEmpty() && round < MOST_ROUNDS; round++) {
                snapshot = createWith(() -> {});
            }
        } finally {
            enough.set(true);
            writer.join();
        }
        assertThat(warningsBesidesTheSocket(snapshot)).singleElement().satisfies(warning -> {
            assertThat(warning.path()).isEqualTo("log");
            assertThat(warning.problem()).contains("changed while it was read");
        });
        restore(snapshot);
        byte[] restored = Files.readAllBytes(target.resolve("log"));
        assertThat(Files.readAllBytes(log)).startsWith(restored);
    }

    private static void appendUntil(AtomicBoolean enough, Path log) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.APPEND)) {
            for (int i = 1; !enough.get(); i++) {
                channel.write(ByteBuffer.wrap(Integer.toString(i).getBytes(UTF_8)));
            }
        }
    }

    @Test
    void aCallerMayInsistOnEverything() throws IOException {
        Workspaces.write(source.resolve("file"), random.nextBytes(100));
        try (ServiceFixture fixture = new ServiceFixture(store)) {
            CreateRequest strict = fixture.request(source).failOnSkipped(true).build();
            assertThatExceptionOfType(WorkspaceException.class)
                    .isThrownBy(() -> fixture.service.createSnapshot(strict))
                    .withMessageContaining(SOCKET);
        }
        assertThat(StoredObjects.keys(store, StoredObjects.SNAPSHOTS)).isEmpty();
        assertThat(StoredObjects.keys(store, StoredObjects.LEASES)).isEmpty();
    }
}
