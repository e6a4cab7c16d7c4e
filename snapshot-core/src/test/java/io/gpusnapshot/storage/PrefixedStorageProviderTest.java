package io.gpusnapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.StorageProviderContract;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixedStorageProviderTest extends StorageProviderContract {
    private static final String PREFIX = "team/workspace";

    private final StorageProvider bucket = new MemoryStorageProvider(Clock.systemUTC());

    @Override
    protected StorageProvider openEmpty() throws IOException {
        // Neighbours on either side of the prefix that must never show.
        for (String key : List.of("a", "team/a", "team/workspace-2/a", "team/workspace.x", "team/workspacf", "z")) {
            StorageProviders.putBytes(bucket, key, new byte[1], PutOptions.REPLACE);
        }
        return StorageProviders.prefixed(bucket, PREFIX);
    }

    @Override
    protected int longestKey() {
        return ObjectKeys.MAX_LENGTH - PREFIX.length() - 1;
    }

    @Test
    void objectsStandBelowThePrefix() throws IOException {
        StorageProviders.putBytes(provider(), "packs/a", new byte[2], PutOptions.REPLACE);

        assertThat(bucket.stat("team/workspace/packs/a")).isPresent();
        assertThat(provider().toString()).endsWith("/team/workspace/");
    }

    @Test
    void anEmptyPrefixChangesNothing() {
        assertThat(StorageProviders.prefixed(bucket, "")).isSameAs(bucket);
    }

    @Test
    void aPrefixIsAKey() {
        for (String prefix : List.of("/", "a/", "/a", "..", ".uploads")) {
            assertThatIllegalArgumentException().isThrownBy(() -> StorageProviders.prefixed(bucket, prefix));
        }
    }
}
