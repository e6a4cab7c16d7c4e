package io.gpusnapshot.internal.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** Where the body of an answer goes, as it comes. It is called by the thread that downloads. */
public interface BodyTarget {
    /**
     * A buffer with room for what comes next. It is asked for again and again, so this is where one that is full can be
     * used, for as long as that takes, while the connection fills up.
     *
     * @throws IOException if nothing more is wanted; this ends the download
     */
    ByteBuffer room() throws IOException;

    /** Learns that so many more bytes have come into the room. */
    void moved(int count);

    /** One buffer that has room for all. */
    static BodyTarget of(ByteBuffer buffer, IntConsumer moved) {
        return new BodyTarget() {
            @Override
            public ByteBuffer room() {
                return buffer;
            }

            @Override
            public void moved(int count) {
                moved.accept(count);
            }
        };
    }
}
