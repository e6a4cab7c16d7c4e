package io.gpusnapshot.internal.create;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The pieces that a file is cut into, in order. Belongs to one thread, which closes it. */
interface PieceSource extends Closeable {
    /** The next piece; empty behind the last. */
    Optional<LargeFile.Piece> next() throws IOException;

    /** Pieces that are known. */
    static PieceSource of(List<LargeFile.Piece> pieces) {
        Iterator<LargeFile.Piece> rest = pieces.iterator();
        return new PieceSource() {
            @Override
            public Optional<LargeFile.Piece> next() {
                return rest.hasNext() ? Optional.of(rest.next()) : Optional.empty();
            }

            @Override
            public void close() {
                // Nothing was opened.
            }
        };
    }
}
