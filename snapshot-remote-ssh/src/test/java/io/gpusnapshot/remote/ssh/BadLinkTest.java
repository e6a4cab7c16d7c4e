package io.gpusnapshot.remote.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.RemoteUnavailableException;
import io.gpusnapshot.remote.RemoteCommand;
import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutors;
import io.gpusnapshot.remote.RemoteProcess;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Links that break, freeze or are slow, and servers that vanish. */
@Timeout(60)
class BadLinkTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final OpenSshServer server;
    private final Path directory;

    BadLinkTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.server = OpenSshServer.start(Files.createDirectory(directory.resolve("server")));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aCutLinkFailsWhatRuns() throws Exception {
        try (FaultyLink link = FaultyLink.to(server.port());
                RemoteExecutor executor = connect(link)) {
            RemoteProcess process = startCat(executor);
            BackgroundCall run = BackgroundCall.start(() -> executor.run(RemoteCommand.of("sleep", "1000")));
            run.awaitMethod("await");
            link.cut();
            assertLost(run.failure());
            assertThatExceptionOfType(RemoteUnavailableException.class).isThrownBy(() -> process.waitFor(LONG));
            assertThatExceptionOfType(RemoteUnavailableException.class)
                    .isThrownBy(() -> process.stdout().read());
            assertThatExceptionOfType(RemoteUnavailableException.class)
                    .isThrownBy(() -> executor.run(RemoteCommand.of("true")));
            process.close();
        }
    }

    @Test
    void aFrozenLinkIsNoticed() throws Exception {
        try (FaultyLink link = FaultyLink.to(server.port());
                RemoteExecutor executor = connect(link)) {
            RemoteProcess process = startCat(executor);
            BackgroundCall wait = BackgroundCall.start(() -> process.waitFor(LONG));
            BackgroundCall read = BackgroundCall.start(() -> process.stdout().read());
            link.freeze();
            assertLost(wait.failure());
            assertLost(read.failure());
        }
    }

    @Test
    void aFrozenLinkIsNoticedWhileMuchIsBeingSent() throws Exception {
        Path file = directory.resolve("file");
        Files.writeString(file, "old");
        CountDownLatch begun = new CountDownLatch(1);
        try (FaultyLink link = FaultyLink.to(server.port());
                RemoteExecutor executor = connect(link)) {
            BackgroundCall upload = BackgroundCall.start(() -> executor.upload(endless(begun), file.toString(), 0600));
            begun.await();
            link.freeze();
            assertLost(upload.failure());
        }
        assertThat(file).hasContent("old");
    }

    @Test
    void aFrozenLinkCanBeClosed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        String file = directory.resolve("file").toString();
        try (FaultyLink link = FaultyLink.to(server.port())) {
            RemoteExecutor executor = RemoteExecutors.connect(server.targetAt(link.port()));
            BackgroundCall upload = BackgroundCall.start(() -> executor.upload(endless(begun), file, 0600));
            begun.await();
            link.freeze();
            executor.close();
            assertLost(upload.failure());
        }
    }

    /** Far more than any buffer on the way holds. */
    private static ContentSource endless(CountDownLatch begun) {
        ContentSource zeros = ContentSources.of(new byte[1 << 20]);
        return new ContentSource() {
            @Override
            public long length() {
                return 1L << 40;
            }

            @Override
            public ReadableByteChannel open(long offset) {
                return new Zeros(zeros, begun);
            }
        };
    }

    private record Zeros(ContentSource zeros, CountDownLatch begun) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            begun.countDown();
            return zeros.open(0).read(target);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void aVanishedServerIsNoticed() throws Exception {
        try (RemoteExecutor executor = RemoteExecutors.connect(server.target())) {
            RemoteProcess process = startCat(executor);
            server.kill();
            assertThatExceptionOfType(RemoteUnavailableException.class).isThrownBy(() -> process.waitFor(LONG));
        }
        assertThatExceptionOfType(RemoteUnavailableException.class)
                .isThrownBy(() -> RemoteExecutors.connect(server.target()).close());
    }

    @Test
    void anUploadThatBreaksOffLeavesTheFileAsItWas() throws Exception {
        Path file = directory.resolve("file");
        Files.writeString(file, "old");
        CountDownLatch begun = new CountDownLatch(1);
        try (FaultyLink link = FaultyLink.to(server.port());
                RemoteExecutor executor = connect(link)) {
            BackgroundCall upload = BackgroundCall.start(() -> executor.upload(endless(begun), file.toString(), 0600));
            begun.await();
            link.cut();
            assertLost(upload.failure());
        }
        assertThat(file).hasContent("old");
    }

    @Test
    void distanceChangesNothingButTheTime() throws IOException {
        byte[] bytes = TestContents.random(3, 500_000);
        try (FaultyLink link = FaultyLink.withDelay(server.port(), Duration.ofMillis(150));
                RemoteExecutor executor = connect(link)) {
            RemoteCommand command = RemoteCommand.of("cat").withStdin(bytes);
            assertThat(executor.run(command).orThrow().stdout().bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void somebodyWhoAcceptsAndSaysNothingIsNotWaitedFor() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            SshTarget target = server.targetAt(silent.getLocalPort()).withConnectTimeout(Duration.ofMillis(300));
            assertThatExceptionOfType(RemoteUnavailableException.class)
                    .isThrownBy(() -> RemoteExecutors.connect(target).close())
                    .withMessageContainingAll(target.toString(), "300 ms");
        }
    }

    @Test
    void connectingCanBeCancelled() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            SshTarget target = server.targetAt(silent.getLocalPort());
            BackgroundCall call =
                    BackgroundCall.start(() -> RemoteExecutors.connect(target).close());
            try (Socket held = silent.accept()) {
                call.interrupt();
                assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
                assertThat(call.endedInterrupted()).isTrue();
                assertThat(held.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aClosedPortIsTransientAndNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        SshTarget target = server.targetAt(port);
        assertThatExceptionOfType(RemoteUnavailableException.class)
                .isThrownBy(() -> RemoteExecutors.connect(target).close())
                .withMessageContaining(target.toString())
                .satisfies(failure -> assertThat(failure.isTransient()).isTrue());
    }

    @Test
    void hostsBehindOthersAreReachedThroughThem() throws IOException {
        SshTarget target = server.target().withJump(server.target());
        try (RemoteExecutor executor = RemoteExecutors.connect(target)) {
            byte[] bytes = TestContents.random(5, 3_000_000);
            RemoteCommand command = RemoteCommand.of("cat").withStdin(bytes).withMaxOutputBytes(bytes.length);
            assertThat(executor.run(command).orThrow().stdout().bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void aFrozenLinkToTheHostInBetweenIsNoticed() throws Exception {
        try (FaultyLink link = FaultyLink.to(server.port())) {
            SshTarget jump = server.targetAt(link.port()).withKeepAlive(Duration.ofMillis(300));
            try (RemoteExecutor executor =
                    RemoteExecutors.connect(server.target().withJump(jump))) {
                RemoteProcess process = startCat(executor);
                link.freeze();
                assertThatExceptionOfType(RemoteUnavailableException.class).isThrownBy(() -> process.waitFor(LONG));
            }
        }
    }

    private RemoteExecutor connect(FaultyLink link) throws IOException {
        return RemoteExecutors.connect(server.targetAt(link.port()).withKeepAlive(Duration.ofMillis(400)));
    }

    private static RemoteProcess startCat(RemoteExecutor executor) throws IOException {
        RemoteProcess process = executor.start(RemoteCommand.of("cat"));
        process.stdin().write("x".getBytes(UTF_8));
        assertThat(process.stdout().read()).isEqualTo('x');
        return process;
    }

    private static void assertLost(Throwable failure) {
        assertThat(failure).isInstanceOf(RemoteUnavailableException.class);
    }
}
