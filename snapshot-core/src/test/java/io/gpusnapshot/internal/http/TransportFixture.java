package io.gpusnapshot.internal.http;

import static io.gpusnapshot.testing.Secrets.SECRET;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.testing.ScriptedHttpServer;
import io.gpusnapshot.testing.ServedObject;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A transport, a server with an object, and short words for requests. */
@Timeout(60)
abstract class TransportFixture {
    static final Duration SHORT = Duration.ofMillis(200);
    /** Longer than any test may take: what waits for it to end fails. */
    static final Duration LONG = Duration.ofHours(1);

    static final int LENGTH = 300_000;
    static final byte[] BYTES = TestContents.random(1, LENGTH);
    static final ServedObject OBJECT = new ServedObject(BYTES);
    static final ByteRange RANGE = new ByteRange(1000, 200_000);
    /** For those who do not care how the bytes come and go. */
    static final IntConsumer UNCOUNTED = count -> {};

    /** More than the sockets on both sides can hold. */
    private static final long ENDLESS_BYTES = 1L << 30;

    private ScriptedHttpServer server;
    private HttpTransport transport;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedHttpServer.start(OBJECT);
        transport = new ApacheHttpTransport(4, LONG);
    }

    @AfterEach
    void stop() throws IOException {
        transport.close();
        server.close();
    }

    ScriptedHttpServer server() {
        return server;
    }

    HttpTransport transport() {
        return transport;
    }

    /** From now on, nothing may stand still for longer than a moment. */
    void loseAllPatience() {
        transport.close();
        transport = new ApacheHttpTransport(4, SHORT);
    }

    GrantedRequest get() {
        return request("GET");
    }

    GrantedRequest put() {
        return request("PUT");
    }

    private GrantedRequest request(String method) {
        return new GrantedRequest(
                method,
                server.uri("/bucket/object?token=" + SECRET + "%2F&x=1"),
                Map.of("Authorization", SECRET, "X-Part-Number", "7"),
                Optional.empty(),
                Instant.MAX);
    }

    static ByteBuffer room() {
        return ByteBuffer.allocateDirect(LENGTH);
    }

    HttpAnswer download(ByteBuffer target) throws IOException {
        return transport.download(get(), RANGE, into(target), new HttpHandle());
    }

    static BodyTarget into(ByteBuffer target) {
        return BodyTarget.of(target, UNCOUNTED);
    }

    HttpAnswer upload(ContentSource content) throws IOException {
        return transport.upload(put(), Map.of(), content, new ByteRange(0, content.length()), UNCOUNTED);
    }

    static ContentSource content() {
        return ContentSources.of(BYTES);
    }

    static byte[] slice(ByteRange range) {
        return Arrays.copyOfRange(BYTES, (int) range.offset(), (int) range.end());
    }

    static byte[] written(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** Zeros that no server is going to read all of. */
    static ContentSource endless() {
        return new ContentSource() {
            @Override
            public long length() {
                return ENDLESS_BYTES;
            }

            @Override
            public ReadableByteChannel open(long offset) {
                return Channels.newChannel(new InputStream() {
                    @Override
                    public int read() {
                        return 0;
                    }

                    @Override
                    public int read(byte[] target, int from, int count) {
                        Arrays.fill(target, from, from + count, (byte) 0);
                        return count;
                    }
                });
            }
        };
    }
}
