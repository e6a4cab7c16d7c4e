package io.gpusnapshot.remote;

import java.io.IOException;

/** Takes what a program writes, piece by piece. */
@FunctionalInterface
interface OutputSink {
    /** Takes the first bytes of a buffer that is used again afterwards. */
    void accept(byte[] buffer, int count) throws IOException;
}
