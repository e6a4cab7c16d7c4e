package io.gpusnapshot.internal.protocol;

import java.time.Duration;

/** What both ends agree upon. */
public final class Protocol {
    /** Raised with every change that the other end has to know of. Both ends speak exactly one version. */
    public static final int VERSION = 1;

    /** How often each end says that it is there, when it has nothing else to say. */
    public static final Duration PULSE = Duration.ofSeconds(2);

    /**
     * Silence after which the other end, or the way to it, counts as lost: long enough for a pause of the collector and a
     * few lost packets, short enough for a rented host not to work on for nobody.
     */
    public static final Duration SILENCE_LIMIT = Duration.ofSeconds(15);

    /** Bytes of a manifest in one message; a link that is slow still carries it well within the silence limit. */
    public static final int PIECE_BYTES = 192 << 10;

    /** A pack that is too short for a grant travels in one message, in Base64. Bounds what a line can make us allocate. */
    public static final int MAX_LINE_BYTES = 8 << 20;

    /** Longest content that a message has room for. */
    public static final int MAX_CONTENT_BYTES = MAX_LINE_BYTES / 4 * 3 - (64 << 10);

    private Protocol() {}
}
