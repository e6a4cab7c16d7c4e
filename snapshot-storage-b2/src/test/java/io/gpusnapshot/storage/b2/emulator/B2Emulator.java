package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.http.config.ConnectionConfig;
import org.apache.http.config.MessageConstraints;
import org.apache.http.config.SocketConfig;
import org.apache.http.impl.bootstrap.HttpServer;
import org.apache.http.impl.bootstrap.ServerBootstrap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running emulator of Backblaze B2's native API. It keeps its data, and its master key, under a folder, and serves
 * them again when started there anew; one emulator at a time may use a folder. It speaks plain HTTP, or TLS, and listens on the
 * loopback address unless told otherwise. Thread-safe. Closing it ends all connections and threads.
 */
public final class B2Emulator implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(B2Emulator.class);
    private static final int BACKLOG = 1024;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 200;
    private static final int CLOSE_SECONDS = 10;

    private final Account account;
    private final Faults faults;
    private final Traffic traffic;
    private final HttpServer server;
    private final String scheme;

    private B2Emulator(Account account, Faults faults, Traffic traffic, HttpServer server, String scheme) {
        this.account = account;
        this.faults = faults;
        this.traffic = traffic;
        this.server = server;
        this.scheme = scheme;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What clients take for the address of B2, such as {@code http://127.0.0.1:4711}. */
    public URI endpoint() {
        InetAddress bound = server.getInetAddress();
        String host =
                bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress().getHostAddress() : bound.getHostAddress();
        return URI.create(
                scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getLocalPort());
    }

    /** The id of the master key, which is the account's too. */
    public String keyId() {
        return account.masterKey().keyId();
    }

    /** The secret of the master key. */
    public String applicationKey() {
        return account.masterKey().secret();
    }

    /** What goes wrong in here. */
    public Faults faults() {
        return faults;
    }

    /** What was asked of it. */
    public Traffic traffic() {
        return traffic;
    }

    @Override
    public void close() throws IOException {
        faults.clear();
        server.shutdown(0, TimeUnit.SECONDS);
        try {
            server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the emulator was closing");
        }
    }

    /** Starts emulators. The folder is required, the rest has defaults. Not thread-safe. */
    public static final class Builder {
        private static final long MINIMUM_PART_BYTES = 5_000_000;
        private static final long RECOMMENDED_PART_BYTES = 100_000_000;

        private Optional<Path> root = Optional.empty();
        private int port;
        private InetAddress address = InetAddress.getLoopbackAddress();
        private Clock clock = Clock.systemUTC();
        private long minimumPartBytes = MINIMUM_PART_BYTES;
        private boolean wholeRangeIsPartial;
        private @Nullable SSLContext encryption;

        private Builder() {}

        /** The folder for the data; made where it is missing. */
        public Builder root(Path folder) {
            root = Optional.of(folder);
            return this;
        }

        /** Default 0: one that is free. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** Where to listen; by default on the loopback address, out of others' reach. */
        public Builder address(InetAddress local) {
            address = Objects.requireNonNull(local);
            return this;
        }

        /** What the age of tokens and keys, and the time of uploads, go by. */
        public Builder clock(Clock time) {
            clock = Objects.requireNonNull(time);
            return this;
        }

        /** The least that a part of a large file must have, but for the last; by default B2's 5,000,000. */
        public Builder minimumPartSizeBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("no part has less than one byte: " + bytes);
            }
            minimumPartBytes = bytes;
            return this;
        }

        /**
         * Whether a range that covers the whole file is answered with 206. By default it is 200, as the documentation
         * has it; both have been seen.
         */
        public Builder answerWholeRangeWith206(boolean partial) {
            wholeRangeIsPartial = partial;
            return this;
        }

        /** Has it speak TLS, by a context that holds the server's key; by default it speaks plain HTTP. */
        public Builder encryption(SSLContext context) {
            encryption = Objects.requireNonNull(context);
            return this;
        }

        public B2Emulator start() throws IOException {
            Path folder = root.orElseThrow(() -> new IllegalStateException("the emulator needs a root folder"));
            String scheme = encryption == null ? "http" : "https";
            EmulatorOptions options =
                    new EmulatorOptions(clock, minimumPartBytes, RECOMMENDED_PART_BYTES, wholeRangeIsPartial, scheme);
            Disk disk = new Disk(folder);
            Account account = Account.open(disk);
            Services services = new Services(account, new Access(account, clock), new BodyReceiver(disk), options);
            Faults faults = new Faults();
            Traffic traffic = new Traffic();
            HttpServer server = server(new HttpFront(services, faults, traffic));
            server.start();
            return new B2Emulator(account, faults, traffic, server, scheme);
        }

        private HttpServer server(HttpFront front) {
            return ServerBootstrap.bootstrap()
                    .setListenerPort(port)
                    .setLocalAddress(address)
                    .setSslContext(encryption)
                    .setServerInfo("B2Emulator")
                    .setSocketConfig(SocketConfig.custom()
                            .setBacklogSize(BACKLOG)
                            .setTcpNoDelay(true)
                            .setSoReuseAddress(true)
                            .build())
                    .setConnectionConfig(ConnectionConfig.custom()
                            .setBufferSize(BUFFER_BYTES)
                            .setMessageConstraints(MessageConstraints.custom()
                                    .setMaxLineLength(MAX_LINE_BYTES)
                                    .setMaxHeaderCount(MAX_HEADERS)
                                    .build())
                            .build())
                    .setExceptionLogger(Builder::log)
                    .registerHandler("*", front)
                    .create();
        }

        /** Connections end in many ways, most of them ordinary. */
        private static void log(Exception failure) {
            if (failure instanceof IOException) {
                LOGGER.debug("a connection ended: {}", failure.toString());
            } else {
                LOGGER.warn("a connection failed", failure);
            }
        }
    }
}
