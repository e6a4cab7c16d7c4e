package io.gpusnapshot.internal.scan;

import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.internal.posix.ExaminedEntry;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks a workspace depth first, siblings in the order of their bytes, without following symbolic links. What vanishes
 * during the walk is left out in silence; what cannot be read is reported.
 */
public final class WorkspaceScanner {
    private static final byte[] CACHE_TAG = "CACHEDIR.TAG".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CACHE_TAG_SIGNATURE =
            "Signature: 8a477f597d28d172789f06886806bc55".getBytes(StandardCharsets.US_ASCII);

    /** Bounds what is known of a directory before its entries are passed on. */
    private static final int EXAMINED_AT_ONCE = 1024;

    private final PosixCalls posix = PosixCalls.ofPlatform();
    private final Path root;
    private final ScanOptions options;
    private final ScanSink sink;

    public WorkspaceScanner(Path root, ScanOptions options, ScanSink sink) {
        this.root = root;
        this.options = options;
        this.sink = sink;
    }

    /**
     * Walks.
     *
     * @throws WorkspaceException if the workspace itself cannot be read
     */
    public void scan() throws IOException, InterruptedException {
        UnixAttributes attributes = requireReadable(root);
        RawPath file = RawNames.rawPath(root);
        sink.found(new ScannedEntry(RawPath.ROOT, file, attributes, Optional.empty()));
        scanChildren(RawPath.ROOT, file, attributes.device());
    }

    /**
     * Checks that a workspace is a directory that can be listed.
     *
     * @throws WorkspaceException if not
     */
    public static UnixAttributes requireReadable(Path workspace) throws IOException {
        try {
            UnixAttributes attributes = UnixAttributes.read(workspace);
            if (!attributes.isDirectory()) {
                throw unreadable(workspace, "is a " + attributes.typeName() + ", not a directory", null);
            }
            try (DirectoryStream<Path> readable = Files.newDirectoryStream(workspace)) {
                Objects.requireNonNull(readable);
            }
            return attributes;
        } catch (NoSuchFileException missing) {
            throw unreadable(workspace, "does not exist", missing);
        } catch (AccessDeniedException denied) {
            throw unreadable(workspace, "may not be read by this user", denied);
        }
    }

    private static WorkspaceException unreadable(Path workspace, String problem, @Nullable Exception cause) {
        return new WorkspaceException(
                WorkspaceException.Reason.UNREADABLE,
                workspace.toString(),
                "The workspace " + workspace + " " + problem + "; name a directory that this user can read",
                cause);
    }

    private void scanChildren(RawPath path, RawPath file, long device) throws IOException, InterruptedException {
        Path directory = RawNames.path(file);
        List<byte[]> names;
        try {
            names = sortedNames(directory);
        } catch (NoSuchFileException vanished) {
            return;
        } catch (IOException unreadable) {
            sink.skipped(path, "directory cannot be read: " + reason(unreadable));
            return;
        }
        if (options.honorCacheTags() && isTaggedCache(directory, names)) {
            names.removeIf(name -> !Arrays.equals(name, CACHE_TAG));
        }
        names.removeIf(RestoreLeftovers::isPart);
        for (int start = 0; start < names.size(); start += EXAMINED_AT_ONCE) {
            List<byte[]> some = names.subList(start, Math.min(names.size(), start + EXAMINED_AT_ONCE));
            scanSome(path, file, some, device);
        }
    }

    private void scanSome(RawPath path, RawPath file, List<byte[]> names, long device)
            throws IOException, InterruptedException {
        List<ExaminedEntry> examined;
        try {
            examined = posix.attributes(file, names);
        } catch (NoSuchFileException vanished) {
            return;
        } catch (IOException unreadable) {
            sink.skipped(path, "directory cannot be read: " + reason(unreadable));
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            byte[] name = names.get(i);
            if (path.isRoot() && RestoreLeftovers.isMarker(name)) {
                sink.skipped(
                        path.child(name),
                        "a restore into this workspace has not finished; run it again to complete it");
            } else {
                scanOne(path.child(name), file.child(name), examined.get(i), device);
            }
        }
    }

    private static List<byte[]> sortedNames(Path directory) throws IOException {
        List<byte[]> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                names.add(RawNames.bytes(child.getFileName()));
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        names.sort(Arrays::compareUnsigned);
        return names;
    }

    private static boolean isTaggedCache(Path directory, List<byte[]> names) {
        if (names.stream().noneMatch(name -> Arrays.equals(name, CACHE_TAG))) {
            return false;
        }
        try (InputStream tag = Files.newInputStream(RawNames.resolve(directory, CACHE_TAG))) {
            return Arrays.equals(tag.readNBytes(CACHE_TAG_SIGNATURE.length), CACHE_TAG_SIGNATURE);
        } catch (IOException unreadable) {
            // A tag that cannot be read tags nothing; the file itself is reported when it is snapshotted.
            return false;
        }
    }

    private void scanOne(RawPath path, RawPath file, ExaminedEntry examined, long device)
            throws IOException, InterruptedException {
        UnixAttributes attributes;
        try {
            attributes = examined.orThrow();
            if (attributes.isDirectory()) {
                // Entries before it may have taken long.
                attributes = posix.attributes(file);
            }
        } catch (NoSuchFileException vanished) {
            return;
        } catch (IOException unreadable) {
            sink.skipped(path, "cannot be examined: " + reason(unreadable));
            return;
        }
        if (!options.exclude().matches(path, attributes.isDirectory())) {
            report(path, file, attributes, device);
        }
    }

    private void report(RawPath path, RawPath file, UnixAttributes attributes, long device)
            throws IOException, InterruptedException {
        if (attributes.isSymbolicLink()) {
            reportLink(path, file, attributes);
        } else if (attributes.isRegularFile()) {
            sink.found(new ScannedEntry(path, file, attributes, Optional.empty()));
        } else if (attributes.isDirectory()) {
            sink.found(new ScannedEntry(path, file, attributes, Optional.empty()));
            if (options.oneFileSystem() && attributes.device() != device) {
                sink.skipped(path, "content is on another file system");
            } else {
                scanChildren(path, file, device);
            }
        } else {
            sink.skipped(path, attributes.typeName() + "s cannot be part of a snapshot");
        }
    }

    private void reportLink(RawPath path, RawPath file, UnixAttributes attributes)
            throws IOException, InterruptedException {
        RawPath target;
        try {
            target = RawNames.rawPath(Files.readSymbolicLink(RawNames.path(file)));
        } catch (NoSuchFileException vanished) {
            return;
        } catch (IOException unreadable) {
            sink.skipped(path, "symbolic link cannot be read: " + reason(unreadable));
            return;
        }
        sink.found(new ScannedEntry(path, file, attributes, Optional.of(target)));
    }

    private static String reason(IOException failure) {
        return failure instanceof AccessDeniedException ? "permission denied" : String.valueOf(failure.getMessage());
    }
}
