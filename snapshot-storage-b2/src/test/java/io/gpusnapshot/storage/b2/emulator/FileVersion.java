package io.gpusnapshot.storage.b2.emulator;

import java.util.Map;
import java.util.Optional;

/**
 * One version of a file, a hide marker, or a large file that is not finished.
 *
 * @param sequence larger for a younger version
 * @param sha1 as B2 reports it: forty digits, perhaps behind {@code unverified:}, or {@code none} for a large file
 */
record FileVersion(
        String fileId,
        long sequence,
        Action action,
        Details details,
        Optional<String> sha1,
        long uploadedMillis,
        StoredContent content) {
    enum Action {
        UPLOAD("upload"),
        HIDE("hide"),
        START("start");

        private final String wireName;

        Action(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }
    }

    /** What the client said of the file. */
    record Details(String name, String contentType, Map<String, String> info) {}

    /** Where a version stands in a listing: by name, and for one name the youngest first. */
    record Key(String name, long sequence) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byName = FileNames.ORDER.compare(name, other.name);
            return byName != 0 ? byName : Long.compare(other.sequence, sequence);
        }
    }

    String name() {
        return details.name();
    }

    Key key() {
        return new Key(name(), sequence);
    }

    FileVersion finished(StoredContent all) {
        return new FileVersion(fileId, sequence, Action.UPLOAD, details, sha1, uploadedMillis, all);
    }
}
