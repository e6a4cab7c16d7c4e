package io.gpusnapshot.remote.ssh;

import io.gpusnapshot.remote.RemoteExecutor;
import io.gpusnapshot.remote.RemoteExecutorFactory;
import io.gpusnapshot.remote.SshTarget;
import java.io.IOException;

/** Connects by SSH. */
public final class SshRemoteExecutorFactory implements RemoteExecutorFactory {
    @Override
    public RemoteExecutor connect(SshTarget target) throws IOException {
        return new SshRemoteExecutor(target, SshConnector.connect(target.requireComplete()));
    }
}
