package io.gpusnapshot.storage.b2.emulator;

import java.nio.file.Path;

/**
 * A request's body after it was received.
 *
 * @param file holds the bytes; whoever has this moves it to its place
 * @param sha1 of the bytes, forty digits
 * @param verified whether the client named the same digest
 */
record Body(Path file, long length, String sha1, boolean verified) {
    /** The digest as B2 reports it for a file. */
    String reportedSha1() {
        return verified ? sha1 : "unverified:" + sha1;
    }
}
