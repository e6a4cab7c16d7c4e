package io.gpusnapshot.internal.posix;

import java.io.IOException;
import java.util.Optional;

/**
 * What {@code lstat} says of one entry of a directory.
 *
 * @param attributes empty if it failed
 * @param failure empty if it did not
 */
public record ExaminedEntry(Optional<UnixAttributes> attributes, Optional<IOException> failure) {
    static ExaminedEntry of(UnixAttributes attributes) {
        return new ExaminedEntry(Optional.of(attributes), Optional.empty());
    }

    static ExaminedEntry of(IOException failure) {
        return new ExaminedEntry(Optional.empty(), Optional.of(failure));
    }

    /**
     * The attributes.
     *
     * @throws IOException if there are none
     */
    public UnixAttributes orThrow() throws IOException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        return attributes.orElseThrow();
    }
}
