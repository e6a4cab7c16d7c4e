package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;

/** Carries out one operation. */
interface Handler {
    Reply handle(Call call) throws ApiException, IOException;
}
