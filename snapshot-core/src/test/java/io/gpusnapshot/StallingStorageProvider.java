package io.gpusnapshot;

import io.gpusnapshot.internal.format.RepositoryLayout;
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
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Delivers so many bytes of packs, then says so on standard output and delivers no more. */
final class StallingStorageProvider implements StorageProvider {
    private final StorageProvider delegate;
    private long remaining;

    StallingStorageProvider(StorageProvider delegate, long bytes) {
        this.delegate = delegate;
        this.remaining = bytes;
    }

    private synchronized int take(int wanted) throws IOException {
        if (remaining == 0) {
            System.out.println(ForkedService.STANDS_STILL);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
        }
        int granted = (int) Math.min(wanted, remaining);
        remaining -= granted;
        return granted;
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        ReadableByteChannel body = delegate.open(key, range);
        return key.startsWith(RepositoryLayout.PACKS) ? new StallingBody(body) : body;
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

    private final class StallingBody implements ReadableByteChannel {
        private final ReadableByteChannel body;

        StallingBody(ReadableByteChannel body) {
            this.body = body;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int granted = take(target.remaining());
            ByteBuffer part = target.slice(target.position(), granted);
            int count = body.read(part);
            target.position(target.position() + part.position());
            return count;
        }

        @Override
        public boolean isOpen() {
            return body.isOpen();
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
