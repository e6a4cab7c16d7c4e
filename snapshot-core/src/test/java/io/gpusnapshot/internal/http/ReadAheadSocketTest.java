package io.gpusnapshot.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReadAheadSocketTest {
    private static final byte[] BYTES = TestContents.random(5, ReadAheadSocket.AHEAD_BYTES + 1000);

    @SuppressWarnings("NullAway.Init")
    private SocketChannel far;

    @SuppressWarnings("NullAway.Init")
    private Socket below;

    @SuppressWarnings("NullAway.Init")
    private ReadAheadSocket socket;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            below = SocketChannel.open(listening.getLocalAddress()).socket();
            far = listening.accept();
        }
        socket = new ReadAheadSocket(below);
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        far.close();
    }

    @Test
    void everythingComesInOrderAndThenTheEnd() throws IOException {
        far.write(ByteBuffer.wrap(BYTES));
        far.shutdownOutput();
        InputStream input = socket.getInputStream();
        byte[] read = new byte[BYTES.length];
        read[0] = (byte) input.read();
        assertThat(input.readNBytes(read, 1, 5)).isEqualTo(5);
        assertThat(input.readNBytes(read, 6, BYTES.length - 6)).isEqualTo(BYTES.length - 6);

        assertThat(read).isEqualTo(BYTES);
        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.read(read, 0, 5)).isEqualTo(-1);
        assertThat(input.read(read, 0, 0)).isZero();
    }

    @Test
    void aReadReturnsWhatThereIs() throws IOException {
        far.write(ByteBuffer.wrap(BYTES, 0, 300));
        InputStream input = socket.getInputStream();
        byte[] read = new byte[BYTES.length];
        int count = input.read(read, 0, 100);
        while (count < 300) {
            count += input.read(read, count, read.length - count);
        }

        assertThat(Arrays.copyOf(read, 300)).isEqualTo(Arrays.copyOf(BYTES, 300));
        assertThat(input.available()).isZero();
    }

    @Test
    void whatWasReadAheadIsAvailable() throws IOException {
        far.write(ByteBuffer.wrap(BYTES, 0, 300));
        InputStream input = socket.getInputStream();
        assertThat(input.read()).isEqualTo(BYTES[0] & 0xFF);
        // Loopback may bring it in more than one piece.
        while (input.available() < 299) {
            Thread.onSpinWait();
        }
        assertThat(input.available()).isEqualTo(299);
    }

    @Test
    void silenceEndsATimedReadAndNothingIsLost() throws IOException {
        socket.setSoTimeout(1);
        InputStream input = socket.getInputStream();
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(input::read);

        far.write(ByteBuffer.wrap(BYTES, 0, 2));
        socket.setSoTimeout(10_000);
        assertThat(input.read()).isEqualTo(BYTES[0] & 0xFF);
        assertThat(input.read()).isEqualTo(BYTES[1] & 0xFF);
    }

    @Test
    void allElseIsThatOfTheSocketBelow() throws IOException {
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(below.getRemoteSocketAddress());
        assertThat(socket.getLocalSocketAddress()).isEqualTo(below.getLocalSocketAddress());
        assertThat(socket.getInetAddress()).isEqualTo(below.getInetAddress());
        assertThat(socket.getLocalAddress()).isEqualTo(below.getLocalAddress());
        assertThat(socket.getPort()).isEqualTo(below.getPort());
        assertThat(socket.getLocalPort()).isEqualTo(below.getLocalPort());
        assertThat(socket).hasToString(below.toString());
        socket.setSoLinger(true, 7);
        assertThat(below.getSoLinger()).isEqualTo(7).isEqualTo(socket.getSoLinger());
        socket.setSoTimeout(70);
        assertThat(below.getSoTimeout()).isEqualTo(70).isEqualTo(socket.getSoTimeout());
        socket.getOutputStream().write(BYTES, 0, 3);
        ByteBuffer sent = ByteBuffer.allocate(3);
        while (sent.hasRemaining()) {
            far.read(sent);
        }
        assertThat(sent.array()).isEqualTo(Arrays.copyOf(BYTES, 3));
        socket.shutdownInput();
        socket.shutdownOutput();
        assertThat(below.isInputShutdown()).isTrue().isEqualTo(socket.isInputShutdown());
        assertThat(below.isOutputShutdown()).isTrue().isEqualTo(socket.isOutputShutdown());
        socket.close();
        assertThat(below.isClosed()).isTrue().isEqualTo(socket.isClosed());
    }
}
