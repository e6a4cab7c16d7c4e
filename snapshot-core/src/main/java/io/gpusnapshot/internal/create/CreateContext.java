package io.gpusnapshot.internal.create;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.chunk.ChunkCatalog;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import org.jspecify.annotations.Nullable;

/**
 * What the stages of one create share.
 *
 * @param codecs all that are at hand, to read the parent's chunks with
 */
record CreateContext(
        CreateJob job,
        CodecRegistry codecs,
        PosixCalls posix,
        EntryFactory entries,
        @Nullable ParentSnapshot parent,
        ChunkCatalog catalog,
        PackStore packs,
        OpenFiles files,
        ProgressMeter progress) {}
