package io.gpusnapshot.remote;

import java.io.IOException;

/**
 * Opens sessions on hosts. Implementations are found by {@link java.util.ServiceLoader}: they are public, have a public
 * constructor without parameters, and are named in {@code
 * META-INF/services/io.gpusnapshot.remote.RemoteExecutorFactory}. Callers use {@link RemoteExecutors#connect} instead.
 */
public interface RemoteExecutorFactory {
    /**
     * Connects to a host, makes sure that it is the one meant, and logs in. The caller closes the session.
     *
     * @param target complete, as by {@link SshTarget#requireComplete()}
     * @throws io.gpusnapshot.error.RemoteUnavailableException if the host does not answer in time
     * @throws io.gpusnapshot.error.RemoteAccessException if its key is not trusted, or it does not let us in
     */
    RemoteExecutor connect(SshTarget target) throws IOException;
}
