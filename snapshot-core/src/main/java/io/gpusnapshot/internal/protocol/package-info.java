/**
 * What orchestrator and agent say to each other: JSON objects, one a line, over the agent's standard input and output.
 * Start reading at {@link io.gpusnapshot.internal.protocol.Protocol}; {@code docs/agent-protocol.md} describes every
 * message.
 */
@NullMarked
package io.gpusnapshot.internal.protocol;

import org.jspecify.annotations.NullMarked;
