package io.gpusnapshot.storage.s3;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(
        named = WasabiLiveTest.STORE,
        matches = ".+",
        disabledReason =
                WasabiLiveTest.STORE + " is not set to a bucket for tests, such as wasabi://bucket?region=eu-central-1")
class WasabiLiveTest extends LiveBucketContract {
    static final String STORE = "LIVE_WASABI_STORE";

    WasabiLiveTest() {
        super(STORE);
    }
}
