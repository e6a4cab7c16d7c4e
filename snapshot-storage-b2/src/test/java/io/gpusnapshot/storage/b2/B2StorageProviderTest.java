package io.gpusnapshot.storage.b2;

import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class B2StorageProviderTest extends StorageProviderContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @Override
    protected StorageProvider openEmpty() throws IOException {
        bucket = new EmulatedBucket(folder);
        return bucket.open();
    }

    /** Every call is a request or two. */
    @Override
    protected int raceRounds() {
        return 2;
    }

    @AfterEach
    void closeBucket() throws IOException {
        bucket.close();
    }
}
