/**
 * A folder as an object store, for tests, for network mounts and for people without an account. Start reading at {@code
 * LocalStorageProvider}; users get it from {@link io.gpusnapshot.storage.StorageProviders#open}.
 */
@NullMarked
package io.gpusnapshot.storage.local;

import org.jspecify.annotations.NullMarked;
