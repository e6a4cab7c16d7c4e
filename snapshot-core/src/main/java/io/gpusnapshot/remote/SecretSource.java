package io.gpusnapshot.remote;

import java.io.IOException;
import java.util.Arrays;

/** Where a password or passphrase comes from. It is asked each time one is needed, so nothing has to keep it. */
@FunctionalInterface
public interface SecretSource {
    /** The secret, in a new array that the caller overwrites after use. */
    char[] read() throws IOException;

    /** A secret at hand, of which a copy is kept in memory. */
    static SecretSource of(char[] secret) {
        char[] copy = Arrays.copyOf(secret, secret.length);
        return copy::clone;
    }
}
