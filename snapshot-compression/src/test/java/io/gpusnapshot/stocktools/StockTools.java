package io.gpusnapshot.stocktools;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;

/** Programs that every Linux distribution has packages of. */
final class StockTools {
    private StockTools() {}

    /** Skips the test, with the reason, where a tool is missing. */
    static void require(String... tools) throws IOException, InterruptedException {
        for (String tool : tools) {
            Process search = new ProcessBuilder("sh", "-c", "command -v " + tool).start();
            assumeTrue(search.waitFor() == 0, () -> tool + " is not installed");
        }
    }
}
