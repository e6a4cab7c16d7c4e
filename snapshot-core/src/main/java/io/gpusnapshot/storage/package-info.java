/**
 * The storage SPI: what a repository needs from an object store. Start reading at
 * {@link io.gpusnapshot.storage.StorageProvider}; a new provider is done when its subclass of {@code
 * StorageProviderContract} (core's test jar) is green. Users start at {@link io.gpusnapshot.storage.StorageConfig} and
 * {@link io.gpusnapshot.storage.StorageProviders}.
 */
@NullMarked
package io.gpusnapshot.storage;

import org.jspecify.annotations.NullMarked;
