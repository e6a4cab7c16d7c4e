package io.gpusnapshot.model;

import java.time.Instant;

/**
 * What tells, together with size and modification time, that a file was not touched since it was snapshotted.
 *
 * @param statusChanged the inode's change time, which no ordinary call can set back
 * @param inode the inode number
 */
public record ChangeStamp(Instant statusChanged, long inode) {}
