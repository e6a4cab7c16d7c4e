package io.gpusnapshot.storage.local;

import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviderFactory;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;

/** Opens folders. Callers use {@link io.gpusnapshot.storage.StorageProviders#open}. */
public final class LocalStorageProviderFactory implements StorageProviderFactory {
    @Override
    public Set<String> providerIds() {
        return Set.of(StorageConfig.FILE);
    }

    @Override
    public StorageProvider open(StorageConfig config) throws IOException {
        return new LocalStorageProvider(config.folder().orElseThrow(), Clock.systemUTC(), true);
    }
}
