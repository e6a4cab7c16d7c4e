package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.chunk.ZeroScanKernel;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A regular file while it is being restored. Data goes to a temporary file beside it; its own name appears with the last
 * extent. A file that stands there already is first a source of data, and is kept as it is when all of it matches.
 *
 * <p>Several workers may write extents at once. Each extent is settled once: by {@link #write}, or by {@link
 * #matched} when the former file has it.
 */
final class TargetFile {
    private static final int CLEARED_BYTES = 1 << 20;
    /**
     * Most bytes of one write. For larger ones file systems with large folios look for as large pieces of free memory,
     * which took up to 3.4 s instead of 0.2 s for 1 GiB (ext4, Linux 6.18, in a virtual machine; docs/performance.md).
     */
    private static final int WRITE_BYTES = 256 << 10;

    private static final FileAttribute<?>[] NO_ATTRIBUTES = {};
    /** A new directory is its owner's alone while it is filled; elsewhere each part must see to that itself. */
    private static final FileAttribute<?>[] OWNER_ONLY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };

    private final WorkspaceEntry entry;
    private final DirectoryNode directory;
    private final Path path;
    private final Path part;
    private final Optional<UnixAttributes> former;
    private final boolean partExisted;
    private final AtomicInteger unsettled;
    /** Length of the temporary file, if it is new, as far as this restore has made it. */
    private final AtomicLong writtenEnd = new AtomicLong();
    /** Extents that the former file has, while it may still be that it has them all. */
    private final List<Extent> matched = new ArrayList<>();

    private @Nullable FileChannel channel;
    private volatile @Nullable Exception failure;

    /**
     * @param path where the file goes
     * @param part where it is until it is complete
     * @param former what stands at {@code path}, if that is a regular file
     * @param partExisted whether an interrupted restore of the same snapshot has left {@code part}
     */
    TargetFile(
            WorkspaceEntry entry,
            DirectoryNode directory,
            Path path,
            Path part,
            Optional<UnixAttributes> former,
            boolean partExisted) {
        this.entry = entry;
        this.directory = directory;
        this.path = path;
        this.part = part;
        this.former = former;
        this.partExisted = partExisted;
        this.unsettled = new AtomicInteger(entry.content().extents().size());
    }

    WorkspaceEntry entry() {
        return entry;
    }

    DirectoryNode directory() {
        return directory;
    }

    Path path() {
        return path;
    }

    /** Whether a part of the file's data may be in the target already. */
    boolean hasLocalData() {
        return partExisted || former.isPresent();
    }

    /** Where data of this file was left by an interrupted restore, if it was. */
    Optional<Path> formerPart() {
        return partExisted ? Optional.of(part) : Optional.empty();
    }

    /** The regular file that stands under the file's name, if one does. */
    Optional<Path> formerFile() {
        return former.isPresent() ? Optional.of(path) : Optional.empty();
    }

    /** Writes an extent's bytes to the temporary file. */
    void write(Extent extent, ByteBuffer data) throws IOException {
        FileChannel file = openPart();
        if (partExisted) {
            writeFully(file, data, extent.fileOffset());
        } else {
            writeSparsely(file, data, extent.fileOffset());
        }
    }

    private synchronized FileChannel openPart() throws IOException {
        FileChannel file = channel;
        if (file == null) {
            file = FileChannel.open(
                    part,
                    Set.of(
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            partExisted ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW,
                            LinkOption.NOFOLLOW_LINKS),
                    directory.isFresh() ? NO_ATTRIBUTES : OWNER_ONLY);
            channel = file;
        }
        return file;
    }

    private void writeFully(FileChannel file, ByteBuffer data, long offset) throws IOException {
        if (!data.hasRemaining()) {
            return;
        }
        long position = offset;
        int end = data.limit();
        while (data.position() < end) {
            data.limit(Math.min(end, data.position() + WRITE_BYTES));
            position += file.write(data, position);
        }
        writtenEnd.accumulateAndGet(position, Math::max);
    }

    /** Leaves out whole blocks of zeros, which thereby become holes: the file is new, nothing else is there. */
    private void writeSparsely(FileChannel file, ByteBuffer data, long offset) throws IOException {
        int start = data.position();
        int end = data.limit();
        int run = start;
        for (int block = start; block < end; block = Math.min(end, block + ZeroScanKernel.BLOCK_BYTES)) {
            int blockEnd = Math.min(end, block + ZeroScanKernel.BLOCK_BYTES);
            if (ZeroScanKernel.isZero(data, block, blockEnd)) {
                writeFully(file, data.duplicate().limit(block).position(run), offset + run - start);
                run = blockEnd;
            }
        }
        writeFully(file, data.duplicate().limit(end).position(run), offset + run - start);
    }

    /** Notes that the former file has this extent's bytes at its place. */
    synchronized void matched(Extent extent) {
        matched.add(extent);
    }

    /** The file cannot be completed; what is there stays under the temporary name. */
    void fail(Exception cause) {
        failure = cause;
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    /**
     * Counts one extent as settled, in whatever way.
     *
     * @return whether it was the last one, so that the caller must {@link #complete} the file or give it up
     */
    boolean settle() {
        return unsettled.decrementAndGet() == 0;
    }

    /**
     * Gives the file its metadata and its name.
     *
     * @param sync whether to make the content durable first
     * @return whether the former file was kept, because all of it matched
     */
    boolean complete(PosixCalls posix, MetadataWriter metadata, boolean sync) throws IOException {
        if (channel == null && !partExisted && canKeepFormer()) {
            metadata.apply(entry, path, false);
            return true;
        }
        try (FileChannel file = openPart()) {
            finishPart(file, posix, sync);
        }
        if (!partExisted && directory.isFresh()) {
            metadata.applyToNewFile(entry, part);
        } else {
            metadata.apply(entry, part, !partExisted);
        }
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        return false;
    }

    private boolean canKeepFormer() throws IOException {
        FileContent content = entry.content();
        if (former.isEmpty()
                || former.get().linkCount() > 1
                || former.get().sizeBytes() != content.sizeBytes()
                || matched.size() != content.extents().size()) {
            return false;
        }
        try (FileChannel file = openFormer()) {
            return holesAreZero(file, content);
        }
    }

    private static boolean holesAreZero(FileChannel file, FileContent content) throws IOException {
        long end = 0;
        for (Extent extent : content.extents()) {
            if (!isZero(file, end, extent.fileOffset())) {
                return false;
            }
            end = extent.fileEnd();
        }
        return isZero(file, end, content.sizeBytes());
    }

    private static boolean isZero(FileChannel file, long start, long end) throws IOException {
        if (start == end) {
            return true;
        }
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (long position = start; position < end; position += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
            int count = file.read(buffer, position);
            if (count <= 0 || !ZeroScanKernel.isZero(buffer, 0, count)) {
                return false;
            }
            buffer.limit(count);
        }
        return true;
    }

    private FileChannel openFormer() throws IOException {
        return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Copies what the former file has, and sets the length, which a hole at the end leaves short. */
    private void finishPart(FileChannel file, PosixCalls posix, boolean sync) throws IOException {
        if (!matched.isEmpty()) {
            try (FileChannel source = openFormer()) {
                for (Extent extent : matched) {
                    copy(source, file, extent);
                }
            }
        }
        if (partExisted || writtenEnd.get() < entry.content().sizeBytes()) {
            posix.setLength(part, entry.content().sizeBytes());
        }
        if (partExisted) {
            clearHoles(file);
        }
        if (sync) {
            file.force(true);
        }
    }

    /** No digest covers holes, and a part that was left behind may have been tampered with. */
    private void clearHoles(FileChannel file) throws IOException {
        long end = 0;
        for (Extent extent : entry.content().extents()) {
            clear(file, end, extent.fileOffset());
            end = extent.fileEnd();
        }
        clear(file, end, entry.content().sizeBytes());
    }

    private static void clear(FileChannel file, long start, long end) throws IOException {
        for (long position = start; position < end; position += CLEARED_BYTES) {
            long stop = Math.min(end, position + CLEARED_BYTES);
            if (!isZero(file, position, stop)) {
                ByteBuffer zeros = ByteBuffer.allocate((int) (stop - position));
                for (long next = position; zeros.hasRemaining(); ) {
                    next += file.write(zeros, next);
                }
            }
        }
    }

    private static void copy(FileChannel source, FileChannel target, Extent extent) throws IOException {
        long position = extent.fileOffset();
        target.position(position);
        while (position < extent.fileEnd()) {
            long count = source.transferTo(position, extent.fileEnd() - position, target);
            if (count <= 0) {
                throw new NoSuchFileException("the file shrank while it was restored");
            }
            position += count;
        }
    }

    /** Closes the temporary file of a file that is given up, for now or for good. Idempotent. */
    void abandon() throws IOException {
        FileChannel file = channel;
        if (file != null) {
            file.close();
        }
    }
}
