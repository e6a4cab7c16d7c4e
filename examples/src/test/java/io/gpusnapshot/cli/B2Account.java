package io.gpusnapshot.cli;

import java.io.IOException;
import java.util.Map;

/** The account of an emulator, and a bucket in it. */
record B2Account(String endpoint, String keyId, String applicationKey) {
    private static final String BUCKET = "snapshots";

    /** What a command has to be told to keep snapshots there. */
    String store() {
        return "b2://" + BUCKET + "/team?endpoint=" + endpoint;
    }

    Map<String, String> environment() {
        return Map.of("B2_KEY_ID", keyId, "B2_APPLICATION_KEY", applicationKey);
    }

    void makeBucket() throws IOException, InterruptedException {
        B2Buckets.create(endpoint, keyId, applicationKey, BUCKET);
    }
}
