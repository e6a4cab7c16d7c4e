package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** The contract in a real bucket, below a prefix of its own that is emptied afterwards. */
@Tag("live")
abstract class LiveBucketContract extends StorageProviderContract {
    private final String variable;
    private String prefix = "";

    /**
     * @param variable what names the bucket, as a storage URI; keys come from the usual variables
     */
    LiveBucketContract(String variable) {
        this.variable = variable;
    }

    private StorageProvider open() throws IOException {
        return StorageProviders.open(
                StorageConfig.parse(System.getenv(variable)).withPrefix(prefix));
    }

    @Override
    protected StorageProvider openEmpty() throws IOException {
        prefix = "gpu-snapshot-test/" + UUID.randomUUID();
        return open();
    }

    @Override
    protected int longestKey() {
        return ObjectKeys.MAX_LENGTH - prefix.length() - 1;
    }

    @Override
    protected int raceRounds() {
        return 2;
    }

    @AfterEach
    void empty() throws IOException {
        try (StorageProvider store = open()) {
            List<String> keys = new ArrayList<>();
            StorageProviders.listAll(store, "", object -> keys.add(object.key()));
            store.delete(keys);
        }
    }
}
