package io.gpusnapshot.model;

/** What a restore makes durable before it reports success. */
public enum SyncPolicy {
    /** Nothing; the operating system writes when it likes. A power failure can undo parts of the restore. */
    NONE,
    /** All files, at the end. */
    FILES
}
