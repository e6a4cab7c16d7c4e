package io.gpusnapshot.storage.b2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A caller's content that fails is the caller's matter, and no reason to call Backblaze again. */
class B2UnreadableContentTest {
    private static final int LENGTH = 100_000;
    private static final IOException BROKEN = new IOException("disk");

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    /** Counts how often it is opened. */
    private record CountedSource(ContentSource content, AtomicInteger opened) implements ContentSource {
        @Override
        public long length() {
            return LENGTH;
        }

        @Override
        public ReadableByteChannel open(long offset) throws IOException {
            opened.incrementAndGet();
            return content.open(offset);
        }
    }

    private static void requireOneAttempt(Path folder, ContentSource content) throws IOException {
        CountedSource counted = new CountedSource(content, new AtomicInteger());
        try (EmulatedBucket bucket = new EmulatedBucket(folder);
                StorageProvider store = bucket.open()) {
            assertThatThrownBy(() -> store.put("object", counted, PutOptions.REPLACE))
                    .isSameAs(BROKEN);
            assertThat(counted.opened()).hasValue(1);
            assertThat(bucket.emulator.traffic().calls(Operation.GET_UPLOAD_URL))
                    .isLessThanOrEqualTo(1);
            assertThat(store.stat("object")).isEmpty();
        }
    }

    @Test
    void contentThatBreaksOffIsSentOnce(@TempDir Path folder) throws IOException {
        requireOneAttempt(folder, TestContents.failingAt(LENGTH / 2, random.nextBytes(LENGTH), BROKEN));
    }

    @Test
    void contentThatCannotBeOpenedIsOpenedOnce(@TempDir Path folder) throws IOException {
        requireOneAttempt(folder, new ContentSource() {
            @Override
            public long length() {
                return LENGTH;
            }

            @Override
            public ReadableByteChannel open(long offset) throws IOException {
                throw BROKEN;
            }
        });
    }
}
