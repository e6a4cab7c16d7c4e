package io.gpusnapshot.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class MemoryStorageProviderTest extends StorageProviderContract {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Override
    protected StorageProvider openEmpty() {
        return new MemoryStorageProvider(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void objectsAreDatedByTheGivenClock() throws IOException {
        StorageProviders.putBytes(provider(), "a", new byte[3], PutOptions.REPLACE);

        assertThat(provider().stat("a")).contains(new StorageObject("a", 3, NOW));
    }
}
