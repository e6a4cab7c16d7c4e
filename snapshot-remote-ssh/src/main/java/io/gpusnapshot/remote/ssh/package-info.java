/**
 * Hosts over SSH, by sshj, which nothing else may import. Start reading at {@code SshRemoteExecutor}; {@code
 * SshConnector} makes sure of the host and logs in, {@code ExecChannel} corrects what sshj gets wrong, and {@code
 * LinkGuard} notices dead links. {@link io.gpusnapshot.remote.ssh.SshRemoteExecutorFactory} is how all of it is found.
 */
@NullMarked
package io.gpusnapshot.remote.ssh;

import org.jspecify.annotations.NullMarked;
