/**
 * Gets the agent, and a Java runtime if need be, onto a host. Start reading at
 * {@link io.gpusnapshot.internal.delivery.AgentDelivery}:
 *
 * <pre>
 * probe.sh     one round trip: what the host is, its Java, where files can go, what an earlier session left there
 * upload       the agent's jar, unless it is there and its SHA-256 is right
 * unpack.sh    a runtime, if the host has neither a Java of its own nor this runtime
 * </pre>
 *
 * What is sent is named by its SHA-256 and gets its name when it is whole, so any number of sessions may prepare a host
 * at once, and versions do not mix.
 */
@NullMarked
package io.gpusnapshot.internal.delivery;

import org.jspecify.annotations.NullMarked;
