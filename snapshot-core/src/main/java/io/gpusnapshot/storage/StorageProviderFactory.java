package io.gpusnapshot.storage;

import java.io.IOException;
import java.util.Set;

/**
 * Opens the stores of one module. Implementations are found by {@link java.util.ServiceLoader}: they are public, have a
 * public constructor without parameters, and are named in {@code
 * META-INF/services/io.gpusnapshot.storage.StorageProviderFactory}. Callers use {@link StorageProviders#open} instead.
 */
public interface StorageProviderFactory {
    /** Ids this factory serves, as in {@link StorageConfig#providerId()}. Constant, never empty. */
    Set<String> providerIds();

    /**
     * Opens a store. The provider's keys are relative to {@link StorageConfig#prefix()}: a factory either passes the
     * prefix on to its provider or wraps that by {@link StorageProviders#prefixed}; nobody else applies it. The caller
     * closes the provider.
     *
     * @param config its provider id is one of {@link #providerIds()}
     * @throws IllegalArgumentException if the configuration lacks something this store needs
     */
    StorageProvider open(StorageConfig config) throws IOException;
}
