package io.gpusnapshot.storage;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Puts a prefix before the keys that grants are asked for, and takes it off the grants. */
final class PrefixedGrantIssuer implements GrantIssuer {
    private final GrantIssuer delegate;
    private final String prefix;

    PrefixedGrantIssuer(GrantIssuer delegate, String prefix) {
        this.delegate = delegate;
        this.prefix = prefix;
    }

    @Override
    public String providerId() {
        return delegate.providerId();
    }

    @Override
    public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) throws IOException {
        List<String> full = keys.stream().map(this::full).toList();
        return delegate.grantDownloads(full, lifetime).stream()
                .map(this::relative)
                .toList();
    }

    @Override
    public DownloadGrant grantDownload(String key, Duration lifetime) throws IOException {
        return relative(delegate.grantDownload(full(key), lifetime));
    }

    private DownloadGrant relative(DownloadGrant grant) {
        boolean isWider = grant.isPrefix() && grant.key().length() < prefix.length();
        DownloadGrant narrow = isWider ? withinPrefix(grant) : grant;
        return new DownloadGrant(
                narrow.key().substring(prefix.length()),
                narrow.isPrefix(),
                narrow.uri(),
                narrow.headers(),
                narrow.expiresAt());
    }

    /** The part that matters here of a grant for more than the prefix. */
    private DownloadGrant withinPrefix(DownloadGrant grant) {
        GrantedRequest all = grant.request(prefix);
        return new DownloadGrant(prefix, true, all.uri(), all.headers(), all.expiresAt());
    }

    @Override
    public UploadTicket openUpload(String key, long lengthBytes) throws IOException {
        return withKey(delegate.openUpload(full(key), lengthBytes), key);
    }

    @Override
    public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) throws IOException {
        return delegate.grantPart(withKey(ticket, full(ticket.key())), number, lifetime);
    }

    @Override
    public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) throws IOException {
        return delegate.completeUpload(withKey(ticket, full(ticket.key())), parts);
    }

    @Override
    public void abandonUpload(UploadTicket ticket) throws IOException {
        delegate.abandonUpload(withKey(ticket, full(ticket.key())));
    }

    @Override
    public int abandonUploads(String keyPrefix, Instant openedBefore) throws IOException {
        return delegate.abandonUploads(prefix + keyPrefix, openedBefore);
    }

    @Override
    public long minUploadBytes() {
        return delegate.minUploadBytes();
    }

    private String full(String key) {
        return prefix + ObjectKeys.require(key);
    }

    private static UploadTicket withKey(UploadTicket ticket, String key) {
        return new UploadTicket(key, ticket.uploadId(), ticket.lengthBytes(), ticket.parts());
    }
}
