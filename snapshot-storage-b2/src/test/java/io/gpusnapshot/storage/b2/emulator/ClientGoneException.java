package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;

/** The connection ended, by the client's doing or on demand: there is nobody to answer. */
final class ClientGoneException extends IOException {
    ClientGoneException(String message) {
        super(message);
    }

    ClientGoneException(String message, IOException cause) {
        super(message, cause);
    }
}
