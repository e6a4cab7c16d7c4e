package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against an S3 server that shares no code with the other one. */
class S3ContainerTest extends StorageProviderContract {
    @SuppressWarnings("NullAway.Init")
    private static ContainerServer server;

    @BeforeAll
    static void startServer() {
        server = ContainerServer.start();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected StorageProvider openEmpty() throws IOException {
        return ServedBucket.open(server.createBucket().withConditionalPuts(true), "", ServedBucket.credentials());
    }

    /** The server keeps keys as paths. */
    @Override
    protected boolean allowsKeysBelowKeys() {
        return false;
    }

    @Override
    protected int raceRounds() {
        return 2;
    }
}
