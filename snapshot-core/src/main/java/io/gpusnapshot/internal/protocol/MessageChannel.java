package io.gpusnapshot.internal.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.jr.ob.JSON;
import io.gpusnapshot.error.UnsupportedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One end of a conversation. Any thread may send; one thread receives. */
public final class MessageChannel implements Closeable {
    /** Room for an upload of ten thousand parts. Bounds what a line of many small values makes of itself in memory. */
    private static final int MAX_TOKENS = 200_000;

    private static final JSON FORMAT = JSON.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNumberLength(32)
                            .maxNameLength(1_000)
                            .maxTokenCount(MAX_TOKENS)
                            .maxStringLength(Protocol.MAX_LINE_BYTES)
                            .build())
                    .build())
            .disable(JSON.Feature.FLUSH_AFTER_WRITE_VALUE)
            .build();

    private final InputStream in;
    private final OutputStream out;
    private final String peer;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private volatile long waitingSince;
    private volatile boolean waiting;
    private final LongAdder traffic = new LongAdder();

    /**
     * @param in closed with this channel
     * @param out closed with this channel
     * @param peer who is at the other end, for errors
     */
    public MessageChannel(InputStream in, OutputStream out, String peer) {
        this.in = in;
        this.out = out;
        this.peer = peer;
    }

    /**
     * Sends a message at once.
     *
     * @throws UnsupportedFormatException if it is longer than the other end would read; nothing has been sent then
     */
    public void send(Message message) throws IOException {
        byte[] json = FORMAT.asBytes(message.fields());
        if (json.length > Protocol.MAX_LINE_BYTES) {
            throw new UnsupportedFormatException(
                    peer,
                    "A message of type \"" + message + "\" has " + json.length + " bytes, but " + peer
                            + " reads no more than " + Protocol.MAX_LINE_BYTES);
        }
        synchronized (out) {
            out.write(json);
            out.write('\n');
            out.flush();
            traffic.add(json.length + 1);
        }
    }

    /**
     * Waits for a message.
     *
     * @return null when the other end has closed its side
     * @throws UnsupportedFormatException if a line is too long, or no JSON object
     */
    public @Nullable Message receive() throws IOException {
        byte[] line = readLine();
        if (line == null) {
            return null;
        }
        return new Message(parse(line));
    }

    private Map<String, Object> parse(byte[] line) throws UnsupportedFormatException {
        try {
            Map<String, Object> fields = FORMAT.mapFrom(line);
            if (fields != null) {
                return fields;
            }
        } catch (IOException broken) {
            // Not the cause: it quotes the line, which may hold grants.
        }
        throw new UnsupportedFormatException(peer, peer + " sent a line that is no JSON object");
    }

    private byte @Nullable [] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        for (int next = nextByte(); next != '\n'; next = nextByte()) {
            if (next < 0) {
                return null;
            }
            if (line.size() == Protocol.MAX_LINE_BYTES) {
                throw new UnsupportedFormatException(
                        peer, peer + " sent a line of more than " + Protocol.MAX_LINE_BYTES + " bytes");
            }
            line.write(next);
        }
        traffic.add(line.size() + 1);
        return line.toByteArray();
    }

    private int nextByte() throws IOException {
        if (position == limit) {
            position = 0;
            limit = fill();
            if (limit == 0) {
                return -1;
            }
        }
        return buffer[position++] & 0xff;
    }

    private int fill() throws IOException {
        waitingSince = System.nanoTime();
        waiting = true;
        try {
            return Math.max(0, in.read(buffer));
        } finally {
            waiting = false;
        }
    }

    /** Nanoseconds for which somebody has been waiting here in vain; 0 while what has come is being dealt with. */
    public long silentNanos() {
        return waiting ? System.nanoTime() - waitingSince : 0;
    }

    /** Bytes sent and received so far. */
    public long trafficBytes() {
        return traffic.sum();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            in.close();
        }
    }
}
