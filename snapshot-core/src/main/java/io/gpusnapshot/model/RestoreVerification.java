package io.gpusnapshot.model;

/** How a restore makes sure that it writes the right bytes. */
public enum RestoreVerification {
    /** Compare the SHA-256 of the decoded bytes, which covers store, transfer and decoding. */
    SHA256,
    /**
     * Compare the CRC32C of the stored bytes. It finds accidents but not forgeries, and costs almost no CPU time where
     * SHA-256 takes a second per 1.8 GB.
     */
    CRC32C
}
