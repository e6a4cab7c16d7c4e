package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, in a store that takes no notice of conditions, and of which nothing is known before. */
class S3HeedlessStoreTest extends StorageProviderContract {
    @SuppressWarnings("NullAway.Init")
    private static S3Server server;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start(HeedlessBlobs::new);
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @Override
    protected StorageProvider openEmpty() throws IOException {
        ServedBucket bucket = ServedBucket.create(server);
        return ServedBucket.open(S3Location.of(bucket.config()), "", ServedBucket.credentials());
    }

    /** The server keeps keys as paths. */
    @Override
    protected boolean allowsKeysBelowKeys() {
        return false;
    }

    /** Every call is a request or two. */
    @Override
    protected int raceRounds() {
        return 2;
    }
}
