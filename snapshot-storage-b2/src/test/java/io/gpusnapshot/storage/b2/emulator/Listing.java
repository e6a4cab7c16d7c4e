package io.gpusnapshot.storage.b2.emulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One page of a bucket's files.
 *
 * @param next the row that the following page begins with
 */
record Listing(List<Row> rows, Optional<Row> next) {
    /** A file, or, without a version, the folder of several. */
    record Row(String name, Optional<FileVersion> version) {}

    /** What to list; a start before the prefix is moved there. */
    record Query(FileVersion.Key start, String prefix, Optional<String> delimiter, int max) {
        Query {
            if (FileNames.ORDER.compare(start.name(), prefix) < 0) {
                start = new FileVersion.Key(prefix, Long.MAX_VALUE);
            }
        }

        private Optional<String> folderOf(String name) {
            return delimiter.flatMap(mark -> {
                int end = name.indexOf(mark, prefix.length());
                return end < 0 ? Optional.empty() : Optional.of(name.substring(0, end + mark.length()));
            });
        }
    }

    /** Names of files whose youngest version is not a hide marker. */
    static Listing names(FileIndex index, Query query) {
        return index.from(query.start(), versions -> page(visible(versions), query));
    }

    /** Every version, hide marker and unfinished large file. */
    static Listing versions(FileIndex index, Query query) {
        return index.from(query.start(), versions -> page(versions, query));
    }

    private static Iterable<FileVersion> visible(Collection<FileVersion> versions) {
        return () -> new NewestVersions(versions.iterator());
    }

    private static Listing page(Iterable<FileVersion> versions, Query query) {
        List<Row> rows = new ArrayList<>();
        String folder = "";
        for (FileVersion version : versions) {
            if (!version.name().startsWith(query.prefix())) {
                break;
            }
            Row row = row(version, query);
            if (row.version().isEmpty() && row.name().equals(folder)) {
                continue;
            }
            if (rows.size() == query.max()) {
                return new Listing(rows, Optional.of(row));
            }
            rows.add(row);
            folder = row.version().isEmpty() ? row.name() : folder;
        }
        return new Listing(rows, Optional.empty());
    }

    private static Row row(FileVersion version, Query query) {
        Optional<String> folder = query.folderOf(version.name());
        return folder.isPresent()
                ? new Row(folder.get(), Optional.empty())
                : new Row(version.name(), Optional.of(version));
    }
}
