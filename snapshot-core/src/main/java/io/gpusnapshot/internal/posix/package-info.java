/**
 * What the Java library does not say or do about files on Linux: names as bytes, exact times of symbolic links, holes,
 * free inodes. Start reading at {@link io.gpusnapshot.internal.posix.PosixCalls}; without native access its portable
 * implementation serves, with the losses that it names.
 */
@NullMarked
package io.gpusnapshot.internal.posix;

import org.jspecify.annotations.NullMarked;
