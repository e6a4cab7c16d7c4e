package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.model.SyncPolicy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** A directory as large as those of unpacked data sets. */
class ManyFilesTest {
    private static final int COUNT = 100_000;
    private static final int EVERY = 20;

    /** In memory where there is such a file system, because disks are slow at making and deleting so many files. */
    static final class MemoryDisk implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "junit")
                    : Files.createTempDirectory("junit");
        }
    }

    @Test
    void aHundredThousandFilesInOneDirectoryComeBack(@TempDir(factory = MemoryDisk.class) Path directory)
            throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Path target = directory.resolve("target");
        for (int i = 0; i < COUNT; i++) {
            Path file = Files.createFile(source.resolve(Integer.toString(i)));
            if (i % EVERY == 0) {
                Files.writeString(file, Integer.toString(i));
            }
        }
        try (ServiceFixture fixture = new ServiceFixture()) {
            SnapshotInfo snapshot = fixture.create(source);
            RestoreInfo restored = fixture.service.restoreSnapshot(RestoreRequest.builder(snapshot.id(), target)
                    .sync(SyncPolicy.NONE)
                    .build());
            assertThat(restored.files()).isEqualTo(COUNT);
            assertThat(fixture.warnings()).isEmpty();
        }
        assertThat(numbersIn(target).cardinality()).isEqualTo(COUNT);
    }

    /** Numbers that are the names of files with the right content. */
    private static BitSet numbersIn(Path target) throws IOException {
        BitSet numbers = new BitSet(COUNT);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(target)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                int number = Integer.parseInt(name);
                String expected = number % EVERY == 0 ? name : "";
                numbers.set(number, Files.size(file) == expected.length() && hasContent(file, expected));
            }
        }
        return numbers;
    }

    private static boolean hasContent(Path file, String expected) throws IOException {
        return expected.isEmpty() || Files.readString(file).equals(expected);
    }
}
