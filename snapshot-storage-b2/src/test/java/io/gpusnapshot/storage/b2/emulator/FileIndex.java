package io.gpusnapshot.storage.b2.emulator;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The versions of the files of one bucket, in the order B2 lists them. Thread-safe. */
final class FileIndex {
    private final TreeMap<FileVersion.Key, FileVersion> byKey = new TreeMap<>();
    private final Map<String, FileVersion> byId = new HashMap<>();

    /** Adds a version, or replaces it by its finished form. */
    synchronized void put(FileVersion version) {
        byKey.put(version.key(), version);
        byId.put(version.fileId(), version);
    }

    /** Removes a version; false when somebody else did. */
    synchronized boolean remove(FileVersion version) {
        byKey.remove(version.key());
        return byId.remove(version.fileId()) != null;
    }

    synchronized Optional<FileVersion> find(String fileId) {
        return Optional.ofNullable(byId.get(fileId));
    }

    /** The youngest version of a name, be it a hide marker; large files that are not finished do not count. */
    synchronized Optional<FileVersion> newest(String name) {
        return byKey.tailMap(new FileVersion.Key(name, Long.MAX_VALUE)).values().stream()
                .takeWhile(version -> version.name().equals(name))
                .filter(version -> version.action() != FileVersion.Action.START)
                .findFirst();
    }

    synchronized boolean isEmpty() {
        return byId.isEmpty();
    }

    synchronized List<FileVersion> unfinished() {
        return byKey.values().stream()
                .filter(version -> version.action() == FileVersion.Action.START)
                .toList();
    }

    /** Has somebody read the versions from {@code start} on while nobody changes them. */
    synchronized <T> T from(FileVersion.Key start, Function<Collection<FileVersion>, T> reader) {
        return reader.apply(byKey.tailMap(start).values());
    }
}
