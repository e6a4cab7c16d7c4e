package io.gpusnapshot.internal.create;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Words for why an entry could not be read. */
final class Failures {
    private Failures() {}

    static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "cannot be read: permission denied";
        }
        if (failure instanceof NoSuchFileException) {
            return "vanished before it was read";
        }
        return "cannot be read: " + failure.getMessage();
    }
}
