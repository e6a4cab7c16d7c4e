package io.gpusnapshot.remote;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** How to know that a host is the one meant. There is no policy that accepts just anything. */
public sealed interface HostKeyPolicy {
    /**
     * The host's key is in this file, which has OpenSSH's format; hashed names, ports other than 22 and {@code @revoked}
     * count. The file is never written.
     */
    record KnownHosts(Path file) implements HostKeyPolicy {}

    /**
     * The host's key has this fingerprint.
     *
     * @param fingerprint as {@code ssh-keygen -l} prints it: {@code SHA256:} and 43 characters of Base64
     */
    record Pinned(String fingerprint) implements HostKeyPolicy {
        private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

        public Pinned {
            if (!FINGERPRINT.matcher(fingerprint).matches()) {
                throw new IllegalArgumentException("Not a fingerprint of a host key: \"" + fingerprint
                        + "\"; write SHA256: and the 43 characters that ssh-keygen -l prints");
            }
        }
    }

    /**
     * As {@link KnownHosts}, but the key of a host that the file does not name is believed and added to the file, which
     * is made if need be. Whoever can pose as the host at the first connection is believed, too.
     */
    record AcceptNew(Path file) implements HostKeyPolicy {}
}
