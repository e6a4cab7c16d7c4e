package io.gpusnapshot.internal.http;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantedRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/** Transport by Apache HttpClient, one thread a connection. */
public final class ApacheHttpTransport implements HttpTransport {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private final EarlyConnections early;
    private final CloseableHttpClient client;
    private final StallGuard guard;

    private volatile boolean closed;

    /**
     * @param maxConnections connections at once, to all servers together
     * @param inactivityLimit how long nothing may move on a connection
     */
    public ApacheHttpTransport(int maxConnections, Duration inactivityLimit) {
        this.guard = new StallGuard(inactivityLimit);
        PoolingHttpClientConnectionManager connections = Connections.create(maxConnections, inactivityLimit);
        HttpRoutePlanner routes = new SystemDefaultRoutePlanner(ProxySelector.getDefault());
        this.early = new EarlyConnections(connections, routes);
        this.client = HttpClients.custom()
                .setConnectionManager(connections)
                .setRoutePlanner(routes)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(inactivityLimit))
                        .setConnectionRequestTimeout(Timeout.of(inactivityLimit))
                        .setContentCompressionEnabled(false)
                        .build())
                .setUserAgent("gpu-snapshot/1")
                .useSystemProperties()
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableAuthCaching()
                .disableCookieManagement()
                .evictIdleConnections(Connections.IDLE_LIMIT)
                .build();
    }

    @Override
    public HttpAnswer download(GrantedRequest request, ByteRange range, BodyTarget target, HttpHandle handle)
            throws IOException {
        HttpUriRequestBase message = message(request);
        message.setHeader(HttpHeaders.RANGE, "bytes=" + range.offset() + "-" + (range.end() - 1));
        handle.onAbort(message::cancel);
        return exchange(message, response -> {
            if (response.getCode() / 100 == 2) {
                requireRange(response, range);
                receive(message, response.getEntity(), target);
            }
        });
    }

    /** Takes the body of an answer. */
    @FunctionalInterface
    private interface Receiver {
        void receive(ClassicHttpResponse response) throws IOException;
    }

    private HttpAnswer exchange(HttpUriRequestBase message, Receiver receiver) throws IOException {
        try {
            // Closing the response would read the rest of its body, however long. A body that was read to its end has
            // freed its connection already; of any other, cancelling breaks the connection off.
            ClassicHttpResponse response = client.executeOpen(null, message, null);
            receiver.receive(response);
            return answer(response);
        } catch (IOException | RuntimeException failed) {
            throw failure(failed, closed || message.isCancelled());
        } finally {
            message.cancel();
        }
    }

    private static HttpUriRequestBase message(GrantedRequest request) {
        URI uri = request.uri();
        String query = uri.getRawQuery();
        String bare = query == null
                ? uri.toString()
                : uri.toString().substring(0, uri.toString().indexOf('?'));
        HttpUriRequestBase message = new HttpUriRequestBase(request.method(), URI.create(bare));
        request.headers().forEach(message::setHeader);
        if (query != null) {
            message.setHeader(QuietConnection.QUERY_HEADER, query);
        }
        return message;
    }

    /** A server that gives other bytes than those asked for must not get them into a file. */
    private static void requireRange(ClassicHttpResponse response, ByteRange range) throws IOException {
        Header header = response.getFirstHeader(HttpHeaders.CONTENT_RANGE);
        boolean whole = header == null && range.offset() == 0;
        if (!whole) {
            Matcher matcher = CONTENT_RANGE.matcher(header == null ? "" : header.getValue());
            boolean asked = matcher.matches()
                    && Long.parseLong(matcher.group(1)) == range.offset()
                    && Long.parseLong(matcher.group(2)) == range.end() - 1;
            if (!asked) {
                throw new ProtocolException("The server answered HTTP " + response.getCode() + " with the range "
                        + (header == null ? "of everything" : header.getValue()) + " to a request for bytes "
                        + range.offset() + "-" + (range.end() - 1));
            }
        }
        long length = response.getEntity() == null ? 0 : response.getEntity().getContentLength();
        if (length != range.length()) {
            throw new ProtocolException("The server announced " + length + " bytes instead of " + range.length());
        }
    }

    private void receive(HttpUriRequestBase message, HttpEntity body, BodyTarget target) throws IOException {
        StallGuard.Watch watch = guard.watch(message::cancel);
        try (watch) {
            body.writeTo(new BodySink(watch.over(target)));
        } catch (IOException failed) {
            throw watch.reason(failed);
        }
    }

    @Override
    public HttpAnswer upload(
            GrantedRequest request,
            Map<String, String> headers,
            ContentSource content,
            ByteRange part,
            IntConsumer moved)
            throws IOException {
        HttpUriRequestBase message = message(request);
        headers.forEach(message::setHeader);
        StallGuard.Watch watch = guard.watch(message::cancel);
        try (watch) {
            message.setEntity(new PartEntity(content, part, watch.counting(moved)));
            return exchange(message, response -> {});
        } catch (IOException failed) {
            throw watch.reason(failed);
        }
    }

    @Override
    public void connect(URI server, int wanted) {
        early.open(server, wanted);
    }

    private static HttpAnswer answer(ClassicHttpResponse response) throws IOException {
        boolean success = response.getCode() / 100 == 2;
        HttpEntity entity = response.getEntity();
        byte[] body = entity == null ? new byte[0] : entity.getContent().readNBytes(ErrorCodes.MAX_BODY_BYTES);
        return new HttpAnswer(
                response.getCode(),
                header(response, HttpHeaders.RETRY_AFTER)
                        .filter(value -> SECONDS.matcher(value).matches())
                        .map(value -> Duration.ofSeconds(Long.parseLong(value))),
                header(response, HttpHeaders.ETAG).map(value -> value.replace("\"", "")),
                success ? Optional.empty() : ErrorCodes.find(body));
    }

    private static Optional<String> header(ClassicHttpResponse response, String name) {
        return Optional.ofNullable(response.getFirstHeader(name))
                .map(Header::getValue)
                .map(String::strip);
    }

    /** What the library throws when an exchange is stopped differs by where it was; callers need one form. */
    private static IOException failure(Exception failed, boolean stopped) {
        if (Thread.currentThread().isInterrupted() || failed.getCause() instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted during an HTTP exchange");
            interrupted.initCause(failed);
            return interrupted;
        }
        if (failed instanceof IOException io) {
            return io;
        }
        if (stopped) {
            return new IOException("The HTTP exchange was broken off", failed);
        }
        throw (RuntimeException) failed;
    }

    @Override
    public void close() {
        closed = true;
        guard.close();
        client.close(CloseMode.IMMEDIATE);
    }
}
