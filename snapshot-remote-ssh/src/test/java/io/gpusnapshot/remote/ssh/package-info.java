/**
 * Tests of SSH sessions against real servers. {@code OpenSshServer} starts one with a configuration of its own, {@code
 * FaultyLink} stands between and cuts, freezes or delays.
 */
@NullMarked
package io.gpusnapshot.remote.ssh;

import org.jspecify.annotations.NullMarked;
