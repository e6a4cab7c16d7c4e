package io.gpusnapshot.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class PackStoresTest {
    @Test
    void withoutGrantsPacksGoByTheProvider() {
        try (PackStores stores = new PackStores(
                        new MemoryStorageProvider(Clock.systemUTC()),
                        2,
                        new TransferLimits(1, 50, 1),
                        Clock.systemUTC());
                PackStores.Session session = stores.open()) {
            assertThat(session.store()).isInstanceOf(ProviderPackStore.class);
            assertThat(session.store().maxReaders()).isLessThanOrEqualTo(2);
        }
    }
}
