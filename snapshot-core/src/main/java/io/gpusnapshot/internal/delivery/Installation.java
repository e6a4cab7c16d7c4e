package io.gpusnapshot.internal.delivery;

import java.util.Optional;

/**
 * Where things are on a host.
 *
 * @param session a directory for this session alone, from which programs can be run
 * @param archive classes laid out so that the agent starts faster
 * @param classList where to leave a list of the classes that an agent loads, for such an archive
 */
record Installation(
        HostProfile profile,
        String session,
        String agentJar,
        Optional<String> archive,
        Optional<String> classList,
        long bytesSent) {}
