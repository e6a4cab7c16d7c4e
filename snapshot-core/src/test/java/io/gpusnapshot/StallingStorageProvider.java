package io.gpusnapshot;

import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.ForwardingStorageProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.CountDownLatch;

/** Delivers so many bytes of packs, then says so on standard output and delivers no more. */
final class StallingStorageProvider extends ForwardingStorageProvider {
    private long remaining;

    StallingStorageProvider(StorageProvider delegate, long bytes) {
        super(delegate);
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
