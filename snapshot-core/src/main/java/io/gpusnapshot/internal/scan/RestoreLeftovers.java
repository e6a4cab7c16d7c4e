package io.gpusnapshot.internal.scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names that a restore uses inside a workspace for as long as it has not finished. A walk leaves them out.
 */
public final class RestoreLeftovers {
    /** Marks the root of a workspace whose restore has not finished. */
    public static final String MARKER = ".gpusnapshot-restore";

    private static final byte[] PART_PREFIX = ".gpusnapshot-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PART_SUFFIX = ".part".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MARKER_BYTES = MARKER.getBytes(StandardCharsets.US_ASCII);

    private RestoreLeftovers() {}

    /**
     * Name of a file that is not complete yet.
     *
     * @param tag what tells this snapshot's parts from another's
     * @param number place of the entry in the manifest
     */
    public static byte[] partName(String tag, long number) {
        return (".gpusnapshot-" + tag + "-" + Long.toString(number, 36) + ".part").getBytes(StandardCharsets.US_ASCII);
    }

    public static boolean isPart(byte[] name) {
        int length = name.length;
        return length > PART_PREFIX.length + PART_SUFFIX.length
                && Arrays.equals(name, 0, PART_PREFIX.length, PART_PREFIX, 0, PART_PREFIX.length)
                && Arrays.equals(name, length - PART_SUFFIX.length, length, PART_SUFFIX, 0, PART_SUFFIX.length);
    }

    public static boolean isMarker(byte[] name) {
        return Arrays.equals(name, MARKER_BYTES);
    }
}
