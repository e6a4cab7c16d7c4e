package io.gpusnapshot.storage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about folders. */
class LocalFolderTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    private Path root;
    private StorageProvider provider;

    @BeforeEach
    void open() throws IOException {
        root = parent.resolve("new/store");
        provider = reopen(NOW);
    }

    private StorageProvider reopen(Instant now) throws IOException {
        return new LocalStorageProvider(root, Clock.fixed(now, ZoneOffset.UTC), true);
    }

    @Test
    void onlyAPutCreatesTheFolder() throws IOException {
        assertThat(provider.list(ListOptions.ofPrefix("")).objects()).isEmpty();
        assertThat(provider.stat("a")).isEmpty();
        provider.delete(List.of("a/b"));
        assertThat(root).doesNotExist();

        put("a/b");
        assertThat(root.resolve("a/b")).isRegularFile();
    }

    @Test
    void deleteRemovesFoldersThatItEmptied() throws IOException {
        put("a/b/c/d");
        put("a/e");
        provider.delete(List.of("a/b/c/d"));
        assertThat(root.resolve("a/b")).doesNotExist();
        assertThat(root.resolve("a/e")).exists();

        provider.delete(List.of("a/e"));
        assertThat(root.resolve("a")).doesNotExist();
        assertThat(root).exists();
    }

    @Test
    void anObjectInThePlaceOfAFolderIsRefusedByName() throws IOException {
        put("a");
        assertThatExceptionOfType(StorageRequestException.class)
                .isThrownBy(() -> put("a/b"))
                .withMessageContaining(root.resolve("a").toString())
                .withMessageContaining("rename");
        put("c/d");
        for (PutOptions options : List.of(PutOptions.REPLACE, PutOptions.IF_ABSENT)) {
            assertThatExceptionOfType(StorageRequestException.class)
                    .isThrownBy(() -> StorageProviders.putBytes(provider, "c", new byte[1], options))
                    .withMessageContaining(root.resolve("c").toString());
        }
        assertThat(LocalStorageProviderTest.uploads(root)).isEmpty();
        assertThat(keys()).containsExactly("a", "c/d");
    }

    @Test
    void anEmptyFolderInThePlaceOfAnObjectIsReplaced() throws IOException {
        Files.createDirectories(root.resolve("a"));
        put("a");

        assertThat(provider.stat("a")).isPresent();
    }

    @Test
    void aFileInThePlaceOfTheRootIsNamed() throws IOException {
        Files.createDirectories(parent.resolve("new"));
        Files.writeString(root, "not a folder");

        for (StorageCall call : List.<StorageCall>of(
                () -> put("a"),
                () -> provider.stat("a"),
                () -> provider.open("a", new ByteRange(0, 1)).close(),
                () -> provider.list(ListOptions.ofPrefix("")),
                () -> provider.delete(List.of("a")))) {
            assertThatExceptionOfType(StorageRequestException.class)
                    .isThrownBy(call::run)
                    .withMessageContaining(root + " is not a folder");
        }
        assertThat(root).hasContent("not a folder");
    }

    @FunctionalInterface
    private interface StorageCall {
        void run() throws IOException;
    }

    @Test
    void whatIsNoObjectIsNotListed() throws IOException {
        put("a");
        Files.writeString(root.resolve("no key"), "");
        Files.createDirectories(root.resolve("lost+found/x"));
        Files.writeString(root.resolve(".uploads/b"), "");
        Files.createSymbolicLink(root.resolve("link"), root.resolve("a"));
        Files.createSymbolicLink(root.resolve("loop"), root);

        assertThat(keys()).containsExactly("a");
        assertThat(provider.stat("link")).isEmpty();
    }

    @Test
    void uploadsThatACrashLeftAreRemovedADayLater() throws IOException {
        put("a");
        Path stale = root.resolve(".uploads/left.tmp");
        Files.writeString(stale, "half");
        Files.setLastModifiedTime(stale, FileTime.from(NOW));

        reopen(NOW.plus(Duration.ofHours(24))).close();
        assertThat(stale).exists();
        reopen(NOW.plus(Duration.ofHours(24)).plusSeconds(1)).close();
        assertThat(stale).doesNotExist();
        assertThat(keys()).containsExactly("a");
    }

    @Test
    void anObjectThatShrinksWhileBeingReadIsNoShortRead() throws IOException {
        StorageProviders.putBytes(provider, "a", TestContents.random(1, 1_000), PutOptions.REPLACE);
        try (ReadableByteChannel channel = provider.open("a", new ByteRange(0, 1_000));
                FileChannel file = FileChannel.open(root.resolve("a"), StandardOpenOption.WRITE)) {
            assertThat(channel.read(ByteBuffer.allocate(10))).isEqualTo(10);
            file.truncate(500);
            assertThatExceptionOfType(DataIntegrityException.class)
                    .isThrownBy(() -> TestContents.readToEnd(channel))
                    .satisfies(e -> assertThat(e.offset()).isEqualTo(500));
        }
    }

    @Test
    void aReaderKeepsTheObjectThatItOpened() throws IOException {
        byte[] first = TestContents.random(1, 1_000);
        StorageProviders.putBytes(provider, "a", first, PutOptions.REPLACE);
        try (ReadableByteChannel channel = provider.open("a", new ByteRange(0, 1_000))) {
            StorageProviders.putBytes(provider, "a", TestContents.random(2, 10), PutOptions.REPLACE);
            provider.delete(List.of("a"));
            assertThat(TestContents.readToEnd(channel)).isEqualTo(first);
        }
    }

    @Test
    void failedPutsLeaveNoFileBehind() throws IOException {
        byte[] bytes = TestContents.random(1, 3 << 20);
        assertThatIOException()
                .isThrownBy(() -> provider.put(
                        "a", TestContents.failingAt(2 << 20, bytes, new IOException("broken")), PutOptions.REPLACE))
                .withMessage("broken");
        assertThatIOException()
                .isThrownBy(
                        () -> provider.put("a", TestContents.claiming(bytes.length + 1, bytes), PutOptions.REPLACE));

        assertThat(LocalStorageProviderTest.uploads(root)).isEmpty();
        assertThat(keys()).isEmpty();
    }

    @Test
    void putsSurviveDeletesThatRemoveTheirFolders() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(1);
        CountDownLatch done = new CountDownLatch(1);
        try {
            Files.createDirectories(root);
            Future<Integer> remover = threads.submit(() -> {
                int rounds = 0;
                while (done.getCount() > 0) {
                    Folders.removeEmpty(root.resolve("a/b/c"), root);
                    rounds++;
                }
                return rounds;
            });
            for (int i = 0; i < 50; i++) {
                put("a/b/c/" + i);
                provider.delete(List.of("a/b/c/" + i));
            }
            put("a/b/c/last");
            done.countDown();
            assertThat(remover.get()).isPositive();
            assertThat(keys()).containsExactly("a/b/c/last");
        } finally {
            done.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void manyObjectsAreListedPageByPage() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int folder = 0; folder < 25; folder++) {
            Path path = Files.createDirectories(root.resolve("packs/%03d".formatted(folder)));
            for (int file = 0; file < 100; file++) {
                String name = "%06d.pack".formatted(file);
                Files.createFile(path.resolve(name));
                expected.add("packs/%03d/%s".formatted(folder, name));
            }
        }
        assertThat(keys()).isEqualTo(expected);
    }

    @Test
    void aLargeFolderIsListedWithoutReadingItForEveryPage() throws IOException {
        Path large = fillLarge();
        Files.setLastModifiedTime(large, FileTime.from(NOW.minusSeconds(60)));
        assertThat(keys()).hasSize(FolderNames.LARGE);

        // A change that the file system does not date shows that the folder was not read again.
        Files.createFile(large.resolve("undated"));
        Files.setLastModifiedTime(large, FileTime.from(NOW.minusSeconds(60)));
        assertThat(keys()).hasSize(FolderNames.LARGE);
    }

    @Test
    void changesOfALargeFolderShowAtOnce() throws IOException {
        Path large = fillLarge();
        for (int age : List.of(60, 2, -1)) {
            Files.setLastModifiedTime(large, FileTime.from(NOW.minusSeconds(age)));
            assertThat(keys()).hasSize(FolderNames.LARGE);
            put("large/a");
            assertThat(keys()).hasSize(FolderNames.LARGE + 1).contains("large/a");
            provider.delete(List.of("large/a"));
            assertThat(keys()).hasSize(FolderNames.LARGE);
        }
    }

    @Test
    void aLargeFolderThatChangedJustNowIsNotTrustedToStay() throws IOException {
        Path large = fillLarge();
        Files.setLastModifiedTime(large, FileTime.from(NOW.minusSeconds(2)));
        assertThat(keys()).hasSize(FolderNames.LARGE);

        Files.createFile(large.resolve("same-tick"));
        Files.setLastModifiedTime(large, FileTime.from(NOW.minusSeconds(2)));
        assertThat(keys()).hasSize(FolderNames.LARGE + 1);
    }

    private Path fillLarge() throws IOException {
        Path large = Files.createDirectories(root.resolve("large"));
        for (int i = 0; i < FolderNames.LARGE; i++) {
            Files.createFile(large.resolve("%05d".formatted(i)));
        }
        return large;
    }

    @Test
    void anInterruptDoesNotStopASyncAndStaysPending() throws IOException {
        Thread.currentThread().interrupt();
        Folders.sync(parent);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theTextFormNamesTheFolder() {
        assertThat(provider).hasToString("file://" + root);
    }

    private void put(String key) throws IOException {
        StorageProviders.putBytes(provider, key, new byte[] {1, 2, 3}, PutOptions.REPLACE);
    }

    private List<String> keys() throws IOException {
        List<StorageObject> objects = new ArrayList<>();
        StorageProviders.listAll(provider, "", objects::add);
        return objects.stream().map(StorageObject::key).toList();
    }
}
