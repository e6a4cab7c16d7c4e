package io.gpusnapshot.remote;

import io.gpusnapshot.storage.ContentSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/**
 * A session on one host that runs programs and moves files. Thread-safe; commands and transfers may overlap. Calls
 * block; an interrupt cancels them, leaves the thread's flag set and shows as {@link java.io.InterruptedIOException}.
 * {@code toString()} names the host as in {@link #host()}.
 *
 * <p>Programs run as the session's user, in that user's home directory, with the environment that the host gives to
 * programs without a terminal. What a shell's start-up files print is never part of a program's output.
 *
 * <p>Failures are {@link io.gpusnapshot.error.RemoteUnavailableException} if the link was lost, and
 * {@link io.gpusnapshot.error.RemoteAccessException} if the host does not let us. Nothing is retried.
 *
 * <p>Paths are absolute or relative to the user's home directory, and are sent as UTF-8.
 */
public interface RemoteExecutor extends Closeable {
    /** The host as people write it, for example {@code root@gpu-1:22}. Constant. */
    String host();

    /**
     * Runs a program to its end. Any exit code is a result; {@link RemoteResult#orThrow()} makes a failure of it. A
     * program that cannot be found ends with 127, one that cannot be executed with 126, one killed by a signal with 128
     * and the signal's number.
     *
     * <p>When the time is over, or the caller is interrupted, the program is killed with everything it started that
     * still belongs to its process group.
     *
     * @throws io.gpusnapshot.error.RemoteUnavailableException if the link was lost or the command's time is over
     */
    RemoteResult run(RemoteCommand command) throws IOException;

    /**
     * Starts a program and returns while it runs. The caller closes the process and reads both of its outputs: whoever
     * lets one fill up stops the program, and perhaps others of the session.
     *
     * @throws IllegalArgumentException if the command has content for standard input or a timeout, which are for
     *     {@link #run}
     */
    RemoteProcess start(RemoteCommand command) throws IOException;

    /**
     * Writes a file. It appears under its name with all of its bytes and its mode, or not at all, and replaces what was
     * there; a file that stood there stays whole until then. Its directory must exist. After a lost link a temporary
     * file may be left beside it, named {@code .gpusnapshot-upload-} and a random end.
     *
     * @param path of a file, not of a directory
     * @param mode permission bits, from 0 to 0777; the host's umask does not matter
     * @throws io.gpusnapshot.error.RemoteCommandException if the host cannot write it
     */
    void upload(ContentSource content, String path, int mode) throws IOException;

    /**
     * Reads a file. The target is not closed; when this fails it may have received part of the file.
     *
     * @return the number of bytes
     * @throws io.gpusnapshot.error.RemoteCommandException if the host cannot read it
     */
    long download(String path, WritableByteChannel target) throws IOException;

    /** Ends the session and kills what it runs. Calls that wait fail. Idempotent, and silent about a lost link. */
    @Override
    void close();
}
