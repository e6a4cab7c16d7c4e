package io.gpusnapshot.storage.local;

import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.StorageObject;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Finds the first keys of a listing in byte order. It enters only folders that can hold some of them, and asks the file
 * system about entries only as it comes to them: of a folder of 100,000 files, a page costs the reading of the names and
 * as many look-ups as the page has objects.
 */
final class KeyWalk {
    private final Path root;
    private final String prefix;
    private final String startAfter;
    private final int wanted;
    private final List<StorageObject> found = new ArrayList<>();

    KeyWalk(Path root, ListOptions options, int wanted) {
        this.root = root;
        this.prefix = options.prefix();
        this.startAfter = options.startAfter().orElse("");
        this.wanted = wanted;
    }

    List<StorageObject> run() throws IOException {
        int slash = prefix.lastIndexOf('/');
        if (slash < 0) {
            walk("");
        } else if (ObjectKeys.isKey(prefix.substring(0, slash))) {
            walk(prefix.substring(0, slash + 1));
        }
        return found;
    }

    /** A folder's key ends in a slash, which puts it where its objects belong among its neighbours. */
    private void walk(String folder) throws IOException {
        PriorityQueue<String> keys = candidates(folder);
        while (!keys.isEmpty() && found.size() < wanted) {
            String key = keys.remove();
            if (key.endsWith("/")) {
                walk(key);
            } else if (ObjectKeys.isKey(key)) {
                visit(key, keys);
            }
        }
    }

    private void visit(String key, PriorityQueue<String> keys) throws IOException {
        Optional<BasicFileAttributes> attributes = Folders.attributes(root.resolve(key));
        if (attributes.isEmpty()) {
            return;
        }
        if (attributes.get().isDirectory() && mayHoldWanted(key + "/")) {
            keys.add(key + "/");
        } else if (attributes.get().isRegularFile() && isWanted(key)) {
            found.add(describe(key, attributes.get()));
        }
    }

    private PriorityQueue<String> candidates(String folder) throws IOException {
        PriorityQueue<String> keys = new PriorityQueue<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(folder))) {
            for (Path entry : entries) {
                String key = folder + entry.getFileName();
                if (isWanted(key) || mayHoldWanted(key + "/")) {
                    keys.add(key);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // It was deleted since its name was read, or never existed.
            return new PriorityQueue<>();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return keys;
    }

    private boolean isWanted(String key) {
        return key.startsWith(prefix) && key.compareTo(startAfter) > 0;
    }

    private boolean mayHoldWanted(String folder) {
        boolean hasPrefix = folder.startsWith(prefix) || prefix.startsWith(folder);
        return hasPrefix && (folder.compareTo(startAfter) > 0 || startAfter.startsWith(folder));
    }

    static StorageObject describe(String key, BasicFileAttributes attributes) {
        return new StorageObject(
                key, attributes.size(), attributes.lastModifiedTime().toInstant());
    }
}
