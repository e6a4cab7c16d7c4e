package io.gpusnapshot.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host to reach by SSH, how to log in, and how to know that it is the right one. Immutable. To connect it needs an
 * {@link Authentication} and a {@link HostKeyPolicy}; of each, the one given last counts. {@link #toString()} is {@code
 * user@host:port} and nothing else.
 *
 * @param host name or address
 * @param port from 1 to 65535
 * @param user whom to log in as; {@code root} unless told, as is usual on rented machines
 * @param authentication how to log in
 * @param hostKeyPolicy how to know the host
 * @param timeouts how long to wait
 * @param jump host to go through, complete in itself
 */
public record SshTarget(
        String host,
        int port,
        String user,
        Optional<Authentication> authentication,
        Optional<HostKeyPolicy> hostKeyPolicy,
        SshTimeouts timeouts,
        Optional<SshTarget> jump) {
    private static final String DEFAULT_USER = "root";
    private static final int DEFAULT_PORT = 22;
    private static final Pattern TEXT = Pattern.compile(
            "(?:(?<user>[^@]+)@)?(?:\\[(?<address>[^]]+)]|(?<host>[^:@\\[\\]]+))(?::(?<port>\\d{1,5}))?");
    private static final Pattern UNFIT = Pattern.compile("[\\s\\p{Cntrl}@]");

    public SshTarget {
        if (host.isEmpty() || host.startsWith("-") || UNFIT.matcher(host).find()) {
            throw new IllegalArgumentException("Not the name of a host: \"" + host + "\"");
        }
        if (user.isEmpty() || user.startsWith("-") || UNFIT.matcher(user).find()) {
            throw new IllegalArgumentException("Not the name of a user: \"" + user + "\"");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("The port of " + host + " is " + port + "; it must be from 1 to 65535");
        }
    }

    /** User {@code root} on a host, so far without a way to log in and without a way to know it. */
    public static SshTarget of(String host, int port) {
        return new SshTarget(
                host, port, DEFAULT_USER, Optional.empty(), Optional.empty(), SshTimeouts.DEFAULT, Optional.empty());
    }

    /**
     * Reads {@code user@host:port}, of which user ({@code root}) and port (22) may be left out; an IPv6 address stands in
     * brackets.
     */
    public static SshTarget parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "Not an SSH target: \"" + text + "\"; write user@host:port, or user@[address]:port for IPv6");
        }
        String host = Optional.ofNullable(matcher.group("address")).orElseGet(() -> matcher.group("host"));
        int port = Optional.ofNullable(matcher.group("port"))
                .map(Integer::parseInt)
                .orElse(DEFAULT_PORT);
        SshTarget target = of(host, port);
        return Optional.ofNullable(matcher.group("user")).map(target::withUser).orElse(target);
    }

    /** A copy that logs in as this user. */
    public SshTarget withUser(String name) {
        return new SshTarget(host, port, name, authentication, hostKeyPolicy, timeouts, jump);
    }

    /** A copy that logs in by a private key without a passphrase. */
    public SshTarget withIdentity(Path keyFile) {
        return withAuthentication(new Authentication.Identity(keyFile, Optional.empty()));
    }

    /** A copy that logs in by a private key with a passphrase. */
    public SshTarget withIdentity(Path keyFile, SecretSource passphrase) {
        return withAuthentication(new Authentication.Identity(keyFile, Optional.of(passphrase)));
    }

    /** A copy that logs in by a password. */
    public SshTarget withPassword(SecretSource source) {
        return withAuthentication(new Authentication.Password(source));
    }

    /** A copy that logs in by the keys of the agent that listens at this Unix socket. */
    public SshTarget withAgent(Path socket) {
        return withAuthentication(new Authentication.Agent(socket));
    }

    /** A copy that logs in this way. */
    public SshTarget withAuthentication(Authentication value) {
        return new SshTarget(host, port, user, Optional.of(value), hostKeyPolicy, timeouts, jump);
    }

    /** A copy that finds the host's key in a file such as {@code ~/.ssh/known_hosts}. */
    public SshTarget withKnownHosts(Path file) {
        return withHostKeyPolicy(new HostKeyPolicy.KnownHosts(file));
    }

    /** A copy that knows the fingerprint of the host's key, {@code SHA256:…}. */
    public SshTarget withHostKey(String fingerprint) {
        return withHostKeyPolicy(new HostKeyPolicy.Pinned(fingerprint));
    }

    /** A copy that believes a host that the file does not name, and then adds it; see {@link HostKeyPolicy.AcceptNew}. */
    public SshTarget withAcceptNewHostKeys(Path file) {
        return withHostKeyPolicy(new HostKeyPolicy.AcceptNew(file));
    }

    /** A copy that knows the host this way. */
    public SshTarget withHostKeyPolicy(HostKeyPolicy value) {
        return new SshTarget(host, port, user, authentication, Optional.of(value), timeouts, jump);
    }

    /** A copy that waits that long for the connection. */
    public SshTarget withConnectTimeout(Duration limit) {
        return withTimeouts(new SshTimeouts(limit, timeouts.authentication(), timeouts.keepAlive()));
    }

    /** A copy that waits that long for each answer during the login. */
    public SshTarget withAuthenticationTimeout(Duration limit) {
        return withTimeouts(new SshTimeouts(timeouts.connect(), limit, timeouts.keepAlive()));
    }

    /** A copy that asks the host whether it is there when nothing came from it for that long. */
    public SshTarget withKeepAlive(Duration interval) {
        return withTimeouts(new SshTimeouts(timeouts.connect(), timeouts.authentication(), interval));
    }

    /** A copy that waits that long. */
    public SshTarget withTimeouts(SshTimeouts value) {
        return new SshTarget(host, port, user, authentication, hostKeyPolicy, value, jump);
    }

    /** A copy that is reached through another host. */
    public SshTarget withJump(SshTarget through) {
        return new SshTarget(host, port, user, authentication, hostKeyPolicy, timeouts, Optional.of(through));
    }

    /**
     * This target, if it has all that is needed to connect.
     *
     * @throws IllegalArgumentException if it, or the host to go through, lacks a way to log in or a way to know the host
     */
    public SshTarget requireComplete() {
        if (authentication.isEmpty()) {
            throw new IllegalArgumentException("The target " + this + " does not say how to log in; "
                    + "use withIdentity, withAgent or withPassword");
        }
        if (hostKeyPolicy.isEmpty()) {
            throw new IllegalArgumentException("The target " + this + " does not say how to know the host; "
                    + "use withKnownHosts, withHostKey or withAcceptNewHostKeys");
        }
        jump.ifPresent(SshTarget::requireComplete);
        return this;
    }

    @Override
    public String toString() {
        return user + "@" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
