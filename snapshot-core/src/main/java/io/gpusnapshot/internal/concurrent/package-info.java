/**
 * Threads and buffers that the pipelines share. Start reading at {@link
 * io.gpusnapshot.internal.concurrent.StageGroup}.
 */
@NullMarked
package io.gpusnapshot.internal.concurrent;

import org.jspecify.annotations.NullMarked;
