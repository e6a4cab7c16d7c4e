package io.gpusnapshot.internal.protocol;

import java.time.Duration;

/**
 * How long the ends of a conversation wait for each other.
 *
 * @param start for an agent to say hello
 * @param stop for an agent to end, or a job to stop, after it was told to
 * @param pulse between two signs of life, where there is nothing else to say
 * @param silence without a byte of the other end, after which it counts as lost
 */
public record Timing(Duration start, Duration stop, Duration pulse, Duration silence) {
    /** A Java runtime on a slow disk may take its time to start. */
    public static final Timing STANDARD =
            new Timing(Duration.ofSeconds(60), Duration.ofSeconds(10), Protocol.PULSE, Protocol.SILENCE_LIMIT);
}
