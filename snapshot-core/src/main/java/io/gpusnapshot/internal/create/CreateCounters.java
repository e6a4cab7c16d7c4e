package io.gpusnapshot.internal.create;

import java.util.concurrent.atomic.LongAdder;

/** What a create has counted. Written by the assembler, read after it has ended. */
final class CreateCounters {
    long files;
    long directories;
    long symlinks;
    long bytes;
    long bytesRead;
    long bytesReused;
    long newStoredBytes;
    long filesUnchanged;
    /** Stored bytes of the parent. */
    final LongAdder bytesFetched = new LongAdder();
    /** The walk counts here too. */
    final LongAdder filesSkipped = new LongAdder();
}
