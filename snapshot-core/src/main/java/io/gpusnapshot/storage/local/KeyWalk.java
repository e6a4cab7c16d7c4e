package io.gpusnapshot.storage.local;

import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.StorageObject;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Finds the first keys of a listing in byte order. It enters only folders that can hold some of them, starts in each at
 * the first name that matters, and asks the file system about entries only as it comes to them.
 *
 * <p>A folder's key ends in a slash, which puts it where its objects belong among its neighbours: {@code a-b}, {@code
 * a.b}, {@code a/b}, {@code a0}. Whether a name is a folder's shows when its turn comes as a file, which is never too
 * late; folders then wait for their second turn.
 */
final class KeyWalk {
    private final Path root;
    private final FolderNames folderNames;
    private final String prefix;
    private final String startAfter;
    private final int wanted;
    private final List<StorageObject> found = new ArrayList<>();

    KeyWalk(Path root, FolderNames folderNames, ListOptions options, int wanted) {
        this.root = root;
        this.folderNames = folderNames;
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

    private void walk(String folder) throws IOException {
        List<String> names = folderNames.read(root.resolve(folder));
        String first = firstName(folder);
        PriorityQueue<String> waiting = shorterNames(folder, first, names);
        int next = lowerBound(names, first);
        while (found.size() < wanted) {
            String key = next < names.size() ? folder + names.get(next) : null;
            if (key != null && (waiting.isEmpty() || key.compareTo(waiting.element()) < 0)) {
                next++;
            } else if (!waiting.isEmpty()) {
                key = waiting.remove();
            } else {
                return;
            }
            if (isBeyondPrefix(key)) {
                return;
            }
            visit(key, waiting);
        }
    }

    private void visit(String key, PriorityQueue<String> waiting) throws IOException {
        if (key.endsWith("/")) {
            walk(key);
        } else if (ObjectKeys.isKey(key) && (isWanted(key) || mayHoldWanted(key + "/"))) {
            Optional<BasicFileAttributes> attributes = Folders.attributes(root.resolve(key));
            if (attributes.filter(BasicFileAttributes::isDirectory).isPresent() && mayHoldWanted(key + "/")) {
                waiting.add(key + "/");
            } else if (attributes.filter(BasicFileAttributes::isRegularFile).isPresent() && isWanted(key)) {
                found.add(describe(key, attributes.get()));
            }
        }
    }

    /** The name in a folder from which on all but {@linkplain #shorterNames shorter names} can matter. */
    private String firstName(String folder) {
        String first = startAfter.compareTo(prefix) > 0 ? startAfter : prefix;
        if (!first.startsWith(folder)) {
            return "";
        }
        String rest = first.substring(folder.length());
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    /** A folder {@code a/} comes after a name {@code a-b}, but {@code a} comes before it: these must not be skipped. */
    private static PriorityQueue<String> shorterNames(String folder, String first, List<String> names) {
        PriorityQueue<String> shorter = new PriorityQueue<>();
        for (int length = 1; length < first.length(); length++) {
            String name = first.substring(0, length);
            if (Collections.binarySearch(names, name) >= 0) {
                shorter.add(folder + name);
            }
        }
        return shorter;
    }

    private static int lowerBound(List<String> names, String first) {
        int index = Collections.binarySearch(names, first);
        return index < 0 ? -index - 1 : index;
    }

    private boolean isWanted(String key) {
        return key.startsWith(prefix) && key.compareTo(startAfter) > 0;
    }

    private boolean mayHoldWanted(String folder) {
        boolean hasPrefix = folder.startsWith(prefix) || prefix.startsWith(folder);
        return hasPrefix && (folder.compareTo(startAfter) > 0 || startAfter.startsWith(folder));
    }

    private boolean isBeyondPrefix(String key) {
        return key.compareTo(prefix) > 0 && !key.startsWith(prefix);
    }

    static StorageObject describe(String key, BasicFileAttributes attributes) {
        return new StorageObject(
                key, attributes.size(), attributes.lastModifiedTime().toInstant());
    }
}
