package io.gpusnapshot;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.testing.FaultyStorageProvider.Operation;
import io.gpusnapshot.testing.ForwardingStorageProvider;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.Collection;
import java.util.Optional;

/** A store that tells of every call before it makes it, on the calling thread, so that a test can act at that moment. */
final class ObservedStorage extends ForwardingStorageProvider {
    private volatile CallObserver observer = (operation, key) -> {};

    /** Is told of a call; what it throws the call throws. */
    @FunctionalInterface
    interface CallObserver {
        /**
         * @param key the key, or the prefix of a listing; keys of a deletion come one by one
         */
        void before(Operation operation, String key) throws IOException;
    }

    ObservedStorage(StorageProvider delegate) {
        super(delegate);
    }

    void observe(CallObserver newObserver) {
        observer = newObserver;
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        observer.before(Operation.PUT, key);
        return delegate.put(key, content, options);
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        observer.before(Operation.OPEN, key);
        return delegate.open(key, range);
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        observer.before(Operation.STAT, key);
        return delegate.stat(key);
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        observer.before(Operation.LIST, options.prefix());
        return delegate.list(options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        for (String key : keys) {
            observer.before(Operation.DELETE, key);
        }
        delegate.delete(keys);
    }

    @Override
    public String toString() {
        return "observed " + delegate;
    }
}
