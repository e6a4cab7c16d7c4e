package io.gpusnapshot.storage.local;

import io.gpusnapshot.storage.StorageProvider;
import java.io.IOException;
import java.time.Clock;

/** The way of file systems that have no hard links: FAT, and some network mounts. */
class LocalStorageProviderWithoutHardLinksTest extends LocalStorageProviderTest {
    @Override
    protected StorageProvider openEmpty() throws IOException {
        return new LocalStorageProvider(folder.resolve("store"), Clock.systemUTC(), false);
    }
}
