package io.gpusnapshot.storage.b2;

import com.backblaze.b2.client.webApiHttpClient.HttpClientFactory;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpRequestInterceptor;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.config.ConnectionConfig;
import org.apache.http.config.Registry;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.HttpConnectionFactory;
import org.apache.http.conn.ManagedHttpClientConnection;
import org.apache.http.conn.routing.HttpRoute;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.DefaultManagedHttpClientConnection;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.ssl.SSLContexts;

/**
 * The HTTP client below the vendor's. Unlike the vendor's own choice its connections log nothing at any level, since
 * headers carry the account's key and tokens, and all calls share one client.
 */
final class QuietHttpClients implements HttpClientFactory {
    /** Above what one process uses at once: the vendor's client fails, and does not wait, when its pool is empty. */
    private static final int MAX_CONNECTIONS = 512;

    private static final int BUFFER_BYTES = 8 << 10;
    private static final int CONNECT_TIMEOUT_MILLIS = 15_000;
    /** Servers close idle connections after a minute or so. */
    private static final int IDLE_SECONDS = 30;

    private static final int VALIDATE_AFTER_IDLE_MILLIS = 2_000;

    /**
     * The vendor's client asks before it sends a body whether the server wants it. What is sent through it here is small,
     * so that asking costs a round trip and saves nothing; and a server that never answers would cost seconds.
     */
    private static final HttpRequestInterceptor SENDS_AT_ONCE =
            (request, context) -> request.removeHeaders(HttpHeaders.EXPECT);

    private final CloseableHttpClient client;

    /**
     * @param plain whether addresses may begin with {@code http:}
     * @param silenceMillis how long a server may say nothing
     */
    QuietHttpClients(boolean plain, int silenceMillis) {
        PoolingHttpClientConnectionManager connections =
                new PoolingHttpClientConnectionManager(schemes(plain), quietConnections(silenceMillis));
        connections.setMaxTotal(MAX_CONNECTIONS);
        connections.setDefaultMaxPerRoute(MAX_CONNECTIONS);
        connections.setValidateAfterInactivity(VALIDATE_AFTER_IDLE_MILLIS);
        connections.setDefaultSocketConfig(SocketConfig.custom()
                .setTcpNoDelay(true)
                .setSoKeepAlive(true)
                .setSoTimeout(silenceMillis)
                .build());
        client = HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                        .setConnectionRequestTimeout(CONNECT_TIMEOUT_MILLIS)
                        .setSocketTimeout(silenceMillis)
                        .build())
                .useSystemProperties()
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .addInterceptorLast(SENDS_AT_ONCE)
                .evictIdleConnections(IDLE_SECONDS, TimeUnit.SECONDS)
                .build();
    }

    private static Registry<ConnectionSocketFactory> schemes(boolean plain) {
        RegistryBuilder<ConnectionSocketFactory> schemes = RegistryBuilder.<ConnectionSocketFactory>create()
                .register("https", new SSLConnectionSocketFactory(SSLContexts.createSystemDefault()));
        return (plain ? schemes.register("http", PlainConnectionSocketFactory.getSocketFactory()) : schemes).build();
    }

    private static HttpConnectionFactory<HttpRoute, ManagedHttpClientConnection> quietConnections(int silenceMillis) {
        AtomicLong count = new AtomicLong();
        return (HttpRoute route, ConnectionConfig config) ->
                new QuietConnection("b2-" + count.incrementAndGet(), silenceMillis);
    }

    /** The vendor's client asks for a time limit of its own when it downloads. */
    private static final class QuietConnection extends DefaultManagedHttpClientConnection {
        private final int silenceMillis;

        QuietConnection(String id, int silenceMillis) {
            super(id, BUFFER_BYTES);
            this.silenceMillis = silenceMillis;
        }

        @Override
        public void setSocketTimeout(int ignored) {
            super.setSocketTimeout(silenceMillis);
        }
    }

    @Override
    public CloseableHttpClient create() {
        return client;
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
