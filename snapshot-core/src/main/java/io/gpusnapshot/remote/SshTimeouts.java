package io.gpusnapshot.remote;

import java.time.Duration;

/**
 * How long to wait for a host.
 *
 * @param connect for the TCP connection and the exchange of keys
 * @param authentication for the answer to each step of the login, and later for a program to start
 * @param keepAlive when to ask a silent host whether it is there; a link counts as lost when nothing came over it for
 *     three times that long
 */
public record SshTimeouts(Duration connect, Duration authentication, Duration keepAlive) {
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofDays(1);

    /** 15 s, 20 s, and 5 s. */
    public static final SshTimeouts DEFAULT =
            new SshTimeouts(Duration.ofSeconds(15), Duration.ofSeconds(20), Duration.ofSeconds(5));

    public SshTimeouts {
        require("connect", connect);
        require("authentication", authentication);
        require("keepAlive", keepAlive);
    }

    private static void require(String name, Duration value) {
        if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(name + " is " + RemoteExecutors.text(value) + "; it must be from "
                    + RemoteExecutors.text(LEAST) + " to a day");
        }
    }
}
