package io.gpusnapshot.remote.ssh;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/** Stands between a client and a server of this machine: passes bytes on, late if told, until it freezes or is cut. */
public final class FaultyLink implements Closeable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int targetPort;
    private final long delayNanos;
    private volatile boolean frozen;

    private FaultyLink(int targetPort, Duration delay) throws IOException {
        this.targetPort = targetPort;
        this.delayNanos = delay.toNanos();
    }

    public static FaultyLink to(int targetPort) throws IOException {
        return withDelay(targetPort, Duration.ZERO);
    }

    /** Every byte takes that long, each way; any number may be on the way. */
    public static FaultyLink withDelay(int targetPort, Duration delay) throws IOException {
        FaultyLink link = new FaultyLink(targetPort, delay);
        link.inThread(link::accept);
        return link;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** From now on nothing gets through, and nobody is told. */
    public void freeze() {
        frozen = true;
    }

    /** Closes all connections. */
    public void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void inThread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException closed) {
                        // The test is over, or the link was cut.
                    }
                },
                "faulty-link");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
            sockets.add(client);
            sockets.add(server);
            pump(client, server);
            pump(server, client);
        }
    }

    private void pump(Socket from, Socket to) {
        DelayQueue<Piece> onTheWay = new DelayQueue<>();
        inThread(() -> {
            InputStream source = from.getInputStream();
            byte[] buffer = new byte[16_384];
            for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
                onTheWay.add(new Piece(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), System.nanoTime() + delayNanos));
            }
            onTheWay.add(new Piece(ByteBuffer.allocate(0), System.nanoTime() + delayNanos));
        });
        inThread(() -> {
            OutputStream sink = to.getOutputStream();
            for (Piece piece = onTheWay.take(); piece.bytes().hasRemaining(); piece = onTheWay.take()) {
                if (!frozen) {
                    sink.write(piece.bytes().array(), 0, piece.bytes().limit());
                }
            }
            to.shutdownOutput();
        });
    }

    private record Piece(ByteBuffer bytes, long dueNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueNanos, ((Piece) other).dueNanos);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
