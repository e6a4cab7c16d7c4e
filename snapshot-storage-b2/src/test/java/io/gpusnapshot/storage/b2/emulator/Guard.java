package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;

/** Stands beside a stream of bytes and decides when the next may pass. Used by one thread. */
interface Guard {
    /** How many of the next {@code wanted} bytes may pass at once, at least one; waits, or fails for the end. */
    int admit(int wanted) throws IOException;
}
