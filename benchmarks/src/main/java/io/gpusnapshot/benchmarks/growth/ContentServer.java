package io.gpusnapshot.benchmarks.growth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves ranges of packs that exist nowhere: {@code GET /<number of the pack>}. Prints its port, and ends with its
 * standard input.
 */
public final class ContentServer {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
    private static final int PARTIAL_CONTENT = 206;

    private final GeneratedContent content;

    private ContentServer(GeneratedContent content) {
        this.content = content;
    }

    public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ContentServer packs = new ContentServer(new GeneratedContent());
        server.createContext("/", packs::serve);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println(server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // Whoever has started it says nothing, and is gone when this ends.
        }
        System.exit(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (!range.matches()) {
            throw new IOException("only ranges are served: " + exchange.getRequestURI());
        }
        long first = Long.parseLong(range.group(1));
        long last = Long.parseLong(range.group(2));
        long pack = Long.parseLong(exchange.getRequestURI().getPath().substring(1));
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes " + first + "-" + last + "/" + GeneratedContent.PACK_BYTES);
        exchange.sendResponseHeaders(PARTIAL_CONTENT, last - first + 1);
        try (OutputStream body = exchange.getResponseBody()) {
            write(pack, first, last + 1, body);
        }
    }

    private void write(long pack, long first, long end, OutputStream body) throws IOException {
        long at = first;
        while (at < end) {
            long number = pack * GeneratedContent.CHUNKS_PER_PACK + at / GeneratedContent.CHUNK_BYTES;
            int within = (int) (at % GeneratedContent.CHUNK_BYTES);
            int length = (int) Math.min(GeneratedContent.CHUNK_BYTES - within, end - at);
            content.write(number, within, within + length, body);
            at += length;
        }
    }
}
