package io.gpusnapshot;

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

/** Lets a test act, or fail, when an object is opened. */
final class NoticingStorageProvider implements StorageProvider {
    private final StorageProvider delegate;
    private final Observer observer;

    /** Is told of every open before it happens; what it throws is what the open throws. */
    @FunctionalInterface
    interface Observer {
        void opening(String key) throws IOException;
    }

    NoticingStorageProvider(StorageProvider delegate, Observer observer) {
        this.delegate = delegate;
        this.observer = observer;
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        synchronized (observer) {
            observer.opening(key);
        }
        return delegate.open(key, range);
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        return delegate.put(key, content, options);
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
