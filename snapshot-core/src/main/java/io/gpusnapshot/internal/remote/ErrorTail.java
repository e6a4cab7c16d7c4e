package io.gpusnapshot.internal.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gpusnapshot.internal.protocol.ForeignText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads the error output of an agent, so that it never blocks, and keeps its end for errors. */
final class ErrorTail implements Runnable {
    private static final int KEPT_BYTES = 4_000;

    private final InputStream in;
    private final CountDownLatch ended = new CountDownLatch(1);
    private byte[] tail = new byte[0];

    ErrorTail(InputStream in) {
        this.in = in;
    }

    @Override
    public void run() {
        byte[] buffer = new byte[KEPT_BYTES];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                keep(buffer, count);
            }
        } catch (IOException broken) {
            byte[] words = broken.toString().getBytes(UTF_8);
            keep(words, words.length);
        } finally {
            ended.countDown();
        }
    }

    private synchronized void keep(byte[] bytes, int count) {
        byte[] all = Arrays.copyOf(tail, tail.length + count);
        System.arraycopy(bytes, 0, all, tail.length, count);
        tail = all.length > KEPT_BYTES ? Arrays.copyOfRange(all, all.length - KEPT_BYTES, all.length) : all;
    }

    /** Waits until all has been read, or the time is over. */
    void awaitEnd(Duration limit) {
        try {
            ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized String text() {
        String text = ForeignText.lines(new String(tail, UTF_8).strip());
        return text.isEmpty() ? "nothing" : text;
    }
}
