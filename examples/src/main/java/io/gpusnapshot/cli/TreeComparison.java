package io.gpusnapshot.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares two trees with nothing but the Java library, so that a fault of the SDK cannot hide itself. Names are compared
 * by their bytes.
 */
final class TreeComparison {
    private static final String FACTS = "unix:mode,uid,gid,nlink,size,lastModifiedTime";

    private TreeComparison() {}

    /**
     * Returns the bytes compared.
     *
     * @throws IOException that names the first difference
     */
    static long requireEqual(Path expected, Path actual) throws IOException {
        SortedMap<String, Path> originals = paths(expected);
        SortedMap<String, Path> copies = paths(actual);
        requireSame("names", "the tree", originals.keySet(), copies.keySet());
        long bytes = 0;
        for (Map.Entry<String, Path> original : originals.entrySet()) {
            String name = original.getKey();
            bytes += compare(name, original.getValue(), copies.getOrDefault(name, actual));
        }
        requireSame("hard links", "the tree", linkGroups(originals), linkGroups(copies));
        return bytes;
    }

    private static SortedMap<String, Path> paths(Path root) throws IOException {
        SortedMap<String, Path> paths = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            // The escaped form holds the bytes of a name whatever the locale can express.
            walk.forEach(path -> paths.put(escaped(root, path), path));
        }
        return paths;
    }

    private static String escaped(Path root, Path path) {
        String tail =
                path.toUri().getRawPath().substring(root.toUri().getRawPath().length() - 1);
        return tail.endsWith("/") ? tail.substring(0, tail.length() - 1) : tail;
    }

    private static long compare(String name, Path original, Path copy) throws IOException {
        requireSame("metadata", name, facts(original), facts(copy));
        if (Files.isSymbolicLink(original)) {
            requireSame("targets", name, Files.readSymbolicLink(original), Files.readSymbolicLink(copy));
            return 0;
        }
        requireSame("extended attributes", name, attributes(original), attributes(copy));
        if (Files.isDirectory(original)) {
            return 0;
        }
        long mismatch = Files.mismatch(original, copy);
        requireSame("content from byte " + mismatch + " on", name, -1L, mismatch);
        return Files.size(original);
    }

    private static Map<String, Object> facts(Path path) throws IOException {
        Map<String, Object> facts = new TreeMap<>(Files.readAttributes(path, FACTS, LinkOption.NOFOLLOW_LINKS));
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            // The size of a directory is up to the file system.
            facts.remove("size");
        }
        return facts;
    }

    /** Values of the {@code user} namespace by name; none where the file system has none. */
    private static Map<String, ByteBuffer> attributes(Path path) throws IOException {
        Map<String, ByteBuffer> attributes = new TreeMap<>();
        if (Files.getFileStore(path).supportsFileAttributeView("user")) {
            UserDefinedFileAttributeView view = Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
            for (String name : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                attributes.put(name, value.flip());
            }
        }
        return attributes;
    }

    /** For every name, the first name of the same file. */
    private static SortedMap<String, String> linkGroups(SortedMap<String, Path> paths) throws IOException {
        Map<Object, String> firstNames = new TreeMap<>();
        SortedMap<String, String> groups = new TreeMap<>();
        for (Map.Entry<String, Path> path : paths.entrySet()) {
            Object inode = Files.getAttribute(path.getValue(), "unix:ino", LinkOption.NOFOLLOW_LINKS);
            firstNames.putIfAbsent(inode, path.getKey());
            groups.put(path.getKey(), firstNames.getOrDefault(inode, ""));
        }
        return groups;
    }

    private static void requireSame(String what, String name, Object expected, Object actual) throws IOException {
        if (!expected.equals(actual)) {
            throw new IOException(
                    "The restored tree differs in " + what + " of " + name + ": " + actual + " instead of " + expected);
        }
    }
}
