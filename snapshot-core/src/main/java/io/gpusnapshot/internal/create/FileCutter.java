package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ContentCutter;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.model.Chunking;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses how each large file is cut. Belongs to one thread. */
final class FileCutter {
    private final PosixCalls posix;
    private final Chunking chunking;
    private final ContentCutter cutter;
    private final @Nullable ParentSnapshot parent;
    private @Nullable ByteBuffer window;

    /**
     * @param chunkBytes length of the longest pieces
     */
    FileCutter(PosixCalls posix, Chunking chunking, int chunkBytes, @Nullable ParentSnapshot parent) {
        this.posix = posix;
        this.chunking = chunking;
        this.cutter = new ContentCutter(chunkBytes);
        this.parent = parent;
    }

    /** Room that cutting by content takes, in bytes. */
    static long windowBytes(Chunking chunking, int chunkBytes) {
        return chunking == Chunking.FIXED ? 0 : 2L * chunkBytes;
    }

    /**
     * Cuts a file; the caller closes the result before it cuts another.
     *
     * @param former what the parent has at the file's path
     */
    PieceSource cut(LargeFile file, Optional<WorkspaceEntry> former) throws IOException {
        if (!isCutByContent(file, former)) {
            return PieceSource.of(file.pieces(posix));
        }
        Path path = RawNames.path(file.scanned().file());
        return new ContentPieces(path, posix.dataRegions(path, file.attributes().sizeBytes()), cutter, window());
    }

    private boolean isCutByContent(LargeFile file, Optional<WorkspaceEntry> former) throws IOException {
        if (chunking != Chunking.AUTO || parent == null || former.isEmpty()) {
            return chunking == Chunking.CONTENT;
        }
        return parent.isCutByContent(former.get()) || isShifted(parent, file, former.get());
    }

    /**
     * Whether the end of the parent's file, or nearly that, stands in another place now. If something was inserted or
     * deleted and the rest is as it was, it has moved by as much as the file has grown.
     */
    private boolean isShifted(ParentSnapshot source, LargeFile file, WorkspaceEntry former) throws IOException {
        long shift = file.attributes().sizeBytes() - former.content().sizeBytes();
        Optional<ParentSnapshot.Run> run = source.lastWholeChunk(former, cutter.maxBytes());
        if (shift == 0 || run.isEmpty() || run.get().fileOffset() + shift < 0) {
            return false;
        }
        LargeFile.Piece moved = new LargeFile.Piece(
                run.get().fileOffset() + shift, run.get().chunk().rawBytes());
        return file.holds(moved, run.get().chunk().id(), window().clear());
    }

    private ByteBuffer window() {
        ByteBuffer room = window;
        if (room == null) {
            room = ByteBuffer.allocateDirect(2 * cutter.maxBytes());
            window = room;
        }
        return room;
    }
}
