package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ChunkCatalog;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import org.jspecify.annotations.Nullable;

/** What the stages of one create share. */
record CreateContext(
        CreateJob job,
        PosixCalls posix,
        EntryFactory entries,
        @Nullable ParentSnapshot parent,
        ChunkCatalog catalog,
        PackStore packs,
        OpenFiles files,
        ProgressMeter progress) {}
