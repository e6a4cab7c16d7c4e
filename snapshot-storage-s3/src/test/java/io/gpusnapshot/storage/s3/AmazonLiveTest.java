package io.gpusnapshot.storage.s3;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(
        named = AmazonLiveTest.STORE,
        matches = ".+",
        disabledReason =
                AmazonLiveTest.STORE + " is not set to a bucket for tests, such as s3://bucket?region=eu-central-1")
class AmazonLiveTest extends LiveBucketContract {
    static final String STORE = "LIVE_S3_STORE";

    AmazonLiveTest() {
        super(STORE);
    }
}
