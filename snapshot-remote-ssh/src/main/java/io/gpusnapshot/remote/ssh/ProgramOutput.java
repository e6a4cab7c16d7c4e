package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteUnavailableException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a program writes. Its end is one only if the host said so. */
final class ProgramOutput extends FilterInputStream {
    private final String host;
    private final ExecChannel channel;

    ProgramOutput(String host, ExecChannel channel, InputStream stream) {
        super(stream);
        this.host = host;
        this.channel = channel;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count;
        try {
            count = in.read(target, offset, length);
        } catch (IOException failed) {
            throw SshErrors.translate(host, "Reading from a program", failed);
        }
        if (count < 0 && channel.isAbandoned()) {
            throw new RemoteUnavailableException(host, "The program on " + host + " was closed", null);
        }
        return count;
    }

    /** Leaves the stream to the channel: closed by one side alone, it would break the connection. */
    @Override
    public void close() {}
}
