/** Tests of the host's end of jobs, with an orchestrator that a test plays. */
@NullMarked
package io.gpusnapshot.internal.agent;

import org.jspecify.annotations.NullMarked;
