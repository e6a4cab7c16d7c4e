package io.gpusnapshot.storage.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the names in a folder, sorted. A large folder is remembered until the next one, because a listing comes back to
 * it for every page, and reading it anew each time would cost the square of its size.
 *
 * <p>What is remembered must never hide a change. Every change sets the folder's modification time; if that was well in
 * the past when the names were read, no later change can leave it the same, however coarse the file system's clock is.
 */
final class FolderNames {
    /** Reading less than this takes a millisecond or two. */
    static final int LARGE = 4_096;

    /** Longer than the tick of any file system; FAT has the longest, two seconds. */
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(3);

    private final Clock clock;
    private volatile @Nullable Remembered remembered;

    FolderNames(Clock clock) {
        this.clock = clock;
    }

    private record Remembered(Path folder, Instant modified, List<String> names) {
        boolean isOf(Path wanted, Instant time) {
            return folder.equals(wanted) && modified.equals(time);
        }
    }

    /** Names in a folder, in byte order; none if there is no such folder. */
    List<String> read(Path folder) throws IOException {
        Instant start = clock.instant();
        Optional<BasicFileAttributes> attributes = Folders.attributes(folder);
        if (attributes.isEmpty()) {
            return List.of();
        }
        Instant modified = attributes.get().lastModifiedTime().toInstant();
        Remembered last = remembered;
        if (last != null && last.isOf(folder, modified)) {
            return last.names();
        }
        List<String> names = readSorted(folder);
        if (names.size() >= LARGE && modified.isBefore(start.minus(SETTLED_AFTER))) {
            remembered = new Remembered(folder, modified, names);
        }
        return names;
    }

    private static List<String> readSorted(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // It was deleted since its name was read, or is a file.
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }
}
