package io.gpusnapshot.storage.s3;

import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.s3.server.S3Server;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

/** An empty bucket of a server, and providers that do not wait between their attempts. */
record ServedBucket(S3Server server, String name) {
    static ServedBucket create(S3Server server) {
        ServedBucket bucket = new ServedBucket(server, "b-" + UUID.randomUUID());
        server.createBucket(bucket.name());
        return bucket;
    }

    static ServedBucket createVersioned(S3Server server) {
        ServedBucket bucket = new ServedBucket(server, "v-" + UUID.randomUUID());
        server.createVersionedBucket(bucket.name());
        return bucket;
    }

    static S3Credentials credentials() {
        return S3Credentials.of(S3Server.ACCESS_KEY_ID, S3Server.SECRET_ACCESS_KEY);
    }

    StorageConfig config() {
        return StorageConfig.bucket(StorageConfig.S3, name)
                .withEndpoint(server.endpoint().toString());
    }

    /** As a store that is known to heed conditions, which this server does. */
    StorageProvider open() throws IOException {
        return open("");
    }

    StorageProvider open(String prefix) throws IOException {
        return open(S3Location.of(config()).withConditionalPuts(true), prefix, credentials());
    }

    static StorageProvider open(S3Location location, String prefix, S3Credentials credentials) throws IOException {
        return S3StorageProvider.open(location, prefix, credentials, Clock.systemUTC(), S3Retries.IMMEDIATE);
    }
}
