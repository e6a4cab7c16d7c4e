package io.gpusnapshot.remote.ssh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** What a program reads. It is sent at once, in pieces for which the host has room. */
final class ProgramInput extends OutputStream {
    private final String host;
    private final ExecChannel channel;
    private final OutputStream stream;
    private boolean done;

    ProgramInput(String host, ExecChannel channel) {
        this.host = host;
        this.channel = channel;
        this.stream = channel.getOutputStream();
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        int sent = 0;
        try {
            while (sent < length) {
                int piece = Math.min(channel.awaitRoom(), length - sent);
                stream.write(bytes, offset + sent, piece);
                stream.flush();
                sent += piece;
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Writing to a program on " + host + " was cancelled");
        } catch (IOException failed) {
            // What sshj has buffered cannot be sent a second time.
            done = true;
            throw SshErrors.translate(host, "Writing to a program", failed);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (!done) {
            done = true;
            stream.close();
        }
    }
}
