package io.gpusnapshot.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on the loopback address that misbehaves as told: each request takes the next reply of the script, or the
 * usual one when the script is done. It remembers what it was asked.
 */
public final class ScriptedHttpServer implements AutoCloseable {
    private final ServerSocket listener;
    private final HttpReply usual;
    private final Queue<HttpReply> script = new ConcurrentLinkedQueue<>();
    private final List<ServedRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private int running;
    private int mostAtOnce;

    private ScriptedHttpServer(HttpReply usual) throws IOException {
        this.usual = usual;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Starts a server; the caller closes it. */
    public static ScriptedHttpServer start(HttpReply usual) throws IOException {
        ScriptedHttpServer server = new ScriptedHttpServer(usual);
        server.spawn(server::acceptAll);
        return server;
    }

    /** Appends replies to the script. */
    public void next(HttpReply... replies) {
        script.addAll(List.of(replies));
    }

    /** Address of a path, which begins with a slash and may have a query. */
    public URI uri(String path) {
        return URI.create(
                "http://" + listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort() + path);
    }

    /** Connections so far, with or without requests. */
    public int connections() {
        return connections.get();
    }

    /** Waits until there have been so many connections; a test's time limit is its only one. */
    public void awaitConnections(int count) throws InterruptedException {
        while (connections() < count) {
            Thread.sleep(1);
        }
    }

    /** Requests so far, in the order in which their heads arrived. */
    public List<ServedRequest> requests() {
        return List.copyOf(requests);
    }

    /** The highest number of requests that were being answered at the same time. */
    public synchronized int mostAtOnce() {
        return mostAtOnce;
    }

    private void spawn(Runnable task) {
        Thread thread = new Thread(task, "scripted-http-server");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                HttpWire wire = new HttpWire(socket, connections.getAndIncrement(), closing);
                spawn(() -> serve(socket, wire));
            }
        } catch (IOException closed) {
            // The listener is closed to end this thread.
            return;
        }
    }

    private void serve(Socket socket, HttpWire wire) {
        try (socket) {
            socket.setTcpNoDelay(true);
            while (wire.isOpen() && answerOne(wire)) {
                // The next request comes by the same connection.
            }
        } catch (IOException | InterruptedException over) {
            // The client hung up, as many tests make it do, or the server is closing.
            return;
        }
    }

    private boolean answerOne(HttpWire wire) throws IOException, InterruptedException {
        ServedRequest request = wire.readHead().orElse(null);
        if (request == null) {
            return false;
        }
        HttpReply scripted = begin(request);
        try {
            (scripted == null ? usual : scripted).send(request, wire);
        } finally {
            end();
        }
        return true;
    }

    /** Requests are listed in the order in which they take replies. */
    private synchronized @Nullable HttpReply begin(ServedRequest request) {
        running++;
        mostAtOnce = Math.max(mostAtOnce, running);
        requests.add(request);
        return script.poll();
    }

    private synchronized void end() {
        running--;
    }

    /** Breaks all connections, and returns when no thread is left. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        listener.close();
        end(threads.get(0));
        for (Socket socket : sockets) {
            socket.close();
        }
        for (Thread thread : threads) {
            thread.interrupt();
            end(thread);
        }
    }

    private static void end(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException early) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
