package io.gpusnapshot.internal.posix;

import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.RawPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * System calls for which the Java library has no, or no exact, counterpart. Those for times, owners and extended
 * attributes do not follow a symbolic link in the last segment; the others are for files and directories alone.
 * Thread-safe.
 */
public interface PosixCalls {
    /** What {@code lstat} says of a path. */
    UnixAttributes attributes(RawPath path) throws IOException;

    /**
     * What {@code lstat} says of entries of one directory, in the order of their names. The kernel looks for the
     * directory once and not for each of them.
     *
     * @throws IOException if the directory cannot be opened
     */
    default List<ExaminedEntry> attributes(RawPath directory, List<byte[]> names) throws IOException {
        List<ExaminedEntry> examined = new ArrayList<>(names.size());
        for (byte[] name : names) {
            try {
                examined.add(ExaminedEntry.of(attributes(directory.child(name))));
            } catch (IOException failed) {
                examined.add(ExaminedEntry.of(failed));
            }
        }
        return examined;
    }

    /**
     * Reads a regular file from its start, as far as the buffer has room.
     *
     * @param target a direct buffer
     * @return what the file was like after it had been read
     */
    UnixAttributes readFile(RawPath path, ByteBuffer target) throws IOException;

    /** Sets the modification time and leaves the access time. */
    void setModified(Path path, Instant time) throws IOException;

    /** Sets permission bits, setuid, setgid and sticky among them. Not for symbolic links, which have none. */
    void setMode(Path path, int mode) throws IOException;

    void setOwner(Path path, long userId, long groupId) throws IOException;

    /** Makes a symbolic link whose target has exactly these bytes. */
    void createSymlink(Path link, RawPath target) throws IOException;

    /** Reads the extended attributes of the {@code user} namespace; none if the file system has none. */
    List<ExtendedAttribute> readExtendedAttributes(RawPath path) throws IOException;

    void writeAttribute(Path path, ExtendedAttribute attribute) throws IOException;

    /** Removes an extended attribute of the {@code user} namespace. */
    void removeAttribute(Path path, RawPath name) throws IOException;

    /**
     * The parts of a file that may hold data, as {@code [start, end)} pairs in ascending order; what lies between them
     * are holes. A file system that cannot tell answers with one pair for the whole file.
     */
    List<DataRegion> dataRegions(Path path, long sizeBytes) throws IOException;

    /** Sets the length of a file; new bytes are a hole. */
    void setLength(Path path, long bytes) throws IOException;

    /** The file system of a path, to be made durable; empty if that can only be done file by file. */
    Optional<FileSystemSync> fileSystemSync(Path path) throws IOException;

    /** Inodes that an ordinary user may still take, where the file system counts them. */
    OptionalLong freeInodes(Path path) throws IOException;

    /** Who this process is, and what the files that it makes are like. */
    ProcessIdentity identity();

    /** What is lost against native calls, for people; empty if nothing. */
    String limitations();

    /** The calls of this platform: native ones if the C library can be reached, else portable ones. */
    static PosixCalls ofPlatform() {
        return PlatformCalls.INSTANCE;
    }

    /**
     * Who a process is.
     *
     * @param userId effective user; -1 if unknown
     * @param groupId effective group; -1 if unknown
     * @param fileMode permission bits of a file that this process makes without asking for any; -1 if unknown
     */
    record ProcessIdentity(long userId, long groupId, int fileMode) {
        /** Whether the process may give files away. */
        public boolean isSuperuser() {
            return userId == 0;
        }
    }

    /** A part of a file, from {@code start} to before {@code end}. */
    record DataRegion(long start, long end) {}
}
