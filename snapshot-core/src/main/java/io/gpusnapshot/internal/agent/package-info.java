/**
 * The host's end of a job on a host that nobody trusts: the same workflows as on the orchestrator's own machine, but
 * manifests and packs move by grants that the orchestrator is asked for. Start reading at
 * {@link io.gpusnapshot.internal.agent.Agent}.
 */
@NullMarked
package io.gpusnapshot.internal.agent;

import org.jspecify.annotations.NullMarked;
