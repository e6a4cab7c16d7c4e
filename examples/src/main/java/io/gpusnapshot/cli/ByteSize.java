package io.gpusnapshot.cli;

/** A number of bytes as options spell it: {@code 4M}, {@code 512MiB}, {@code 65536}. */
record ByteSize(long bytes) {
    /** What is too large for an int is too large for its purpose, too. */
    int inInt() {
        return Math.toIntExact(Math.min(bytes, Integer.MAX_VALUE));
    }
}
