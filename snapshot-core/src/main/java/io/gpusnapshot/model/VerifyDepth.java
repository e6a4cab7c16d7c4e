package io.gpusnapshot.model;

/** How much of a snapshot to verify. Each depth includes those before it. */
public enum VerifyDepth {
    /** The manifest is whole and consistent. */
    MANIFEST,
    /** Every pack exists and has the recorded length. */
    PRESENCE,
    /** Every chunk is read, decoded and compared with its digests. */
    DATA
}
