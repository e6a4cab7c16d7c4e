package io.gpusnapshot.internal.http;

import static io.gpusnapshot.testing.Secrets.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ServedRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CancellationTest extends TransportFixture {
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private final CountDownLatch arrived = new CountDownLatch(1);

    @Test
    void anInterruptEndsAWaitForTheHead() throws Exception {
        server().next(HttpReply.silence().gated(arrived, NEVER));
        requireInterruptible(() -> download(room()));
    }

    @Test
    void anInterruptEndsAWaitForTheBody() throws Exception {
        server().next(OBJECT.stallAfter(1000, arrived));
        requireInterruptible(() -> download(room()));
    }

    @Test
    void anInterruptEndsAnUploadThatNobodyTakes() throws Exception {
        server().next(HttpReply.deafness().gated(arrived, NEVER));
        requireInterruptible(() -> upload(endless()));
    }

    @Test
    void anInterruptEndsAWaitForTheAnswerToAnUpload() throws Exception {
        server().next((request, wire) -> {
            wire.readBody(request);
            arrived.countDown();
            wire.stall();
        });
        requireInterruptible(() -> upload(content()));
    }

    private void requireInterruptible(ThrowingCallable exchange) throws Exception {
        BackgroundCall call = BackgroundCall.start(exchange);
        arrived.await();
        call.interrupt();

        requireInterrupted(call);
        download(room());
        assertThat(server().requests()).extracting(ServedRequest::connection).containsExactly(0, 1);
    }

    private static void requireInterrupted(BackgroundCall call) throws InterruptedException {
        assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
        assertThat(call.endedInterrupted()).isTrue();
    }

    @Test
    void anInterruptedThreadDoesNotEvenBegin() throws Exception {
        BackgroundCall call = BackgroundCall.start(() -> {
            Thread.currentThread().interrupt();
            download(room());
        });

        requireInterrupted(call);
    }

    @Test
    void anInterruptEndsAConnectionAttempt() throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(full, waiting);
            GrantedRequest request = new GrantedRequest(
                    "GET",
                    URI.create("http://127.0.0.1:" + full.getLocalPort() + "/?token=" + SECRET),
                    Map.of(),
                    Optional.empty(),
                    Instant.MAX);
            BackgroundCall call =
                    BackgroundCall.start(() -> transport().download(request, RANGE, into(room()), new HttpHandle()));
            call.awaitMethod("blockingConnect").interrupt();

            requireInterrupted(call);
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    /** Opens so many connections that the next one has to wait to be accepted. */
    private static void fill(ServerSocket server, List<SocketChannel> waiting) throws IOException {
        for (int i = 0; i < 4; i++) {
            SocketChannel channel = SocketChannel.open();
            waiting.add(channel);
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
        }
    }

    @Test
    void anInterruptEndsAWaitForAConnection() throws Exception {
        try (HttpTransport single = new ApacheHttpTransport(1, LONG)) {
            server().next(HttpReply.silence().gated(arrived, NEVER));
            BackgroundCall first =
                    BackgroundCall.start(() -> single.download(get(), RANGE, into(room()), new HttpHandle()));
            arrived.await();
            BackgroundCall second =
                    BackgroundCall.start(() -> single.download(get(), RANGE, into(room()), new HttpHandle()));
            second.awaitMethod("acquireEndpoint").interrupt();

            requireInterrupted(second);
            first.interrupt();
            requireInterrupted(first);
        }
    }

    @Test
    void anExchangeCanBeAbortedByAnotherThread() throws Exception {
        server().next(OBJECT.stallAfter(1000, arrived));
        HttpHandle handle = new HttpHandle();
        ByteBuffer target = room();
        BackgroundCall call = BackgroundCall.start(() -> transport().download(get(), RANGE, into(target), handle));
        arrived.await();
        handle.abort();

        assertThat(call.failure()).isInstanceOf(IOException.class).isNotInstanceOf(InterruptedIOException.class);
        assertThat(call.endedInterrupted()).isFalse();
        assertThat(handle.isAborted()).isTrue();
    }

    @Test
    void anExchangeThatIsAbortedBeforehandDoesNotBegin() throws Exception {
        HttpHandle handle = new HttpHandle();
        handle.abort();
        handle.abort();

        assertThatIOException().isThrownBy(() -> transport().download(get(), RANGE, into(room()), handle));
        assertThat(server().requests()).isEmpty();
    }

    @Test
    void abortingAFinishedExchangeDisturbsNobody() throws Exception {
        HttpHandle handle = new HttpHandle();
        transport().download(get(), RANGE, into(room()), handle);
        CountDownLatch letOn = new CountDownLatch(1);
        server().next(OBJECT.gated(arrived, letOn));
        ByteBuffer target = room();
        BackgroundCall next = BackgroundCall.start(() -> download(target));
        arrived.await();
        handle.abort();
        letOn.countDown();

        next.join();
        assertThat(written(target)).isEqualTo(slice(RANGE));
        assertThat(server().requests()).extracting(ServedRequest::connection).containsExactly(0, 0);
    }

    @Test
    void closingBreaksOffRunningExchanges() throws Exception {
        server().next(OBJECT.stallAfter(1000, arrived));
        BackgroundCall call = BackgroundCall.start(() -> download(room()));
        arrived.await();
        transport().close();

        assertThat(call.failure()).isInstanceOf(IOException.class);
    }

    @Test
    void aClosedTransportRefusesExchanges() {
        transport().close();

        assertThatIOException().isThrownBy(() -> download(room()));
    }

    @Test
    void aClosedTransportLeavesNoThreads() {
        transport().close();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("http-stall-guard"))
                .allSatisfy(thread -> thread.join());
    }
}
