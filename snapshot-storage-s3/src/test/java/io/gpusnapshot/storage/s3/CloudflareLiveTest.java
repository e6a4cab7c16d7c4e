package io.gpusnapshot.storage.s3;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(
        named = CloudflareLiveTest.STORE,
        matches = ".+",
        disabledReason = CloudflareLiveTest.STORE + " is not set to a bucket for tests, such as r2://bucket")
class CloudflareLiveTest extends LiveBucketContract {
    static final String STORE = "LIVE_R2_STORE";

    CloudflareLiveTest() {
        super(STORE);
    }
}
