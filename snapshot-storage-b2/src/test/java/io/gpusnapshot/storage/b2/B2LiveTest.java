package io.gpusnapshot.storage.b2;

import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The contract, kept by Backblaze. */
@Tag("live")
class B2LiveTest extends StorageProviderContract {
    @SuppressWarnings("NullAway.Init")
    private LiveBucket bucket;

    @BeforeAll
    static void findAccount() {
        LiveBucket.require();
    }

    @Override
    protected StorageProvider openEmpty() throws IOException {
        bucket = new LiveBucket();
        return bucket.store();
    }

    /** Every call is a request or two. */
    @Override
    protected int raceRounds() {
        return 2;
    }

    @Override
    protected int longestKey() {
        return ObjectKeys.MAX_LENGTH - bucket.prefixLength();
    }

    @AfterEach
    void clearBucket() throws IOException {
        bucket.close();
    }
}
