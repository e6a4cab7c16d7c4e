package io.gpusnapshot.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Bytes that a program wrote, as far as they were kept. Immutable. */
public final class CapturedOutput {
    private final byte[] kept;
    private final long writtenBytes;

    /**
     * @param kept what was kept; not copied, so it must not change
     * @param writtenBytes how much the program wrote
     */
    public CapturedOutput(byte[] kept, long writtenBytes) {
        this.kept = kept;
        this.writtenBytes = writtenBytes;
    }

    /** A copy of what was kept. */
    public byte[] bytes() {
        return kept.clone();
    }

    /** What was kept, as UTF-8; what is not UTF-8 is replaced. */
    public String text() {
        return new String(kept, UTF_8);
    }

    /** How much the program wrote, which may be more than was kept. */
    public long writtenBytes() {
        return writtenBytes;
    }

    public boolean isTruncated() {
        return writtenBytes > kept.length;
    }

    @Override
    public String toString() {
        return writtenBytes + " bytes" + (isTruncated() ? ", of which " + kept.length + " were kept" : "");
    }
}
