package io.gpusnapshot.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.routing.DefaultProxyRoutePlanner;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolStats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EarlyConnectionsTest extends TransportFixture {
    private static final int MOST = 8;

    private final PoolingHttpClientConnectionManager pool = Connections.create(MOST, LONG);
    private final HttpRoutePlanner direct = new SystemDefaultRoutePlanner(ProxySelector.getDefault());
    private final EarlyConnections early = new EarlyConnections(pool, direct);

    @AfterEach
    void close() {
        pool.close(CloseMode.IMMEDIATE);
    }

    private URI address() {
        return server().uri("/bucket/");
    }

    /** Waits until nothing is on its way; a failure is the fixture's time limit. */
    private void awaitIdle(int connections) throws InterruptedException {
        PoolStats stats = pool.getTotalStats();
        while (stats.getLeased() > 0 || stats.getAvailable() != connections) {
            Thread.sleep(1);
            stats = pool.getTotalStats();
        }
    }

    /** The server may notice them later than the pool does. */
    private void requireConnections(int count) throws InterruptedException {
        server().awaitConnections(count);
        assertThat(server().connections()).isEqualTo(count);
    }

    @Test
    void asManyAsWantedAreOpenedAndKept() throws InterruptedException {
        early.open(address(), 3);
        awaitIdle(3);
        requireConnections(3);
        assertThat(server().requests()).isEmpty();
    }

    @Test
    void thoseThatAreThereCount() throws InterruptedException {
        early.open(address(), 3);
        awaitIdle(3);
        early.open(address(), 2);
        awaitIdle(3);
        early.open(address(), 5);
        awaitIdle(5);
        requireConnections(5);
    }

    @Test
    void whatAProxyHasToOpenIsLeftToRequests() throws InterruptedException {
        HttpHost proxy = new HttpHost(
                address().getScheme(), address().getHost(), address().getPort());
        EarlyConnections behindProxy = new EarlyConnections(pool, new DefaultProxyRoutePlanner(proxy));
        behindProxy.open(URI.create("http://store.example/bucket/"), 3);
        awaitIdle(0);
        assertThat(server().connections()).isEqualTo(0);
    }

    @Test
    void aServerThatIsNotThereLeavesNothingBehind() throws IOException, InterruptedException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        early.open(URI.create("http://127.0.0.1:" + port + "/"), MOST);
        while (pool.getTotalStats().getLeased() > 0) {
            Thread.sleep(1);
        }
        early.open(address(), MOST);
        requireConnections(MOST);
    }

    @Test
    void aClosedPoolIsNoFailure() {
        pool.close(CloseMode.IMMEDIATE);
        early.open(address(), 3);
        assertThat(pool.getTotalStats().getLeased()).isEqualTo(0);
    }

    @Test
    void requestsOfATransportFindThem() throws IOException, InterruptedException {
        transport().connect(address(), 1);
        requireConnections(1);
        assertThat(download(room()).isSuccess()).isTrue();
    }
}
