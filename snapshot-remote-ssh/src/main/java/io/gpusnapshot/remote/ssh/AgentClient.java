package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.error.RemoteAccessException;
import io.gpusnapshot.remote.SshTarget;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.Buffer;

/** Talks to an agent: which keys it holds, and what they sign. The protocol is draft-ietf-sshm-ssh-agent. */
final class AgentClient implements Closeable {
    private static final byte REQUEST_IDENTITIES = 11;
    private static final byte IDENTITIES_ANSWER = 12;
    private static final byte SIGN_REQUEST = 13;
    private static final byte SIGN_RESPONSE = 14;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final SocketChannel channel;

    private AgentClient(SocketChannel channel) {
        this.channel = channel;
    }

    static AgentClient connect(SshTarget target, Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new AgentClient(channel);
        } catch (IOException | RuntimeException absent) {
            channel.close();
            throw new RemoteAccessException(
                    target.toString(), "Cannot log in to " + target + ": no agent answers at " + socket, absent);
        }
    }

    /** The public keys, as they are sent over the wire. */
    List<byte[]> keys() throws IOException {
        Buffer.PlainBuffer answer = ask(new Buffer.PlainBuffer().putByte(REQUEST_IDENTITIES), IDENTITIES_ANSWER);
        int count = answer.readUInt32AsInt();
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(answer.readBytes());
            answer.readString();
        }
        return keys;
    }

    /** A signature as it is sent over the wire: algorithm and bytes. */
    byte[] sign(byte[] key, byte[] data, int flags) throws IOException {
        Buffer.PlainBuffer request = new Buffer.PlainBuffer()
                .putByte(SIGN_REQUEST)
                .putBytes(key)
                .putBytes(data)
                .putUInt32(flags);
        return ask(request, SIGN_RESPONSE).readBytes();
    }

    private Buffer.PlainBuffer ask(Buffer.PlainBuffer request, byte expected) throws IOException {
        byte[] message =
                new Buffer.PlainBuffer().putBytes(request.getCompactData()).getCompactData();
        ByteBuffer left = ByteBuffer.wrap(message);
        while (left.hasRemaining()) {
            channel.write(left);
        }
        int length = ByteBuffer.wrap(read(Integer.BYTES)).getInt();
        if (length < 1 || length > MAX_MESSAGE_BYTES) {
            throw new IOException("The agent sent a message of " + length + " bytes");
        }
        Buffer.PlainBuffer answer = new Buffer.PlainBuffer(read(length));
        if (answer.readByte() != expected) {
            throw new IOException("The agent refused");
        }
        return answer;
    }

    private byte[] read(int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("The agent closed the connection");
            }
        }
        return buffer.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
