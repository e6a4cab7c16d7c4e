package io.gpusnapshot.storage.b2;

import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviderFactory;
import java.io.IOException;
import java.util.Set;

/** Opens {@code b2://} stores with the application key that the environment holds. */
public final class B2StorageProviderFactory implements StorageProviderFactory {
    @Override
    public Set<String> providerIds() {
        return Set.of(StorageConfig.B2);
    }

    @Override
    public StorageProvider open(StorageConfig config) throws IOException {
        return B2StorageProvider.open(config, B2Credentials.fromEnvironment());
    }
}
