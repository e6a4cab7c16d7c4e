package io.gpusnapshot.remote;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * A program that runs on a host. Its three streams may be used by one thread each, at once; streams are closed with the
 * process. Reading ends with −1 when the program closed its side, and fails with
 * {@link io.gpusnapshot.error.RemoteUnavailableException} when the link was lost; an end of output is never made up.
 */
public interface RemoteProcess extends Closeable {
    /** The program's standard input. Flush to send; closing tells the program that nothing more comes. */
    OutputStream stdin();

    /** The program's standard output. */
    InputStream stdout();

    /** The program's standard error. */
    InputStream stderr();

    /**
     * Waits for the end of the program. Its output may have to be read for that to come.
     *
     * @return the exit code as in {@link RemoteExecutor#run}, or nothing if the program still runs
     * @throws io.gpusnapshot.error.RemoteUnavailableException if the link was lost
     * @throws java.io.InterruptedIOException if the thread was interrupted; the program runs on
     */
    OptionalInt waitFor(Duration timeout) throws IOException;

    /** Kills the program with everything in its process group. Does nothing once it has ended; does not wait. */
    void kill();

    /** Kills the program unless it has ended, and frees what it holds. Idempotent. */
    @Override
    void close();
}
