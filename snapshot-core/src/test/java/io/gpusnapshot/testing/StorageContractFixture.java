package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The store under test, its honest differences, and the calls that the contract is written in. */
abstract class StorageContractFixture {
    static final byte[] BYTES = TestContents.random(1, 10_000);

    private StorageProvider provider;

    /** Opens a store that holds nothing. It is closed after the test. */
    protected abstract StorageProvider openEmpty() throws IOException;

    /** Rounds of tests that look for a race; fewer where every call costs much. */
    protected int raceRounds() {
        return 10;
    }

    /** Length of the longest key; less than that of the SPI only for a view below a prefix. */
    protected int longestKey() {
        return ObjectKeys.MAX_LENGTH;
    }

    /** Whether an object {@code a} and an object {@code a/b} can be in the store together. */
    protected boolean allowsKeysBelowKeys() {
        return true;
    }

    /** The store under test. */
    protected final StorageProvider provider() {
        return provider;
    }

    @BeforeEach
    final void openStore() throws IOException {
        provider = openEmpty();
    }

    @AfterEach
    final void closeStore() throws IOException {
        assertThat(Thread.interrupted()).as("interrupted at the end").isFalse();
        provider.close();
    }

    final StorageReceipt put(String key, byte[] bytes) throws IOException {
        return StorageProviders.putBytes(provider, key, bytes, PutOptions.REPLACE);
    }

    final void putIfAbsent(String key, byte[] bytes) throws IOException {
        StorageProviders.putBytes(provider, key, bytes, PutOptions.IF_ABSENT);
    }

    final byte[] read(String key, long offset, long length) throws IOException {
        return TestContents.read(provider, key, new ByteRange(offset, length));
    }

    final void openAndClose(String key) throws IOException {
        provider.open(key, new ByteRange(0, 1)).close();
    }

    final void assertHolds(String key, byte[] bytes) throws IOException {
        assertThat(StorageProviders.readFully(provider, key, 1 << 20)).isEqualTo(bytes);
    }

    final List<String> keys(ListOptions first) throws IOException {
        List<String> keys = new ArrayList<>();
        ListOptions options = first;
        boolean more = true;
        while (more) {
            StoragePage page = provider.list(options);
            assertThat(page.objects()).hasSizeLessThanOrEqualTo(first.limit());
            page.objects().forEach(object -> keys.add(object.key()));
            more = page.next().isPresent();
            options = page.next().map(options::withStartAfter).orElse(options);
        }
        return keys;
    }

    static void assertDamaged(ThrowingCallable call) {
        assertThatExceptionOfType(DataIntegrityException.class).isThrownBy(call);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
