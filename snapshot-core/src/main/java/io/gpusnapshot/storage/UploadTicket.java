package io.gpusnapshot.storage;

import java.util.List;

/**
 * An upload that has been opened. It opens nothing by itself: parts are sent by grants.
 *
 * @param key object to be
 * @param uploadId the store's name for the upload; empty where it has none
 * @param lengthBytes length of the object, or the most that it may have
 * @param parts the parts, in order; part numbers count from 1
 */
public record UploadTicket(String key, String uploadId, long lengthBytes, List<ByteRange> parts) {
    public UploadTicket {
        parts = List.copyOf(parts);
    }

    /** Whether an object of a length can be completed with this upload: of several parts two must be left, as Backblaze demands. */
    public boolean suits(long lengthBytes) {
        boolean several = parts.size() > 1;
        return lengthBytes <= this.lengthBytes
                && (!several || lengthBytes > parts.get(0).length());
    }

    /**
     * The same upload for an object that has become shorter: the parts that are left, the last of which may be shorter, too.
     *
     * @param lengthBytes length of the object, from 1 to what it was
     */
    public UploadTicket shortened(long lengthBytes) {
        if (lengthBytes < 1 || lengthBytes > this.lengthBytes) {
            throw new IllegalArgumentException(
                    "lengthBytes must be 1 to " + this.lengthBytes + ", but is " + lengthBytes);
        }
        List<ByteRange> left = parts.stream()
                .filter(part -> part.offset() < lengthBytes)
                .map(part -> new ByteRange(part.offset(), Math.min(part.length(), lengthBytes - part.offset())))
                .toList();
        return new UploadTicket(key, uploadId, lengthBytes, left);
    }
}
