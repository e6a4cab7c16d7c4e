package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison that finds nothing is worth only as much as what it would have found. */
class TreeComparisonTest {
    private static final FileTime TIME = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir
    private Path home = Path.of("");

    @BeforeEach
    void makeTwins() throws IOException {
        for (String name : new String[] {"one", "two"}) {
            Path tree = Files.createDirectories(home.resolve(name));
            Files.writeString(tree.resolve("a"), "content");
            Files.writeString(tree.resolve("b"), "content");
        }
    }

    @Test
    void equalTreesAreEqual() throws IOException {
        settle();

        assertThat(TreeComparison.requireEqual(home.resolve("one"), home.resolve("two")))
                .isEqualTo(14);
    }

    @Test
    void otherContentIsFound() throws IOException {
        Files.writeString(home.resolve("two/a"), "contend");

        requireDifference("content from byte 6 on of /a");
    }

    @Test
    void aMissingFileIsFound() throws IOException {
        Files.delete(home.resolve("two/b"));

        requireDifference("names");
    }

    @Test
    void anotherModeIsFound() throws IOException {
        Files.setPosixFilePermissions(home.resolve("two/a"), PosixFilePermissions.fromString("rwx------"));

        requireDifference("metadata of /a");
    }

    @Test
    void anotherTimeIsFound() throws IOException {
        settle();
        Files.setLastModifiedTime(home.resolve("two/b"), FileTime.fromMillis(1));

        assertThatThrownBy(this::compare).hasMessageContaining("metadata of /b");
    }

    @Test
    void otherPartnersOfHardLinksAreFound() throws IOException {
        Files.createLink(home.resolve("one/c"), home.resolve("one/a"));
        Files.createLink(home.resolve("one/d"), home.resolve("one/b"));
        Files.createLink(home.resolve("two/c"), home.resolve("two/b"));
        Files.createLink(home.resolve("two/d"), home.resolve("two/a"));

        requireDifference("hard links");
    }

    @Test
    void anotherTargetOfALinkIsFound() throws IOException {
        Files.delete(home.resolve("one/b"));
        Files.delete(home.resolve("two/b"));
        Files.createSymbolicLink(home.resolve("one/b"), Path.of("a"));
        Files.createSymbolicLink(home.resolve("two/b"), Path.of("x"));

        requireDifference("of /b");
    }

    private void requireDifference(String what) throws IOException {
        settle();
        assertThatThrownBy(this::compare).isInstanceOf(IOException.class).hasMessageContaining(what);
    }

    private void compare() throws IOException {
        TreeComparison.requireEqual(home.resolve("one"), home.resolve("two"));
    }

    /** Gives everything but symbolic links, which keep their times, the same time. */
    private void settle() throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(home)) {
            paths = walk.filter(path -> !Files.isSymbolicLink(path)).toList();
        }
        for (Path path : paths) {
            Files.setLastModifiedTime(path, TIME);
        }
    }
}
