package io.gpusnapshot.cli;

/** A number of bytes as options spell it: {@code 4M}, {@code 512MiB}, {@code 65536}. */
record ByteSize(long bytes) {}
