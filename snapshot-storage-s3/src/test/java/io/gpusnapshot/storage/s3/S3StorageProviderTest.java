package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.s3.server.S3Server;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3StorageProviderTest extends StorageProviderContract {
    @SuppressWarnings("NullAway.Init")
    private static S3Server server;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @Override
    protected StorageProvider openEmpty() throws IOException {
        return ServedBucket.create(server).open();
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
