package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.chunk.EncodedChunk;
import io.gpusnapshot.internal.chunk.ZeroScanKernel;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.Digests;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.PosixCalls.DataRegion;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.ScannedEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file that is cut into chunks of its own, one state of it. Pieces may be read by several threads at once. */
final class LargeFile implements Closeable {
    private final ScannedEntry scanned;
    private final UnixAttributes attributes;
    private final OptionalLong linkGroup;
    private final int chunkBytes;
    private @Nullable FileChannel channel;

    LargeFile(ScannedEntry scanned, UnixAttributes attributes, OptionalLong linkGroup, int chunkBytes) {
        this.scanned = scanned;
        this.attributes = attributes;
        this.linkGroup = linkGroup;
        this.chunkBytes = chunkBytes;
    }

    ScannedEntry scanned() {
        return scanned;
    }

    /** What the file was like before it was read. */
    UnixAttributes attributes() {
        return attributes;
    }

    OptionalLong linkGroup() {
        return linkGroup;
    }

    /** Size at whose multiples the file is cut. */
    int chunkBytes() {
        return chunkBytes;
    }

    /** The same file as it is now. */
    LargeFile again(UnixAttributes now) {
        return new LargeFile(scanned, now, linkGroup, chunkBytes);
    }

    /**
     * A run of bytes that becomes one chunk.
     *
     * @param length at most the size of a chunk
     */
    record Piece(long offset, int length) {}

    /** What became of a piece: a chunk, a hole, or a failure. */
    sealed interface PieceResult {
        record Chunk(EncodedChunk chunk, int length) implements PieceResult {}

        record Hole() implements PieceResult {}

        /** The file has become shorter than it was. */
        record EndOfFile() implements PieceResult {}

        record Unreadable(String reason) implements PieceResult {}
    }

    /** Cuts the file at multiples of the chunk size, leaving out what is known to be a hole. */
    List<Piece> pieces(PosixCalls posix) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        long size = attributes.sizeBytes();
        long cut = 0;
        for (DataRegion region : posix.dataRegions(RawNames.path(scanned.file()), size)) {
            long start = Math.max(cut, region.start() - region.start() % chunkBytes);
            for (; start < region.end(); start += chunkBytes) {
                pieces.add(new Piece(start, (int) Math.min(chunkBytes, size - start)));
            }
            cut = start;
        }
        return pieces;
    }

    /**
     * Reads a piece and encodes it.
     *
     * @param former what the parent has of the file, if the piece may be stored as a difference to it
     */
    PieceResult read(Piece piece, WorkBuffers buffers, ChunkEncoder encoder, Optional<FormerContent> former)
            throws IOException, InterruptedException {
        ByteBuffer raw = buffers.raw().clear().limit(piece.length());
        try {
            fill(raw, open(), piece.offset());
        } catch (ClosedByInterruptException cancelled) {
            throw cancelled;
        } catch (IOException unreadable) {
            return new PieceResult.Unreadable(Failures.reason(unreadable));
        }
        raw.flip();
        if (!raw.hasRemaining()) {
            return new PieceResult.EndOfFile();
        }
        if (ZeroScanKernel.isZero(raw, 0, raw.limit())) {
            return raw.limit() < piece.length() ? new PieceResult.EndOfFile() : new PieceResult.Hole();
        }
        EncodedChunk chunk = former.isPresent()
                ? former.get().encode(piece.offset(), raw, buffers.scratch(), encoder)
                : encoder.encode(raw, buffers.scratch());
        return new PieceResult.Chunk(chunk, raw.limit());
    }

    private static void fill(ByteBuffer raw, FileChannel file, long offset) throws IOException {
        int count = 0;
        while (raw.hasRemaining() && count >= 0) {
            count = file.read(raw, offset + raw.position());
        }
    }

    /**
     * Whether the file has a chunk at some place.
     *
     * @param room for the piece
     */
    boolean holds(Piece piece, ChunkId id, ByteBuffer room) throws IOException {
        ByteBuffer raw = room.limit(piece.length());
        try (FileChannel file = openAnew()) {
            fill(raw, file, piece.offset());
        }
        return Digests.chunkId(Digests.sha256(), raw.flip()).equals(id);
    }

    private FileChannel openAnew() throws IOException {
        return FileChannel.open(
                RawNames.path(scanned.file()), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    private synchronized FileChannel open() throws IOException {
        FileChannel file = channel;
        if (file == null) {
            file = openAnew();
            channel = file;
        }
        return file;
    }

    /** Whether the file is still what it was before it was read; empty if it is gone. */
    Optional<UnixAttributes> changedTo() throws IOException {
        UnixAttributes now = PosixCalls.ofPlatform().attributes(scanned.file());
        return now.sameState(attributes) ? Optional.empty() : Optional.of(now);
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
