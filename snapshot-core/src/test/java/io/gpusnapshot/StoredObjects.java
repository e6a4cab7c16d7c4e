package io.gpusnapshot;

import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Looks at, and damages, what a repository has stored. */
final class StoredObjects {
    static final String PACKS = "packs/";
    static final String SNAPSHOTS = "snapshots/";
    static final String LEASES = "leases/";

    private static final int MAX_BYTES = 64 << 20;

    private StoredObjects() {}

    static List<String> keys(StorageProvider store, String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        StorageProviders.listAll(store, prefix, object -> keys.add(object.key()));
        return keys;
    }

    static byte[] read(StorageProvider store, String key) throws IOException {
        return StorageProviders.readFully(store, key, MAX_BYTES);
    }

    static void replace(StorageProvider store, String key, byte[] content) throws IOException {
        StorageProviders.putBytes(store, key, content, PutOptions.REPLACE);
    }

    /** Flips the bits of one byte. */
    static void flip(StorageProvider store, String key, int position, int bits) throws IOException {
        byte[] content = read(store, key);
        content[position] ^= (byte) bits;
        replace(store, key, content);
    }

    static void truncate(StorageProvider store, String key, int length) throws IOException {
        replace(store, key, Arrays.copyOf(read(store, key), length));
    }

    static void delete(StorageProvider store, String key) throws IOException {
        store.delete(List.of(key));
    }

    /** Puts everything that one store has into another. */
    static void copy(StorageProvider from, StorageProvider to) throws IOException {
        for (String key : keys(from, "")) {
            replace(to, key, read(from, key));
        }
    }
}
