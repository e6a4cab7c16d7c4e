package io.gpusnapshot.internal.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** A pool of connections whose blocking reads and writes end when their thread is interrupted. */
final class Connections extends PoolingHttpClientConnectionManagerBuilder {
    /** Bodies are read in larger pieces than this, past the buffer; it serves the heads of messages. */
    private static final int HEAD_BUFFER_BYTES = 8 << 10;

    private static final Http1Config HTTP =
            Http1Config.custom().setBufferSize(HEAD_BUFFER_BYTES).build();

    /** How long a connection is kept that nobody uses. */
    static final TimeValue IDLE_LIMIT = TimeValue.ofSeconds(30);

    static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(10);
    /** Servers close idle connections after a minute or so; a stale one costs a failed request. */
    private static final TimeValue VALIDATE_AFTER_IDLE = TimeValue.ofSeconds(2);

    /** Names connections in logs. */
    private static final AtomicLong COUNT = new AtomicLong();

    private Connections() {}

    static PoolingHttpClientConnectionManager create(int maxConnections, Duration inactivityLimit) {
        Timeout readTimeout = Timeout.of(inactivityLimit);
        return new Connections()
                .useSystemProperties()
                .setMaxConnTotal(maxConnections)
                .setMaxConnPerRoute(maxConnections)
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setConnectionFactory(Connections::connection)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoKeepAlive(true)
                        .setSoTimeout(readTimeout)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT_TIMEOUT)
                        .setSocketTimeout(readTimeout)
                        .setValidateAfterInactivity(VALIDATE_AFTER_IDLE)
                        .build())
                .build();
    }

    private static ManagedHttpClientConnection connection(@Nullable Socket socket) throws IOException {
        QuietConnection connection = new QuietConnection("connection-" + COUNT.incrementAndGet(), HTTP);
        if (socket != null) {
            connection.bind(socket);
        }
        return connection;
    }

    /** Sockets of channels close on an interrupt; plain ones would wait on. */
    @Override
    protected HttpClientConnectionOperator createConnectionOperator(
            SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
        return new DefaultHttpClientConnectionOperator(
                socksProxy -> SocketChannel.open().socket(),
                ports,
                names,
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register("https", readingAhead(tls))
                        .build());
    }

    private static TlsSocketStrategy readingAhead(TlsSocketStrategy tls) {
        return (socket, host, port, attachment, context) ->
                tls.upgrade(new ReadAheadSocket(socket), host, port, attachment, context);
    }
}
