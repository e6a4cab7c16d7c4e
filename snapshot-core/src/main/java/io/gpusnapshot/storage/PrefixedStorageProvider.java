package io.gpusnapshot.storage;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Puts a prefix before every key, and takes it off what comes back. Errors name the full key. */
final class PrefixedStorageProvider implements StorageProvider {
    private final StorageProvider delegate;
    private final String prefix;

    PrefixedStorageProvider(StorageProvider delegate, String prefix) {
        this.delegate = delegate;
        this.prefix = ObjectKeys.require(prefix) + "/";
    }

    @Override
    public StorageReceipt put(String key, ContentSource content, PutOptions options) throws IOException {
        return delegate.put(full(key), content, options);
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        return delegate.open(full(key), range);
    }

    @Override
    public OpenedObject open(String key) throws IOException {
        return delegate.open(full(key));
    }

    @Override
    public Optional<StorageObject> stat(String key) throws IOException {
        return delegate.stat(full(key)).map(this::relative);
    }

    @Override
    public StoragePage list(ListOptions options) throws IOException {
        Optional<String> startAfter = options.startAfter().map(prefix::concat);
        StoragePage page = delegate.list(new ListOptions(prefix + options.prefix(), startAfter, options.limit()));
        return new StoragePage(
                page.objects().stream().map(this::relative).toList(),
                page.next().map(this::relative));
    }

    @Override
    public void delete(Collection<String> keys) throws IOException {
        List<String> full = new ArrayList<>(keys.size());
        for (String key : keys) {
            full.add(full(key));
        }
        delegate.delete(full);
    }

    @Override
    public Optional<GrantIssuer> grants() {
        return delegate.grants().map(issuer -> new PrefixedGrantIssuer(issuer, prefix));
    }

    @Override
    public StorageCapabilities capabilities() {
        return delegate.capabilities();
    }

    @Override
    public void close() throws IOException {
        delegate.close();
    }

    @Override
    public String toString() {
        return delegate + "/" + prefix;
    }

    private String full(String key) {
        return prefix + ObjectKeys.require(key);
    }

    private String relative(String key) {
        return key.substring(prefix.length());
    }

    private StorageObject relative(StorageObject object) {
        return new StorageObject(relative(object.key()), object.lengthBytes(), object.lastModified());
    }
}
