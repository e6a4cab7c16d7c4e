package io.gpusnapshot.model;

/**
 * A run of a file's bytes that is stored in one chunk. What no extent covers is a hole and reads as zeros.
 *
 * @param fileOffset first byte within the file
 * @param chunk index of the chunk in the manifest's table
 * @param chunkOffset first byte within the raw chunk
 * @param length number of bytes, at least 1
 */
public record Extent(long fileOffset, int chunk, int chunkOffset, int length) {
    /** Offset of the first byte behind the extent within the file. */
    public long fileEnd() {
        return fileOffset + length;
    }
}
