package io.gpusnapshot.internal.restore;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.transfer.PackReplicas;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the stages of one restore share.
 *
 * @param root the workspace, free of symbolic links
 * @param sync makes everything durable; empty if nothing is to be durable, or each file is made so
 */
record RestoreContext(
        RestoreJob job,
        Path root,
        CodecRegistry codecs,
        PackReplicas packs,
        PosixCalls posix,
        MetadataWriter metadata,
        Optional<TargetSync> sync,
        RestoreTally tally,
        ProgressMeter progress) {}
