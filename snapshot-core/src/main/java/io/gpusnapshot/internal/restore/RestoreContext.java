package io.gpusnapshot.internal.restore;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.transfer.PackReplicas;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import java.nio.file.Path;

/**
 * What the stages of one restore share.
 *
 * @param root the workspace, free of symbolic links
 */
record RestoreContext(
        RestoreJob job,
        Path root,
        CodecRegistry codecs,
        PackReplicas packs,
        PosixCalls posix,
        MetadataWriter metadata,
        RestoreTally tally,
        ProgressMeter progress) {}
