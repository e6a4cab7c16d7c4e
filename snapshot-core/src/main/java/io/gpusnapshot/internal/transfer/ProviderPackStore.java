package io.gpusnapshot.internal.transfer;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/** Packs moved by the provider itself. */
public final class ProviderPackStore implements PackStore {
    private final StorageProvider provider;

    public ProviderPackStore(StorageProvider provider) {
        this.provider = provider;
    }

    @Override
    public StoredPack put(String key, ContentSource content) throws IOException {
        StorageReceipt receipt = provider.put(key, content, PutOptions.REPLACE);
        if (receipt.lengthBytes() != content.length()) {
            throw new DataIntegrityException(
                    key,
                    receipt.lengthBytes(),
                    provider + " confirms " + receipt.lengthBytes() + " bytes of " + key + ", but " + content.length()
                            + " were sent",
                    null);
        }
        return new StoredPack(key, content.length(), receipt.version());
    }

    @Override
    public ReadableByteChannel open(String key, ByteRange range) throws IOException {
        return provider.open(key, range);
    }
}
