package io.gpusnapshot.storage;

/**
 * A contiguous run of bytes of an object.
 *
 * @param offset first byte, from 0
 * @param length number of bytes, at least 1
 */
public record ByteRange(long offset, long length) {
    public ByteRange {
        if (offset < 0 || length < 1 || offset + length < 0) {
            throw new IllegalArgumentException("Not a byte range: offset " + offset + ", length " + length);
        }
    }

    /** Offset of the first byte after the range. */
    public long end() {
        return offset + length;
    }
}
