package io.gpusnapshot.storage.b2.emulatortest;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.testing.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fresh emulator for each test, with parts of at least ten bytes. A test that hangs fails in the end. */
@Timeout(60)
abstract class RunningEmulator {
    static final int MINIMUM_PART_BYTES = 10;

    Path root;
    final FakeClock clock = new FakeClock();
    B2Emulator emulator;
    RawClient client;

    @BeforeEach
    void startEmulator(@TempDir Path folder) throws IOException, InterruptedException {
        root = folder;
        emulator = start().start();
        client = RawClient.master(emulator);
    }

    @AfterEach
    void closeEmulator() throws IOException {
        emulator.close();
    }

    B2Emulator.Builder start() {
        return B2Emulator.builder().root(root).clock(clock).minimumPartSizeBytes(MINIMUM_PART_BYTES);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
