package io.gpusnapshot.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/**
 * A connection that logs nothing at any level: the library would log headers and bytes, and so grants. It also logs the
 * first line of each request, so what an address has behind the question mark, such as a signature, comes here in a
 * header, and takes its place when the request is sent. Bodies whose length is known are a {@link SizedBody}.
 */
final class QuietConnection extends DefaultManagedHttpClientConnection {
    static final String QUERY_HEADER = "Gpu-Snapshot-Query";

    QuietConnection(String id, Http1Config config) {
        super(id, null, null, config, null, null, null, null);
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
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        Header query = request.getFirstHeader(QUERY_HEADER);
        if (query != null) {
            request.removeHeaders(QUERY_HEADER);
            request.setPath(request.getPath() + "?" + query.getValue());
        }
        super.sendRequestHeader(request);
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream source) {
        return length > 0
                ? new SizedBody(length, buffer, source, plainChannel())
                : super.createContentInputStream(length, buffer, source);
    }

    private Optional<SocketChannel> plainChannel() {
        return Optional.ofNullable(getSocketHolder())
                .filter(holder -> holder.getSSLSocket() == null)
                .map(holder -> holder.getSocket().getChannel());
    }

    @Override
    public void receiveResponseEntity(ClassicHttpResponse response) throws HttpException, IOException {
        super.receiveResponseEntity(response);
        if (response.getEntity() != null) {
            response.setEntity(BodySink.fillable(response.getEntity()));
        }
    }

    @Override
    protected void onRequestSubmitted(ClassicHttpRequest request) {}

    @Override
    protected void onResponseReceived(ClassicHttpResponse response) {}
}
