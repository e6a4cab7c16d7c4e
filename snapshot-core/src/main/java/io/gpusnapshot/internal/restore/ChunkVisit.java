package io.gpusnapshot.internal.restore;

import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.model.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A chunk that is needed, and the extents that its bytes are needed for. */
final class ChunkVisit {
    private static final int MAX_SLICES = 8192;

    private final int index;
    private final StoredChunk chunk;
    private final Optional<StoredChunk> base;
    private final List<Slice> slices = new ArrayList<>(1);
    private boolean baseIsLocal;

    /** A part of a chunk that goes into a file. */
    record Slice(TargetFile file, Extent extent) {
        /** Reads its bytes from a file of the target, as it is or was; false if the file does not have them. */
        boolean readFrom(Path source, ByteBuffer target) throws IOException {
            ByteBuffer part = target.duplicate().limit(target.position() + extent.length());
            try (FileChannel channel =
                    FileChannel.open(source, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                long position = extent.fileOffset();
                while (part.hasRemaining()) {
                    int count = channel.read(part, position);
                    if (count < 0) {
                        return false;
                    }
                    position += count;
                }
            } catch (NoSuchFileException | AccessDeniedException unusable) {
                return false;
            }
            target.position(part.position());
            return true;
        }
    }

    /**
     * @param base the chunk that it is stored as the difference to, if so
     */
    ChunkVisit(int index, StoredChunk chunk, Optional<StoredChunk> base) {
        this.index = index;
        this.chunk = chunk;
        this.base = base;
    }

    StoredChunk chunk() {
        return chunk;
    }

    /** The chunk that it is stored as the difference to. */
    Optional<StoredChunk> base() {
        return base;
    }

    /** Notes that the files of the slices, as they were, are the base. */
    void foundBase() {
        baseIsLocal = true;
    }

    boolean hasLocalBase() {
        return baseIsLocal;
    }

    Optional<StoredChunk> baseToFetch() {
        return baseIsLocal ? Optional.empty() : base;
    }

    /** Stored bytes to fetch, those of the base included. */
    long bytesToFetch() {
        return (long) chunk.storedBytes()
                + baseToFetch().map(StoredChunk::storedBytes).orElse(0);
    }

    /** Whether the next one's bytes lie behind this one's, and those of their bases too, so that they come by one read each. */
    boolean isFollowedBy(ChunkVisit next) {
        Optional<StoredChunk> here = baseToFetch();
        Optional<StoredChunk> there = next.baseToFetch();
        return chunk.isFollowedBy(next.chunk)
                && here.isPresent() == there.isPresent()
                && (here.isEmpty() || here.get().isFollowedBy(there.get()));
    }

    List<Slice> slices() {
        return slices;
    }

    /** Adds a slice, unless it is of another chunk or there are enough. */
    boolean accept(TargetFile file, Extent extent) {
        return extent.chunk() == index && slices.size() < MAX_SLICES && slices.add(new Slice(file, extent));
    }

    boolean hasLocalData() {
        return slices.stream().allMatch(slice -> slice.file().hasLocalData());
    }

    /** Whether the slices, one behind the other, are the whole chunk, so that its digest can be computed from them. */
    boolean coversChunk() {
        int end = 0;
        for (Slice slice : slices) {
            if (slice.extent().chunkOffset() != end) {
                return false;
            }
            end += slice.extent().length();
        }
        return end == chunk.rawBytes();
    }
}
