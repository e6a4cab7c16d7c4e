package io.gpusnapshot.testing;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageCapabilities;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.Collection;
import java.util.Optional;

/** A store that passes every call on; a test double overrides what it is about. */
public abstract class ForwardingStorageProvider implements StorageProvider {
    protected final StorageProvider delegate;

    protected ForwardingStorageProvider(StorageProvider delegate) {
        this.delegate = delegate;
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        return delegate.put(key, content, options);
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        return delegate.open(key, range);
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        return delegate.stat(key);
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        return delegate.list(options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        delegate.delete(keys);
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return delegate.grants();
    }

    @Override
    public StorageCapabilities capabilities() {
        return delegate.capabilities();
    }

    @Override
    public void close() throws IOException {
        delegate.close();
    }
}
