package io.gpusnapshot;

import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantIssuer;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import io.gpusnapshot.storage.UploadTicket;
import io.gpusnapshot.storage.UploadedPart;
import io.gpusnapshot.testing.ForwardingStorageProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store that keeps a copy of every grant, as a hostile host would. */
final class RecordingStore extends ForwardingStorageProvider {
    final List<DownloadGrant> downloads = new CopyOnWriteArrayList<>();
    final List<GrantedRequest> parts = new CopyOnWriteArrayList<>();

    RecordingStore(StorageProvider delegate) {
        super(delegate);
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return super.grants().map(RecordingIssuer::new);
    }

    private final class RecordingIssuer implements GrantIssuer {
        private final GrantIssuer issuer;

        RecordingIssuer(GrantIssuer issuer) {
            this.issuer = issuer;
        }

        @Override
        public String providerId() {
            return issuer.providerId();
        }

        @Override
        public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) throws IOException {
            List<DownloadGrant> grants = issuer.grantDownloads(keys, lifetime);
            downloads.addAll(grants);
            return grants;
        }

        @Override
        public DownloadGrant grantDownload(String key, Duration lifetime) throws IOException {
            DownloadGrant grant = issuer.grantDownload(key, lifetime);
            downloads.add(grant);
            return grant;
        }

        @Override
        public UploadTicket openUpload(String key, long lengthBytes) throws IOException {
            return issuer.openUpload(key, lengthBytes);
        }

        @Override
        public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) throws IOException {
            GrantedRequest request = issuer.grantPart(ticket, number, lifetime);
            parts.add(request);
            return request;
        }

        @Override
        public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> sent) throws IOException {
            return issuer.completeUpload(ticket, sent);
        }

        @Override
        public void abandonUpload(UploadTicket ticket) throws IOException {
            issuer.abandonUpload(ticket);
        }

        @Override
        public int abandonUploads(String keyPrefix, Instant openedBefore) throws IOException {
            return issuer.abandonUploads(keyPrefix, openedBefore);
        }

        @Override
        public long minUploadBytes() {
            return issuer.minUploadBytes();
        }
    }
}
