/** Tests of the orchestrator's end of jobs on hosts, against hosts that lie, cheat and hang. */
@NullMarked
package io.gpusnapshot.internal.remote;

import org.jspecify.annotations.NullMarked;
