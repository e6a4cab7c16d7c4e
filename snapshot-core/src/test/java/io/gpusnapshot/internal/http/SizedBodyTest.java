package io.gpusnapshot.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.junit.jupiter.api.Test;

class SizedBodyTest {
    private static final int BUFFER_BYTES = 8;

    private final SessionInputBufferImpl buffer = new SessionInputBufferImpl(BUFFER_BYTES);
    private final List<Integer> counts = new ArrayList<>();

    private static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuffer target) {
        return StandardCharsets.US_ASCII.decode(target.duplicate().flip()).toString();
    }

    @Test
    void whatCameWithTheHeadIsFollowedByWhatTheChannelBrings() throws IOException {
        buffer.fillBuffer(stream("head"));
        ByteBuffer target = ByteBuffer.allocateDirect(20);
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel peer = server.accept()) {
            peer.write(StandardCharsets.US_ASCII.encode(" and rest, next answer"));
            new SizedBody(13, buffer, stream("not this"), Optional.of(client))
                    .readInto(BodyTarget.of(target, counts::add));
        }
        assertThat(text(target)).isEqualTo("head and rest");
        assertThat(counts).containsExactly(4, 9);
        assertThat(target.limit()).isEqualTo(20);
    }

    @Test
    void withoutAChannelAllComesFromTheStream() throws IOException {
        buffer.fillBuffer(stream("head"));
        ByteBuffer target = ByteBuffer.allocate(13);
        SizedBody body = new SizedBody(13, buffer, stream(" and rest, next answer"), Optional.empty());
        body.readInto(BodyTarget.of(target, counts::add));
        assertThat(text(target)).isEqualTo("head and rest");
        assertThat(body.read()).isEqualTo(-1);
        body.close();
    }

    @Test
    void itIsAStreamAsWell() throws IOException {
        SizedBody body = new SizedBody(4, buffer, stream("body, next answer"), Optional.empty());
        assertThat(body.read()).isEqualTo('b');
        assertThat(body.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("ody");
    }

    @Test
    void aBodyThatEndsEarlyIsAnErrorAndWhatCameIsKept() {
        ByteBuffer target = ByteBuffer.allocate(20);
        SizedBody body = new SizedBody(14, buffer, stream("half"), Optional.empty());
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> body.readInto(BodyTarget.of(target, counts::add)))
                .withMessageContaining("10 bytes early");
        assertThat(text(target)).isEqualTo("half");
    }

    @Test
    void noMoreIsReadThanThereIsRoomFor() {
        ByteBuffer target = ByteBuffer.allocate(3);
        SizedBody body = new SizedBody(4, buffer, stream("body"), Optional.empty());
        assertThatExceptionOfType(BufferOverflowException.class)
                .isThrownBy(() -> body.readInto(BodyTarget.of(target, counts::add)));
        assertThat(text(target)).isEqualTo("bod");
    }

    @Test
    void aBodyMayFillManyBuffers() throws IOException {
        List<ByteBuffer> rooms = new ArrayList<>(List.of(ByteBuffer.allocate(3)));
        BodyTarget target = new BodyTarget() {
            @Override
            public ByteBuffer room() {
                if (!rooms.get(rooms.size() - 1).hasRemaining()) {
                    rooms.add(ByteBuffer.allocate(3));
                }
                return rooms.get(rooms.size() - 1);
            }

            @Override
            public void moved(int count) {
                counts.add(count);
            }
        };
        new SizedBody(8, buffer, stream("long body, next answer"), Optional.empty()).readInto(target);
        assertThat(rooms).extracting(SizedBodyTest::text).containsExactly("lon", "g b", "od");
        assertThat(counts).containsExactly(3, 3, 2);
    }

    @Test
    void theRestOfABodyIsNotLeftToTheNextAnswer() throws IOException {
        InputStream source = stream("body, next answer");
        SizedBody body = new SizedBody(4, buffer, source, Optional.empty());
        body.read();
        body.close();
        assertThat(body.read()).isEqualTo(-1);
        byte[] next = new byte[20];
        int count = buffer.read(next, source);
        assertThat(new String(next, 0, count, StandardCharsets.US_ASCII)).startsWith(", n");
    }
}
