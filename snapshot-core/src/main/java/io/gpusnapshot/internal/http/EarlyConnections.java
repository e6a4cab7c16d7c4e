package io.gpusnapshot.internal.http;

import io.gpusnapshot.internal.concurrent.DaemonThreads;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens connections of a pool before there is a request for them. */
final class EarlyConnections {
    private static final Logger LOGGER = LoggerFactory.getLogger(EarlyConnections.class);

    private final PoolingHttpClientConnectionManager pool;
    private final HttpRoutePlanner routes;

    /**
     * @param routes those that requests take
     */
    EarlyConnections(PoolingHttpClientConnectionManager pool, HttpRoutePlanner routes) {
        this.pool = pool;
        this.routes = routes;
    }

    /** Opens as many as are missing, all at once, in threads of their own. */
    void open(URI server, int wanted) {
        try {
            HttpHost target = new HttpHost(server.getScheme(), server.getHost(), server.getPort());
            HttpRoute route = routes.determineRoute(target, HttpCoreContext.create());
            // What a proxy wants to hear first is for a request to tell.
            if (route.getProxyHost() == null) {
                open(route, wanted);
            }
        } catch (HttpException | ExecutionException | TimeoutException | IllegalStateException failed) {
            LOGGER.debug("No early connections to {}: {}", server.getHost(), failed.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void open(HttpRoute route, int wanted) throws InterruptedException, ExecutionException, TimeoutException {
        List<ConnectionEndpoint> taken = new ArrayList<>();
        try {
            // All are taken before any goes back: the pool prefers to give those that are open.
            for (int i = pool.getStats(route).getLeased(); i < wanted; i++) {
                taken.add(pool.lease("early", route, null).get(Connections.CONNECT_TIMEOUT));
            }
        } finally {
            taken.forEach(this::finish);
        }
    }

    private void finish(ConnectionEndpoint endpoint) {
        if (endpoint.isConnected()) {
            release(endpoint);
        } else {
            DaemonThreads.start("connect", () -> connect(endpoint));
        }
    }

    private void connect(ConnectionEndpoint endpoint) {
        try {
            pool.connect(endpoint, Connections.CONNECT_TIMEOUT, HttpCoreContext.create());
        } catch (IOException | RuntimeException failed) {
            LOGGER.debug("No early connection: {}", failed.toString());
        } finally {
            release(endpoint);
        }
    }

    private void release(ConnectionEndpoint endpoint) {
        pool.release(endpoint, null, Connections.IDLE_LIMIT);
    }
}
