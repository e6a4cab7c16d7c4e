package io.gpusnapshot.storage;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.StorageRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.ServiceLoader;

/** Opens stores, and adds to {@link StorageProvider} the conveniences that its implementors are spared. */
public final class StorageProviders {
    private StorageProviders() {}

    /** Takes objects of a listing. */
    @FunctionalInterface
    public interface ObjectConsumer {
        /** Takes one object. A failure ends the listing and reaches its caller. */
        void accept(StorageObject object) throws IOException;
    }

    /**
     * Opens the store of a configuration by the {@link StorageProviderFactory} on the class path that serves it. The
     * caller closes the provider.
     *
     * @throws StorageRequestException if there is no such factory; the message names the artifact to add
     */
    public static StorageProvider open(StorageConfig config) throws IOException {
        ClassLoader loader = StorageProviders.class.getClassLoader();
        for (StorageProviderFactory factory : ServiceLoader.load(StorageProviderFactory.class, loader)) {
            if (factory.providerIds().contains(config.providerId())) {
                return factory.open(config);
            }
        }
        throw new StorageRequestException(
                config.providerId(),
                config.bucket(),
                "Cannot open " + config + ": nothing on the class path serves the storage provider \""
                        + config.providerId() + "\"; add the dependency " + artifactOf(config.providerId()),
                null);
    }

    private static String artifactOf(String providerId) {
        return switch (providerId) {
            case StorageConfig.FILE -> "io.gpusnapshot:snapshot-core";
            case StorageConfig.B2 -> "io.gpusnapshot:snapshot-storage-b2";
            default -> "io.gpusnapshot:snapshot-storage-s3";
        };
    }

    /**
     * A view of a store in which every key stands below a prefix. Closing the view closes the store.
     *
     * @param prefix a key in itself, to which {@code /} is added; empty returns the store as it is
     */
    public static StorageProvider prefixed(StorageProvider provider, String prefix) {
        return prefix.isEmpty() ? provider : new PrefixedStorageProvider(provider, prefix);
    }

    /**
     * Reads a whole object, which may be empty.
     *
     * @param maxBytes most bytes to accept; it bounds what a wrong or hostile object can make us allocate
     * @throws io.gpusnapshot.error.ObjectNotFoundException if there is no such object
     * @throws DataIntegrityException if the object is longer than {@code maxBytes}
     */
    public static byte[] readFully(StorageProvider provider, String key, int maxBytes) throws IOException {
        try (OpenedObject object = provider.open(key)) {
            if (object.lengthBytes() > maxBytes) {
                String excess =
                        " has " + object.lengthBytes() + " bytes, but at most " + maxBytes + " are expected of it";
                throw new DataIntegrityException(key, maxBytes, "\"" + key + "\" in " + provider + excess, null);
            }
            ByteBuffer target = ByteBuffer.allocate((int) object.lengthBytes());
            while (target.hasRemaining()) {
                if (object.content().read(target) < 0) {
                    String message = "\"" + key + "\" in " + provider + " ended after " + target.position() + " of "
                            + target.capacity() + " bytes";
                    throw new DataIntegrityException(key, target.position(), message, null);
                }
            }
            return target.array();
        }
    }

    /** Stores an array as an object; see {@link StorageProvider#put}. */
    public static StorageReceipt putBytes(StorageProvider provider, String key, byte[] bytes, PutOptions options)
            throws IOException {
        return provider.put(key, ContentSources.of(bytes), options);
    }

    /**
     * Passes all objects below a prefix, in byte order of their keys, page after page. The consumer may use the
     * provider, and may delete what it has been given.
     */
    public static void listAll(StorageProvider provider, String prefix, ObjectConsumer consumer) throws IOException {
        ListOptions options = ListOptions.ofPrefix(prefix);
        Optional<String> next;
        do {
            StoragePage page = provider.list(options);
            for (StorageObject object : page.objects()) {
                consumer.accept(object);
            }
            next = page.next();
            options = next.map(options::withStartAfter).orElse(options);
        } while (next.isPresent());
    }
}
