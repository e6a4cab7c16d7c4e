package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ContentCutter;
import io.gpusnapshot.internal.posix.PosixCalls.DataRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts a file by content. It reads the file ahead of those who read the pieces, so that these find them in the page cache.
 * If the file changes meanwhile, pieces are cut at odd places, and the file is read again as any other that changes.
 */
final class ContentPieces implements PieceSource {
    private final FileChannel channel;
    private final ContentCutter cutter;
    private final Iterator<DataRegion> regions;
    /** What has been read and not been cut. */
    private final ByteBuffer window;

    private long windowEnd;
    private long regionEnd;
    private boolean unreadable;

    /**
     * @param window room for twice the longest piece
     */
    ContentPieces(Path file, List<DataRegion> regions, ContentCutter cutter, ByteBuffer window) throws IOException {
        this.channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        this.cutter = cutter;
        this.regions = regions.iterator();
        this.window = window.clear().limit(0);
    }

    @Override
    public Optional<LargeFile.Piece> next() throws IOException {
        if (window.remaining() < cutter.maxBytes()) {
            fill();
        }
        while (!window.hasRemaining() && windowEnd == regionEnd && regions.hasNext()) {
            DataRegion region = regions.next();
            windowEnd = region.start();
            regionEnd = region.end();
            fill();
        }
        return window.hasRemaining() ? Optional.of(cut()) : unseen();
    }

    private LargeFile.Piece cut() {
        long start = windowEnd - window.remaining();
        int length = cutter.cut(window);
        window.position(window.position() + length);
        return new LargeFile.Piece(start, length);
    }

    /** What cannot be read here is for those who read the pieces to stumble upon. */
    private Optional<LargeFile.Piece> unseen() {
        if (windowEnd == regionEnd) {
            return Optional.empty();
        }
        long start = windowEnd;
        windowEnd = Math.min(regionEnd, start + cutter.maxBytes());
        return Optional.of(new LargeFile.Piece(start, (int) (windowEnd - start)));
    }

    /** Reads as much of the region as there is room for. */
    private void fill() throws IOException {
        if (windowEnd == regionEnd || unreadable) {
            return;
        }
        window.compact().limit((int) Math.min(window.capacity(), window.position() + regionEnd - windowEnd));
        try {
            read();
        } catch (ClosedByInterruptException cancelled) {
            throw cancelled;
        } catch (IOException failed) {
            unreadable = true;
        }
        window.flip();
    }

    private void read() throws IOException {
        while (window.hasRemaining()) {
            int count = channel.read(window, windowEnd);
            if (count < 0) {
                // It has become shorter; whoever reads the last piece will see.
                regionEnd = windowEnd;
                return;
            }
            windowEnd += count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
