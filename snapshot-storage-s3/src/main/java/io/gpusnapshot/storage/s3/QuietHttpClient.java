package io.gpusnapshot.storage.s3;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The HTTP client below the vendor's. Unlike the vendor's own choice, which is made of the same library, its connections
 * log nothing at any level, since headers carry tokens and signatures. It tells each call's {@link S3Exchange} which
 * request it has sent.
 */
final class QuietHttpClient implements SdkHttpClient {
    private static final int MAX_CONNECTIONS = 512;
    private static final Timeout CONNECT_TIMEOUT = Timeout.of(Duration.ofSeconds(10));
    private static final Timeout SOCKET_TIMEOUT = Timeout.of(Duration.ofSeconds(60));

    /** Servers close idle connections after a minute or so; a stale one costs a failed request. */
    private static final TimeValue IDLE_LIMIT = TimeValue.ofSeconds(30);

    private static final TimeValue VALIDATE_AFTER_IDLE = TimeValue.ofSeconds(2);

    /** Headers that the library makes by itself. */
    private static final Set<String> MADE_BELOW = Set.of("content-length", "host", "transfer-encoding");

    /** Names connections in logs. */
    private static final AtomicLong COUNT = new AtomicLong();

    private final CloseableHttpClient client;

    QuietHttpClient() {
        client = HttpClients.custom()
                .setConnectionManager(connections())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(SOCKET_TIMEOUT)
                        .setResponseTimeout(SOCKET_TIMEOUT)
                        .build())
                .useSystemProperties()
                .disableContentCompression()
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableAuthCaching()
                .disableCookieManagement()
                .evictIdleConnections(IDLE_LIMIT)
                .build();
    }

    private static HttpClientConnectionManager connections() {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .useSystemProperties()
                .setMaxConnTotal(MAX_CONNECTIONS)
                .setMaxConnPerRoute(MAX_CONNECTIONS)
                .setConnectionFactory(QuietHttpClient::connection)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoKeepAlive(true)
                        .setSoTimeout(SOCKET_TIMEOUT)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT_TIMEOUT)
                        .setSocketTimeout(SOCKET_TIMEOUT)
                        .setValidateAfterInactivity(VALIDATE_AFTER_IDLE)
                        .build())
                .build();
    }

    private static ManagedHttpClientConnection connection(@Nullable Socket socket) throws IOException {
        QuietConnection connection = new QuietConnection("s3-" + COUNT.incrementAndGet());
        if (socket != null) {
            connection.bind(socket);
        }
        return connection;
    }

    /** A connection without the library's logs of heads and bytes. */
    private static final class QuietConnection extends DefaultManagedHttpClientConnection {
        QuietConnection(String id) {
            super(id, null, null, null, null, null, null, null);
        }

        @Override
        public void bind(Socket socket) throws IOException {
            bind(new SocketHolder(socket));
        }

        @Override
        public void bind(SSLSocket encrypted, Socket socket) throws IOException {
            bind(new SocketHolder(encrypted, socket));
        }

        @Override
        protected void onRequestSubmitted(ClassicHttpRequest request) {}

        @Override
        protected void onResponseReceived(ClassicHttpResponse response) {}
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        Exchange exchange = new Exchange(message(request));
        S3Exchange call = S3Exchange.current();
        if (call != null) {
            call.sends(exchange);
        }
        return exchange;
    }

    private static HttpUriRequestBase message(HttpExecuteRequest request) {
        SdkHttpRequest head = request.httpRequest();
        HttpUriRequestBase message = new HttpUriRequestBase(head.method().name(), head.getUri());
        head.forEachHeader((name, values) -> {
            if (!MADE_BELOW.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> message.addHeader(name, value));
            }
        });
        request.contentStreamProvider().ifPresent(content -> {
            long length = head.firstMatchingHeader("Content-Length")
                    .map(Long::parseLong)
                    .orElse(-1L);
            message.setEntity(new InputStreamEntity(content.newStream(), length, null));
        });
        return message;
    }

    /** A request and what comes of it. */
    private final class Exchange implements ExecutableHttpRequest {
        private final HttpUriRequestBase message;

        Exchange(HttpUriRequestBase message) {
            this.message = message;
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            ClassicHttpResponse answer = client.executeOpen(null, message, null);
            SdkHttpFullResponse.Builder head =
                    SdkHttpResponse.builder().statusCode(answer.getCode()).statusText(answer.getReasonPhrase());
            for (Header header : answer.getHeaders()) {
                head.appendHeader(header.getName(), header.getValue());
            }
            return HttpExecuteResponse.builder()
                    .response(head.build())
                    .responseBody(body(answer))
                    .build();
        }

        private @Nullable AbortableInputStream body(ClassicHttpResponse answer) throws IOException {
            HttpEntity entity = answer.getEntity();
            if (entity == null) {
                answer.close();
                return null;
            }
            return AbortableInputStream.create(entity.getContent(), this);
        }

        @Override
        public void abort() {
            message.abort();
        }
    }

    @Override
    public String clientName() {
        return "GpuSnapshot";
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
