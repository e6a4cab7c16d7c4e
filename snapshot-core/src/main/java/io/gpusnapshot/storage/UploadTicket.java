package io.gpusnapshot.storage;

import java.util.List;

/**
 * An upload that has been opened. It opens nothing by itself: parts are sent by grants.
 *
 * @param key object to be
 * @param uploadId the store's name for the upload; empty where it has none
 * @param lengthBytes length of the object
 * @param parts the parts, in order; part numbers count from 1
 */
public record UploadTicket(String key, String uploadId, long lengthBytes, List<ByteRange> parts) {
    public UploadTicket {
        parts = List.copyOf(parts);
    }
}
