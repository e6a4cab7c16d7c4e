package io.gpusnapshot.golden;

import io.gpusnapshot.testing.TreeListing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A tree as lines of text that do not depend on the file system's order of names or on the locale. */
final class GoldenListing {
    private GoldenListing() {}

    static List<String> of(Path root) throws IOException {
        return TreeListing.of(root).entrySet().stream()
                .map(entry -> "." + entry.getKey() + " " + portable(entry.getValue()))
                .toList();
    }

    /** Leaves out which name of a file was met first, and bytes of link targets that are text in some locale only. */
    private static String portable(String line) {
        return line.replaceFirst(" same file as .*", "").replaceAll("[^ -~]+|\\?+", "?");
    }
}
