/**
 * What is done with a host before and after a job, through any {@link io.gpusnapshot.remote.RemoteExecutor}: learning
 * what it is ({@link io.gpusnapshot.remote.host.HostProbe}) and making its network faster for a while
 * ({@link io.gpusnapshot.remote.host.TcpTuning}). The work is done by two small scripts beside the classes, for any POSIX
 * shell.
 */
@NullMarked
package io.gpusnapshot.remote.host;

import org.jspecify.annotations.NullMarked;
