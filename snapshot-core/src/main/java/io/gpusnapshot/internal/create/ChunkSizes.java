package io.gpusnapshot.internal.create;

/** Chooses the size at which large files are cut. */
final class ChunkSizes {
    /** Entries to look at before the choice, so that it costs no time on a large tree. */
    static final int LOOKAHEAD_ENTRIES = 4096;

    private static final int MIB = 1 << 20;

    private ChunkSizes() {}

    /**
     * @param bytes size of what the walk has seen
     * @param complete whether that is everything
     */
    static int forWorkspace(long bytes, boolean complete) {
        if (complete && bytes < 64L * MIB) {
            return MIB;
        }
        if (bytes < 512L * 1024 * MIB) {
            return 4 * MIB;
        }
        return bytes < 2L * 1024 * 1024 * MIB ? 8 * MIB : 16 * MIB;
    }
}
