package io.gpusnapshot.remote;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How long to wait for a host.
 *
 * @param connect for the TCP connection and the exchange of keys
 * @param authentication for the answer to each step of the login, and later to each request on the session
 * @param keepAlive how often to ask an idle host whether it is there; a link counts as lost when three such questions
 *     stayed without answer
 */
public record SshTimeouts(Duration connect, Duration authentication, Duration keepAlive) {
    /** 15 s, 20 s, and 3 s. */
    public static final SshTimeouts DEFAULT =
            new SshTimeouts(Duration.ofSeconds(15), Duration.ofSeconds(20), Duration.ofSeconds(3));

    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofDays(1);

    public SshTimeouts {
        require("connect", connect, LEAST);
        require("authentication", authentication, LEAST);
        require("keepAlive", keepAlive, Duration.ofSeconds(1));
        if (!keepAlive.equals(keepAlive.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException("keepAlive is " + keepAlive + ", but only whole seconds can be kept");
        }
    }

    private static void require(String name, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(name + " is " + RemoteExecutors.text(value) + "; it must be from "
                    + RemoteExecutors.text(least) + " to a day");
        }
    }
}
