package io.gpusnapshot.internal.http;

import static io.gpusnapshot.testing.Secrets.SECRET;
import static io.gpusnapshot.testing.Secrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ServedObject;
import io.gpusnapshot.testing.ServedRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DownloadTest extends TransportFixture {
    @Test
    void exactlyTheRangeArrives() throws IOException {
        ByteBuffer target = room();

        HttpAnswer answer = download(target);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(written(target)).isEqualTo(slice(RANGE));
        assertThat(server().requests().get(0).header("range")).contains("bytes=1000-200999");
    }

    @Test
    void bytesAreCountedAsTheyCome() throws IOException {
        AtomicInteger received = new AtomicInteger();

        transport().download(get(), RANGE, BodyTarget.of(room(), received::addAndGet), new HttpHandle());

        assertThat(received).hasValue((int) RANGE.length());
    }

    @Test
    void theRequestIsSentAsGranted() throws IOException {
        download(room());

        ServedRequest request = server().requests().get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.target()).isEqualTo("/bucket/object?token=" + SECRET + "%2F&x=1");
        assertThat(request.header("authorization")).contains(SECRET);
        assertThat(request.header("x-part-number")).contains("7");
        assertThat(request.headers().keySet())
                .isSubsetOf(Set.of("authorization", "x-part-number", "range", "host", "user-agent", "connection"));
    }

    @Test
    void aWholeObjectMayAnswerARequestForAllOfIt() throws IOException {
        server().next(OBJECT.whole());
        ByteBuffer target = room();

        HttpAnswer answer = transport().download(get(), new ByteRange(0, LENGTH), into(target), new HttpHandle());

        assertThat(answer.isSuccess()).isTrue();
        assertThat(written(target)).isEqualTo(BYTES);
    }

    @Test
    void aWholeObjectDoesNotAnswerARequestForPartOfIt() {
        for (ByteRange range : new ByteRange[] {RANGE, new ByteRange(0, 1000)}) {
            server().next(OBJECT.whole());
            requireRefusal(range);
        }
    }

    @Test
    void anotherRangeThanTheOneAskedForIsRefused() {
        server().next(OBJECT.shiftedBy(-1));
        requireRefusal(RANGE);
    }

    @Test
    void aRangeThatEndsElsewhereIsRefused() {
        server().next(new ServedObject(Arrays.copyOf(BYTES, 5000)));
        requireRefusal(RANGE);
    }

    @Test
    void anotherLengthThanTheOneAskedForIsRefused() {
        server().next(OBJECT.announcing(1), OBJECT.announcing(-1));
        requireRefusal(RANGE);
        requireRefusal(RANGE);
    }

    @Test
    void aBodyOfUnknownLengthIsRefused() {
        server().next(OBJECT.chunked());
        requireRefusal(RANGE);
    }

    @Test
    void anAnswerWithoutABodyIsRefused() {
        server().next(HttpReply.status(200));
        requireRefusal(new ByteRange(0, 10));
    }

    private void requireRefusal(ByteRange range) {
        ByteBuffer target = room();
        Throwable refusal = failureOf(() -> transport().download(get(), range, into(target), new HttpHandle()));

        assertThat(refusal).isInstanceOf(ProtocolException.class);
        assertThat(target.position()).isZero();
    }

    @Test
    void aRefusedBodyIsNotReadToItsEnd() {
        loseAllPatience();
        // Whoever waits for the rest of this body runs into the time limit, which is another exception.
        server().next(new ServedObject(BYTES).shiftedBy(1), (request, wire) -> {
            wire.head(200, "Content-Length: " + Long.MAX_VALUE);
            wire.stall();
        });
        requireRefusal(RANGE);

        assertThat(failureOf(() -> download(room())))
                .isInstanceOf(ProtocolException.class)
                .hasNoSuppressedExceptions();
    }

    @Test
    void whatArrivedBeforeTheBodyBrokeIsKept() {
        server().next(OBJECT.cutAfter(70_000));
        ByteBuffer target = room();

        Throwable failure = failureOf(() -> download(target));

        assertThat(failure).isInstanceOf(IOException.class);
        assertThat(written(target)).isEqualTo(slice(new ByteRange(RANGE.offset(), 70_000)));
    }

    @Test
    void aConnectionCutBeforeTheHeadIsAnError() {
        server().next(HttpReply.hangUp());

        assertThat(failureOf(() -> download(room()))).isInstanceOf(IOException.class);
        assertThat(server().requests()).hasSize(1);
    }

    @Test
    void silenceInsteadOfAHeadEndsTheExchange() {
        loseAllPatience();
        server().next(HttpReply.silence());

        assertThat(failureOf(() -> download(room()))).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void silenceInMidBodyEndsTheExchange() {
        loseAllPatience();
        server().next(OBJECT.stallAfter(50_000));
        ByteBuffer target = room();

        assertThat(failureOf(() -> download(target)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("Nothing moved");
        assertThat(written(target)).isEqualTo(slice(new ByteRange(RANGE.offset(), 50_000)));
    }

    @Test
    void aSlowBodyIsNoSilence() throws IOException {
        try (HttpTransport patient = new ApacheHttpTransport(1, Duration.ofMillis(500))) {
            server().next(OBJECT.inPieces(80));
            ByteBuffer target = room();

            patient.download(get(), RANGE, into(target), new HttpHandle());

            assertThat(written(target)).isEqualTo(slice(RANGE));
        }
    }

    @Test
    void whatTheTargetThrowsEndsTheDownload() throws IOException {
        IOException unwanted = new IOException("unwanted");
        ByteBuffer room = ByteBuffer.allocate(1000);
        BodyTarget target = new BodyTarget() {
            @Override
            public ByteBuffer room() throws IOException {
                if (!room.hasRemaining()) {
                    throw unwanted;
                }
                return room;
            }

            @Override
            public void moved(int count) {}
        };

        assertThat(failureOf(() -> transport().download(get(), RANGE, target, new HttpHandle())))
                .isSameAs(unwanted);
        assertThat(written(room)).isEqualTo(slice(new ByteRange(RANGE.offset(), 1000)));
        download(room());
        assertThat(server().requests().get(1).connection()).isEqualTo(1);
    }

    @Test
    void redirectsAreNotFollowed() throws IOException {
        server().next(HttpReply.status(302, "Location: " + server().uri("/elsewhere")));

        assertThat(download(room()).status()).isEqualTo(302);
        assertThat(server().requests()).hasSize(1);
    }

    @Test
    void refusalsAreNotRepeated() throws IOException {
        server().next(HttpReply.status(503, "Retry-After: 1"));

        assertThat(download(room()).status()).isEqualTo(503);
        assertThat(server().requests()).hasSize(1);
    }

    @Test
    void oneConnectionServesManyExchanges() throws IOException {
        download(room());
        server().next(HttpReply.error(404, "no such thing"), HttpReply.status(204));
        download(room());
        upload(content());
        download(room());

        assertThat(server().requests()).hasSize(4).allMatch(request -> request.connection() == 0);
    }

    @Test
    void aConnectionThatTheServerHasClosedMeanwhileIsReplaced() throws IOException {
        server().next((request, wire) -> {
            OBJECT.send(request, wire);
            wire.cut();
        });
        download(room());
        ByteBuffer target = room();
        try {
            download(target);
        } catch (IOException stale) {
            // Whether the client has heard of the closing yet is a matter of luck; one failure is all it may cost.
            download(target.clear());
        }
        assertThat(written(target)).isEqualTo(slice(RANGE));
    }

    @Test
    void anUnreachableServerIsAnError() throws IOException {
        server().close();

        assertThat(failureOf(() -> download(room()))).isInstanceOf(IOException.class);
    }
}
