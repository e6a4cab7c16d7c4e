package io.gpusnapshot.model;

import java.time.Instant;

/**
 * What tells, together with size and modification time, that a file was not touched since it was snapshotted.
 *
 * @param statusChanged the inode's change time, which no ordinary call can set back
 * @param inode the inode number
 */
public record ChangeStamp(Instant statusChanged, long inode) {
    /**
     * For a file that was changed so shortly before it was read that a later change could carry the same times. Such a
     * file is read again next time.
     */
    public static final ChangeStamp UNRELIABLE = new ChangeStamp(Instant.EPOCH, 0);

    public boolean isReliable() {
        return inode != 0;
    }
}
