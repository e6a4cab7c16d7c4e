package io.gpusnapshot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a restore must bring back, read by means of the Java library alone: a line of text per entry, by
 * percent-escaped path. Two equal listings are two equal trees.
 */
public final class TreeListing {
    private final Path root;
    private final SortedMap<String, String> lines = new TreeMap<>();
    private final Map<Object, String> firstNames = new HashMap<>();

    private TreeListing(Path root) {
        this.root = root;
    }

    public static SortedMap<String, String> of(Path root) throws IOException {
        TreeListing listing = new TreeListing(root.toRealPath());
        listing.list(listing.root);
        return listing.lines;
    }

    private void list(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        String name = escaped(path);
        int mode = (Integer) Objects.requireNonNull(attributes.get("mode"));
        String line = Integer.toOctalString(mode) + " " + attributes.get("uid") + ":" + attributes.get("gid") + " "
                + attributes.get("lastModifiedTime");
        if (Files.isSymbolicLink(path)) {
            lines.put(name, line + " -> " + Files.readSymbolicLink(path));
        } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            lines.put(name, line + userAttributes(path));
            for (Path child : sortedChildren(path)) {
                list(child);
            }
        } else {
            String first = firstNames.putIfAbsent(attributes.get("ino"), name);
            String link = first == null ? "" : " same file as " + first;
            lines.put(name, line + userAttributes(path) + " " + attributes.get("size") + " " + digest(path) + link);
        }
    }

    /** In an order that does not depend on the file system, since the first name of a file is named with others. */
    private static List<Path> sortedChildren(Path directory) throws IOException {
        List<Path> sorted = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            children.forEach(sorted::add);
        }
        Collections.sort(sorted);
        return sorted;
    }

    private String escaped(Path path) {
        String uri = path.toUri().getRawPath();
        String text = uri.substring(root.toUri().getRawPath().length() - 1);
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static String userAttributes(Path path) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        SortedMap<String, String> values = new TreeMap<>();
        for (String name : view.list()) {
            ByteBuffer value = ByteBuffer.allocate(view.size(name));
            view.read(name, value);
            values.put(name, HexFormat.of().formatHex(value.array()));
        }
        return values.isEmpty() ? "" : " " + values;
    }

    private static String digest(Path path) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)))
                    .substring(0, 16);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
