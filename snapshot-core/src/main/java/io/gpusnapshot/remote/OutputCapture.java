package io.gpusnapshot.remote;

import java.io.ByteArrayOutputStream;

/** Keeps the first or the last so many bytes of an output. */
final class OutputCapture implements OutputSink {
    private final int maxBytes;
    private final boolean keepsStart;
    private ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long written;

    private OutputCapture(int maxBytes, boolean keepsStart) {
        this.maxBytes = maxBytes;
        this.keepsStart = keepsStart;
    }

    static OutputCapture ofStart(int maxBytes) {
        return new OutputCapture(maxBytes, true);
    }

    static OutputCapture ofEnd(int maxBytes) {
        return new OutputCapture(maxBytes, false);
    }

    @Override
    public synchronized void accept(byte[] buffer, int count) {
        written += count;
        if (keepsStart) {
            kept.write(buffer, 0, Math.min(count, maxBytes - kept.size()));
        } else {
            kept.write(buffer, 0, count);
            // Only now and then, so that the copying costs little.
            if (kept.size() > 2L * maxBytes + buffer.length) {
                trim();
            }
        }
    }

    private void trim() {
        byte[] all = kept.toByteArray();
        int excess = Math.max(0, all.length - maxBytes);
        kept = new ByteArrayOutputStream();
        kept.write(all, excess, all.length - excess);
    }

    synchronized CapturedOutput toOutput() {
        trim();
        return new CapturedOutput(kept.toByteArray(), written);
    }
}
