/**
 * The remote execution SPI: programs and files on another host. Start reading at
 * {@link io.gpusnapshot.remote.RemoteExecutor}; a new implementation is done when its subclass of {@code
 * RemoteExecutorContract} (core's test jar) is green. Users start at {@link io.gpusnapshot.remote.SshTarget} and
 * {@link io.gpusnapshot.remote.RemoteExecutors}.
 */
@NullMarked
package io.gpusnapshot.remote;

import org.jspecify.annotations.NullMarked;
