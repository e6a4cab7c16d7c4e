package io.gpusnapshot.benchmarks.growth;

import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageCapabilities;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ReadableByteChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A store that has manifests in memory, and sends whoever wants packs to a {@link ContentServer}. Nobody writes packs. */
final class GeneratedStore implements StorageProvider {
    private final MemoryStorageProvider objects = new MemoryStorageProvider(Clock.systemUTC());
    private final URI server;

    GeneratedStore(URI server) {
        this.server = server;
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        return objects.put(key, content, options);
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        return objects.open(key, range);
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        return objects.stat(key);
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        return objects.list(options);
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        objects.delete(keys);
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return Optional.of(new Issuer(server));
    }

    @Override
    public StorageCapabilities capabilities() {
        return objects.capabilities();
    }

    @Override
    public void close() {
        objects.close();
    }

    /** Lets everybody read everything. */
    private record Issuer(URI server) implements GrantIssuer {
        @Override
        public String providerId() {
            return "generated";
        }

        @Override
        public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) {
            return keys.stream().map(key -> grantDownload(key, lifetime)).toList();
        }

        @Override
        public DownloadGrant grantDownload(String key, Duration lifetime) {
            String name =
                    key.substring(RepositoryLayout.packsOf(GeneratedManifest.ID).length());
            long number = Long.parseLong(name.substring(0, name.indexOf('.')));
            return new DownloadGrant(
                    key,
                    false,
                    server.resolve("/" + number),
                    Map.of(),
                    Instant.now().plus(lifetime));
        }

        @Override
        public UploadTicket openUpload(String key, long lengthBytes) {
            throw readOnly();
        }

        @Override
        public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) {
            throw readOnly();
        }

        @Override
        public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) {
            throw readOnly();
        }

        @Override
        public void abandonUpload(UploadTicket ticket) {
            throw readOnly();
        }

        @Override
        public int abandonUploads(String keyPrefix, Instant openedBefore) {
            return 0;
        }

        @Override
        public long minUploadBytes() {
            return 0;
        }

        private static UnsupportedOperationException readOnly() {
            return new UnsupportedOperationException("content that is generated is not stored");
        }
    }
}
