package io.gpusnapshot;

import io.gpusnapshot.internal.create.CreateJob;
import io.gpusnapshot.internal.repository.LeasedRepository;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.restore.RestoreJob;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.RestoreInfo;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.remote.RemoteExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Where jobs run: on this machine or on a host. */
interface Site extends AutoCloseable {
    /** The path by which the site knows a workspace. */
    Path workspace(Path named);

    /**
     * Sees early whether a workspace can be read, where that costs nothing.
     *
     * @throws io.gpusnapshot.error.WorkspaceException if it cannot
     */
    void requireReadable(Path workspace) throws IOException;

    /** Begins what takes a while before a job with a workspace, which is to follow soon. */
    void getReady(Path workspace) throws IOException;

    /** What a snapshot of a workspace records of the machine that it is on. */
    Map<String, String> facts(Path workspace) throws IOException;

    /** Runs commands there. */
    RemoteExecutor executor();

    SnapshotInfo create(Repository repository, LeasedRepository leased, CreateJob job, ProgressMeter progress)
            throws IOException;

    RestoreInfo restore(RestoreJob job, ProgressMeter progress) throws IOException;

    @Override
    void close() throws IOException;
}
