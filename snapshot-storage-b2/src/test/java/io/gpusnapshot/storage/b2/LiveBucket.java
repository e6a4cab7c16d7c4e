package io.gpusnapshot.storage.b2;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A fresh prefix in a bucket of a real account, which the environment names. */
final class LiveBucket implements AutoCloseable {
    private static final String BUCKET = "B2_TEST_BUCKET";
    /** Where else to go than to Backblaze; may be missing. */
    private static final String ENDPOINT = "B2_TEST_ENDPOINT";

    private static final String FOLDER = "gpu-snapshot-tests/";

    private final String prefix = FOLDER + UUID.randomUUID();
    private final StorageProvider store;

    LiveBucket() throws IOException {
        store = open();
    }

    private StorageProvider open() throws IOException {
        StorageConfig config =
                StorageConfig.bucket(StorageConfig.B2, variable(BUCKET)).withPrefix(prefix);
        String endpoint = variable(ENDPOINT);
        return B2StorageProvider.open(
                endpoint.isEmpty() ? config : config.withEndpoint(endpoint), B2Credentials.fromEnvironment());
    }

    /** Skips the tests of the class that calls this, and says why, where the environment names no account. */
    static void require() {
        for (String name : List.of("B2_KEY_ID", "B2_APPLICATION_KEY", BUCKET)) {
            if (variable(name).isEmpty()) {
                System.err.println("Skipped: tests of a real bucket need " + name);
            }
            assumeFalse(variable(name).isEmpty(), "tests of a real bucket need " + name);
        }
    }

    private static String variable(String name) {
        return System.getenv().getOrDefault(name, "").strip();
    }

    StorageProvider store() {
        return store;
    }

    /** How much of each key the prefix takes. */
    int prefixLength() {
        return prefix.length() + 1;
    }

    /** Deletes everything below the prefix, also when the test has closed the store. */
    @Override
    public void close() throws IOException {
        store.close();
        try (StorageProvider fresh = open()) {
            List<String> keys = new ArrayList<>();
            StorageProviders.listAll(fresh, "", object -> keys.add(object.key()));
            fresh.delete(keys);
        }
    }
}
