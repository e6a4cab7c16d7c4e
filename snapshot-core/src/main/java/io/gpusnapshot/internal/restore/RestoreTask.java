package io.gpusnapshot.internal.restore;

import java.util.List;

/** Something for a worker to do. */
sealed interface RestoreTask {
    /** Visits of chunks that lie one behind the other in one pack. */
    record Range(List<ChunkVisit> visits) implements RestoreTask {}

    /** A file without data: empty, or one hole. */
    record Dataless(TargetFile file) implements RestoreTask {}

    /** Nothing follows. */
    record End() implements RestoreTask {}
}
