package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;

/** The connection that a request came by. */
interface Connection {
    void end(FaultEffect.Ending ending) throws IOException;
}
