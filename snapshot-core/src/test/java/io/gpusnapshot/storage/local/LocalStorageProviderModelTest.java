package io.gpusnapshot.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.memory.MemoryStorageProvider;
import io.gpusnapshot.testing.TestContents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same random operations on a folder and on the model; every answer must be the same. */
class LocalStorageProviderModelTest {
    private static final int STEPS = 1_000;
    private static final List<String> SEGMENTS = List.of("a", "b", "a-b", "a.b", "a0", "Z", "_");

    private final long seed = Long.getLong("snapshot.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final StorageProvider model = new MemoryStorageProvider(Clock.systemUTC());

    @Test
    void aFolderAnswersLikeTheModel(@TempDir Path folder) throws IOException {
        try (StorageProvider local = new LocalStorageProvider(folder, Clock.systemUTC(), true)) {
            for (int step = 0; step < STEPS; step++) {
                Operation operation = next();
                assertThat(answer(operation, local))
                        .as("step %d: %s; replay with -Dsnapshot.seed=%d", step, operation, seed)
                        .isEqualTo(answer(operation, model));
            }
        }
    }

    @FunctionalInterface
    private interface Call {
        String on(StorageProvider provider) throws IOException;
    }

    private record Operation(String name, Call call) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What an operation returned or how it failed, as a text that does not depend on the provider. */
    private static String answer(Operation operation, StorageProvider provider) {
        try {
            return operation.call().on(provider);
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    private Operation next() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> put(PutOptions.REPLACE);
            case 2 -> put(PutOptions.IF_ABSENT);
            case 3 -> delete();
            case 4 -> open();
            case 5 -> stat();
            default -> list();
        };
    }

    private Operation put(PutOptions options) {
        String key = key();
        byte[] bytes = TestContents.random(random.nextLong(), random.nextInt(3_000));
        return new Operation(
                "put " + key + " " + options,
                provider ->
                        StorageProviders.putBytes(provider, key, bytes, options).toString());
    }

    private Operation delete() {
        List<String> keys = List.of(key(), key(), key());
        return new Operation("delete " + keys, provider -> {
            provider.delete(keys);
            return "deleted";
        });
    }

    private Operation open() {
        String key = key();
        ByteRange range = new ByteRange(random.nextInt(2_000), 1 + random.nextInt(2_000));
        return new Operation(
                "open " + key + " " + range,
                provider -> Integer.toString(Arrays.hashCode(TestContents.read(provider, key, range))));
    }

    private Operation stat() {
        String key = key();
        return new Operation(
                "stat " + key,
                provider -> provider.stat(key)
                        .map(LocalStorageProviderModelTest::describe)
                        .orElse("absent"));
    }

    private Operation list() {
        String prefix = part(key());
        Optional<String> after = random.nextBoolean() ? Optional.of(part(key())) : Optional.empty();
        ListOptions options = new ListOptions(prefix, after, 1 + random.nextInt(10));
        return new Operation(options.toString(), provider -> {
            StoragePage page = provider.list(options);
            return page.objects().stream()
                            .map(LocalStorageProviderModelTest::describe)
                            .toList()
                    + " then " + page.next();
        });
    }

    /** Dates are left out: the two stores have clocks of their own. */
    private static String describe(StorageObject object) {
        return object.key() + ":" + object.lengthBytes();
    }

    /** Last segments end in a letter that no other has, so that no key is the folder of another. */
    private String key() {
        StringBuilder key = new StringBuilder();
        for (int depth = random.nextInt(3); depth > 0; depth--) {
            key.append(segment()).append('/');
        }
        return key + segment() + "x";
    }

    private String segment() {
        return SEGMENTS.get(random.nextInt(SEGMENTS.size()));
    }

    private String part(String key) {
        return key.substring(0, random.nextInt(key.length() + 1));
    }
}
