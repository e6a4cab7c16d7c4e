package io.gpusnapshot.internal.posix;

import io.gpusnapshot.model.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What {@code lstat} says of a path.
 *
 * @param fullMode type and permission bits, as in {@code st_mode}
 */
public record UnixAttributes(
        int fullMode,
        long inode,
        long device,
        int linkCount,
        int userId,
        int groupId,
        long sizeBytes,
        Instant modified,
        Instant statusChanged) {
    private static final String NAMES = "unix:mode,ino,dev,nlink,uid,gid,size,lastModifiedTime,ctime";
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int SYMLINK = 0120000;

    /** Reads the attributes of a path, not following a symbolic link. */
    public static UnixAttributes read(Path path) throws IOException {
        return PosixCalls.ofPlatform().attributes(RawNames.rawPath(path));
    }

    /** Reads them by the Java library, which takes twice as long as the call itself. */
    static UnixAttributes readPortably(RawPath path) throws IOException {
        Map<String, Object> values = Files.readAttributes(RawNames.path(path), NAMES, LinkOption.NOFOLLOW_LINKS);
        return new UnixAttributes(
                (Integer) get(values, "mode"),
                (Long) get(values, "ino"),
                (Long) get(values, "dev"),
                (Integer) get(values, "nlink"),
                (Integer) get(values, "uid"),
                (Integer) get(values, "gid"),
                (Long) get(values, "size"),
                ((FileTime) get(values, "lastModifiedTime")).toInstant(),
                ((FileTime) get(values, "ctime")).toInstant());
    }

    private static Object get(Map<String, Object> values, String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the platform has no attribute " + name);
        }
        return value;
    }

    /** Permission bits with setuid, setgid and sticky. */
    public int mode() {
        return fullMode & 07777;
    }

    public boolean isRegularFile() {
        return (fullMode & TYPE_MASK) == REGULAR;
    }

    public boolean isDirectory() {
        return (fullMode & TYPE_MASK) == DIRECTORY;
    }

    public boolean isSymbolicLink() {
        return (fullMode & TYPE_MASK) == SYMLINK;
    }

    /** Whether both describe the same file in the same state, as far as a file system tells. */
    public boolean sameState(UnixAttributes other) {
        return inode == other.inode
                && sizeBytes == other.sizeBytes
                && modified.equals(other.modified)
                && statusChanged.equals(other.statusChanged);
    }

    /** What the file is, for people. */
    public String typeName() {
        return switch (fullMode & TYPE_MASK) {
            case REGULAR -> "file";
            case DIRECTORY -> "directory";
            case SYMLINK -> "symlink";
            case 0140000 -> "socket";
            case 0010000 -> "FIFO";
            case 0020000 -> "character device";
            case 0060000 -> "block device";
            default -> "special file";
        };
    }
}
