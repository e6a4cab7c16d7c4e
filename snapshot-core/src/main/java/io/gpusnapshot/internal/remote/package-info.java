/**
 * The orchestrator's end of a job on a host that nobody trusts: it talks to the agent there, and answers what the agent
 * asks as far as the job needs it. Start reading at {@link io.gpusnapshot.internal.remote.RemoteJobs}.
 */
@NullMarked
package io.gpusnapshot.internal.remote;

import org.jspecify.annotations.NullMarked;
