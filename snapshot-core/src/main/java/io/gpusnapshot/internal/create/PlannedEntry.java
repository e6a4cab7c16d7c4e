package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.scan.ScannedEntry;
import java.util.OptionalLong;

/**
 * What the planner decided about an entry that it put into a batch.
 *
 * @param linkGroup number shared by the names of one file
 */
record PlannedEntry(ScannedEntry scanned, Plan plan, OptionalLong linkGroup) implements BatchItem {
    /** How an entry comes into the manifest. */
    enum Plan {
        /** It has no content to read: a directory, a symbolic link, an empty file. */
        METADATA,
        /** Its content goes into the batch's chunk. */
        READ,
        /** It is another name of a file that came before. */
        HARD_LINK
    }
}
