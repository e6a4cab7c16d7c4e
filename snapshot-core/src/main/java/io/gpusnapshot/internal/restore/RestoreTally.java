package io.gpusnapshot.internal.restore;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.SnapshotException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.model.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what was restored, and remembers what was not. Thread-safe. */
final class RestoreTally {
    private static final int NAMED_IN_MESSAGE = 20;

    final LongAdder files = new LongAdder();
    final LongAdder filesKept = new LongAdder();
    final LongAdder bytesReused = new LongAdder();
    private final List<String> named = new ArrayList<>();
    private long unfinished;
    private @Nullable Exception firstCause;

    synchronized void unfinished(RawPath path, Exception cause) {
        unfinished++;
        if (firstCause == null) {
            firstCause = cause;
        }
        if (named.size() < NAMED_IN_MESSAGE) {
            named.add(path.toString());
        }
    }

    /**
     * Throws if any file was not finished.
     *
     * @throws SnapshotException that names the files; those beyond the first twenty have been named by warnings
     */
    synchronized void requireComplete(String snapshot) throws SnapshotException {
        if (unfinished == 0 || firstCause == null) {
            return;
        }
        String message = unfinished + " files of " + snapshot + " could not be restored: " + String.join(", ", named)
                + (unfinished > named.size() ? ", …" : "") + "; all others were. First cause: "
                + firstCause.getMessage();
        if (firstCause instanceof DataIntegrityException damage) {
            throw new DataIntegrityException(damage.subject(), damage.offset(), message, firstCause);
        }
        throw new WorkspaceException(WorkspaceException.Reason.INCOMPLETE, snapshot, message, firstCause);
    }
}
