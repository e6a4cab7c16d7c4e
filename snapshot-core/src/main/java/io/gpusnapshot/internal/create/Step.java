package io.gpusnapshot.internal.create;

import java.util.concurrent.Future;

/** One thing for the assembler to do when its turn comes. */
sealed interface Step {
    /** Take the results of a batch. */
    record Batch(Future<BatchTask.Result> result) implements Step {}

    /** Take a piece of a large file. */
    record FilePiece(LargeFile file, LargeFile.Piece piece, Future<LargeFile.PieceResult> result, WorkBuffers buffers)
            implements Step {}

    /** All pieces of a large file have been taken. */
    record FileEnd(LargeFile file) implements Step {}

    /** An entry that the planner could not even begin. */
    record Unreadable(Draft.Skipped draft) implements Step {}

    /** Nothing follows. */
    record End() implements Step {}
}
