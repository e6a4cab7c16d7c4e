package io.gpusnapshot.remote;

import java.nio.file.Path;
import java.util.Optional;

/** How to prove who we are. Immutable; no {@code toString} shows a secret. */
public sealed interface Authentication {
    /**
     * A private key in a file, in OpenSSH's format or as PEM: Ed25519, ECDSA or RSA.
     *
     * @param passphrase where the file's passphrase comes from, if it has one
     */
    record Identity(Path file, Optional<SecretSource> passphrase) implements Authentication {
        @Override
        public String toString() {
            return "identity " + file;
        }
    }

    /**
     * A password.
     *
     * @param source where it comes from
     */
    record Password(SecretSource source) implements Authentication {
        @Override
        public String toString() {
            return "password";
        }
    }

    /**
     * Keys that an agent holds.
     *
     * @param socket the agent's Unix socket, which is what {@code SSH_AUTH_SOCK} names
     */
    record Agent(Path socket) implements Authentication {
        @Override
        public String toString() {
            return "agent at " + socket;
        }
    }
}
