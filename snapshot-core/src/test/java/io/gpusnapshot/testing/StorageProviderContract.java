package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StoragePage;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link StorageProvider} must do. A subclass opens a fresh, empty store; what a store honestly cannot do is
 * told by {@link StorageProvider#capabilities()} and by the protected methods here, and skips the tests concerned.
 */
public abstract class StorageProviderContract {
    private static final int THREADS = 8;
    private static final byte[] BYTES = TestContents.random(1, 10_000);

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

    protected StorageProviderContract() {}

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

    @Test
    void putIsReadBackWhole() throws IOException {
        StorageReceipt receipt = put("packs/one.pack", BYTES);

        assertThat(receipt.lengthBytes()).isEqualTo(BYTES.length);
        assertThat(read("packs/one.pack", 0, BYTES.length)).isEqualTo(BYTES);
        assertThat(StorageProviders.readFully(provider, "packs/one.pack", BYTES.length))
                .isEqualTo(BYTES);
    }

    @Test
    void rangesAreExact() throws IOException {
        put("object", BYTES);

        assertThat(read("object", 0, 1)).containsExactly(BYTES[0]);
        assertThat(read("object", 9_999, 1)).containsExactly(BYTES[9_999]);
        assertThat(read("object", 1_234, 5_678)).isEqualTo(Arrays.copyOfRange(BYTES, 1_234, 6_912));
        assertThat(read("object", 1, 9_999)).isEqualTo(Arrays.copyOfRange(BYTES, 1, 10_000));
    }

    @Test
    void rangesPastTheEndFail() throws IOException {
        put("object", BYTES);
        put("empty", new byte[0]);

        assertDamaged(() -> read("object", 9_999, 2));
        assertDamaged(() -> read("object", 10_000, 1));
        assertDamaged(() -> read("object", Long.MAX_VALUE - 1, 1));
        assertDamaged(() -> read("empty", 0, 1));
    }

    @Test
    void readsIntoDirectAndHeapBuffersLeaveTheirLimitsAlone() throws IOException {
        put("object", BYTES);
        for (ByteBuffer buffer : List.of(ByteBuffer.allocateDirect(20_000), ByteBuffer.allocate(20_000))) {
            try (ReadableByteChannel channel = provider.open("object", new ByteRange(100, 200))) {
                buffer.position(7);
                while (channel.read(buffer) >= 0) {
                    assertThat(buffer.limit()).isEqualTo(20_000);
                }
                assertThat(channel.isOpen()).isTrue();
            }
            assertThat(buffer.position()).isEqualTo(207);
            assertThat(buffer.slice(7, 200)).isEqualTo(ByteBuffer.wrap(BYTES, 100, 200));
        }
    }

    @Test
    void missingObjectsFailAtOpenAndHaveNoStat() throws IOException {
        put("packs/one.pack", BYTES);

        for (String key : List.of("absent", "packs", "packs/one", "packs/one.pack2", "packs/one.pack/below")) {
            assertThat(provider.stat(key)).isEmpty();
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> openAndClose(key))
                    .withMessageContaining(key)
                    .satisfies(e -> assertThat(e.key()).endsWith(key));
        }
    }

    @Test
    void statTellsLengthAndTime() throws IOException {
        put("a/b/c", BYTES);

        StorageObject object = provider.stat("a/b/c").orElseThrow();
        assertThat(object.key()).isEqualTo("a/b/c");
        assertThat(object.lengthBytes()).isEqualTo(BYTES.length);
        assertThat(provider.stat("a/b/c")).contains(object);
        assertThat(provider.list(ListOptions.ofPrefix("")).objects()).containsExactly(object);
    }

    @Test
    void putReplaces() throws IOException {
        put("object", BYTES);
        put("object", text("second"));

        assertHolds("object", text("second"));
        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("object");
    }

    @Test
    void putIfAbsentLeavesTheFirstObject() throws IOException {
        putIfAbsent("object", text("first"));

        assertThatExceptionOfType(PreconditionFailedException.class)
                .isThrownBy(() -> putIfAbsent("object", text("second")))
                .withMessageContaining("object");
        assertHolds("object", text("first"));
    }

    @Test
    void putIfAbsentWorksAfterDelete() throws IOException {
        putIfAbsent("object", text("first"));
        provider.delete(List.of("object"));
        putIfAbsent("object", text("second"));

        assertHolds("object", text("second"));
    }

    @Test
    void concurrentPutsIfAbsentHaveExactlyOneWinner() throws Exception {
        assumeTrue(provider.capabilities().atomicIfAbsent(), "this store checks before it puts, which is not atomic");
        for (int round = 0; round < raceRounds(); round++) {
            String key = "race/" + round + "/object";
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Boolean> won = inThreads(thread -> {
                start.await();
                return wins(key, thread);
            });
            assertThat(won).containsOnlyOnce(true);
            assertHolds(key, text("writer " + won.indexOf(true)));
        }
    }

    private boolean wins(String key, int thread) throws IOException {
        try {
            putIfAbsent(key, text("writer " + thread));
            return true;
        } catch (PreconditionFailedException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9_999, 10_001, 3_000_000})
    void contentOfAnotherLengthThanItClaimsIsRefused(long claimed) throws IOException {
        put("former", text("former"));

        for (PutOptions options : List.of(PutOptions.REPLACE, PutOptions.IF_ABSENT)) {
            assertDamaged(() -> provider.put("fresh", TestContents.claiming(claimed, BYTES), options));
        }
        assertDamaged(() -> provider.put("former", TestContents.claiming(claimed, BYTES), PutOptions.REPLACE));
        assertOnlyFormer();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5_000, 9_999})
    void contentThatFailsOnTheWayLeavesTheFormerObjectOrNone(int position) throws IOException {
        put("former", text("former"));
        ContentSource broken = TestContents.failingAt(position, BYTES, new IOException("broken source"));

        assertThatIOException()
                .isThrownBy(() -> provider.put("fresh", broken, PutOptions.IF_ABSENT))
                .satisfies(e -> assertThat(e).hasStackTraceContaining("broken source"));
        assertThatIOException()
                .isThrownBy(() -> provider.put("former", broken, PutOptions.REPLACE))
                .satisfies(e -> assertThat(e).hasStackTraceContaining("broken source"));
        assertOnlyFormer();
    }

    private void assertOnlyFormer() throws IOException {
        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("former");
        assertHolds("former", text("former"));
    }

    @Test
    void emptyObjectsAreObjects() throws IOException {
        put("empty", new byte[0]);

        assertThat(provider.stat("empty").map(StorageObject::lengthBytes)).contains(0L);
        assertThat(StorageProviders.readFully(provider, "empty", 0)).isEmpty();
        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("empty");
    }

    @Test
    void largeObjectsFromSeveralDirectBuffersAreReadBack() throws IOException {
        byte[] bytes = TestContents.random(2, 20 << 20);
        int cut = (7 << 20) + 1;
        ByteBuffer head = ByteBuffer.allocateDirect(cut).put(bytes, 0, cut).flip();
        ByteBuffer tail = ByteBuffer.allocateDirect(bytes.length - cut)
                .put(bytes, cut, bytes.length - cut)
                .flip();
        provider.put("large", ContentSources.of(head, tail), PutOptions.REPLACE);

        assertThat(read("large", 0, bytes.length)).isEqualTo(bytes);
        assertThat(read("large", cut - 10, 20)).isEqualTo(Arrays.copyOfRange(bytes, cut - 10, cut + 10));
    }

    @Test
    void listsInByteOrderOfTheWholeKey() throws IOException {
        List<String> keys = List.of(
                "B",
                "a-/x",
                "a-b",
                "a-b.c/d",
                "a.b",
                "a/b",
                "a/b-/c",
                "a0",
                "a0-x/y/z",
                "aB",
                "a_/b",
                "aa",
                "b/a/c",
                "b/b");
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, new Random(3));
        for (String key : shuffled) {
            put(key, text(key));
        }
        assertThat(keys(ListOptions.ofPrefix(""))).isEqualTo(keys);
        for (String prefix : List.of("a", "a-", "a/", "a/b", "a0", "b/", "b/a/c", "b/a/c/", "c", "../", "/", "a//b")) {
            List<String> below =
                    keys.stream().filter(key -> key.startsWith(prefix)).toList();
            assertThat(keys(ListOptions.ofPrefix(prefix)))
                    .as("prefix %s", prefix)
                    .isEqualTo(below);
            assertThat(keys(new ListOptions(prefix, Optional.empty(), 1))).isEqualTo(below);
        }
    }

    @Test
    void listsAfterAnyKeyWhetherItExistsOrNot() throws IOException {
        TreeSet<String> keys = new TreeSet<>(List.of("a-b", "a/b", "a/c/d", "a/c/e", "a0", "b"));
        for (String key : keys) {
            put(key, text(key));
        }
        for (String after :
                List.of("A", "a", "a-b", "a-c", "a/", "a/b", "a/c", "a/c/d", "a/c/z", "a/z", "a0", "b", "c")) {
            ListOptions options = ListOptions.ofPrefix("").withStartAfter(after);
            assertThat(keys(options)).as("after %s", after).containsExactlyElementsOf(keys.tailSet(after, false));
            assertThat(keys(new ListOptions("a/", Optional.of(after), 2)))
                    .as("below a/ after %s", after)
                    .isEqualTo(keys.tailSet(after, false).stream()
                            .filter(key -> key.startsWith("a/"))
                            .toList());
        }
    }

    @Test
    void pagesHoldAtMostTheLimitAndEveryKeyOnce() throws IOException {
        List<String> keys = IntStream.range(0, 25)
                .mapToObj(i -> "k/%02d/%d".formatted(i / 4, i))
                .sorted()
                .toList();
        for (String key : keys) {
            put(key, text(key));
        }
        for (int limit : List.of(1, 4, 5, 24, 25, 26, ListOptions.MAX_LIMIT)) {
            assertThat(keys(new ListOptions("k/", Optional.empty(), limit))).isEqualTo(keys);
        }
        List<String> all = new ArrayList<>();
        StorageProviders.listAll(provider, "k/", object -> all.add(object.key()));
        assertThat(all).isEqualTo(keys);
    }

    @Test
    void anEmptyStoreHasOneEmptyPage() throws IOException {
        assertThat(provider.list(ListOptions.ofPrefix(""))).isEqualTo(new StoragePage(List.of(), Optional.empty()));
        assertThat(provider.list(ListOptions.ofPrefix("a/b"))).isEqualTo(new StoragePage(List.of(), Optional.empty()));
    }

    @Test
    void deletedObjectsAreGoneAndOthersStay() throws IOException {
        for (String key : List.of("a/b/c", "a/b/d", "e", "f/g")) {
            put(key, text(key));
        }
        put("e", text("a second version"));
        provider.delete(List.of("a/b/c", "e", "f/g"));

        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("a/b/d");
        assertThat(provider.stat("e")).isEmpty();
        assertThatExceptionOfType(ObjectNotFoundException.class).isThrownBy(() -> openAndClose("e"));
    }

    @Test
    void deleteIsIdempotent() throws IOException {
        put("a/b", BYTES);
        provider.delete(List.of());
        provider.delete(List.of("a", "a/b/c", "absent"));
        assertHolds("a/b", BYTES);

        provider.delete(List.of("a/b"));
        provider.delete(List.of("a/b", "absent"));
        assertThat(keys(ListOptions.ofPrefix(""))).isEmpty();
    }

    @Test
    void keysBelowKeysAreKeptApart() throws IOException {
        assumeTrue(allowsKeysBelowKeys(), "this store keeps keys as folders");
        put("a", text("above"));
        put("a/b", text("below"));

        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("a", "a/b");
        provider.delete(List.of("a"));
        assertHolds("a/b", text("below"));
    }

    @Test
    void theLongestKeyWorks() throws IOException {
        String segment = "s".repeat(ObjectKeys.MAX_SEGMENT_LENGTH);
        String key = (segment + "/" + "s".repeat(100) + "/" + segment).substring(0, longestKey());
        put(key, BYTES);

        assertHolds(key, BYTES);
        assertThat(keys(ListOptions.ofPrefix("s"))).containsExactly(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "../a",
                "a/../b",
                "a/.",
                "a b",
                "a\\b",
                "a\nb",
                "a\u0000b",
                "ä",
                "a%2e",
                ".uploads",
                ".uploads/a",
                "TOO LONG",
                "TOO LONG SEGMENT"
            })
    void whatIsNoKeyIsRefusedByEveryOperation(String given) {
        String key = given.equals("TOO LONG")
                ? "a/".repeat(ObjectKeys.MAX_LENGTH / 2) + "a"
                : given.equals("TOO LONG SEGMENT") ? "a".repeat(ObjectKeys.MAX_SEGMENT_LENGTH + 1) : given;

        assertThatIllegalArgumentException().isThrownBy(() -> put(key, BYTES));
        assertThatIllegalArgumentException().isThrownBy(() -> openAndClose(key));
        assertThatIllegalArgumentException().isThrownBy(() -> provider.stat(key));
        assertThatIllegalArgumentException().isThrownBy(() -> provider.delete(List.of(key)));
    }

    @Test
    void interruptedThreadsGetNothingDoneAndStayInterrupted() throws IOException {
        put("object", BYTES);

        assertInterrupted(() -> put("fresh", BYTES));
        assertInterrupted(() -> put("empty", new byte[0]));
        assertInterrupted(() -> read("object", 0, BYTES.length));
        assertInterrupted(() -> provider.stat("object"));
        assertInterrupted(() -> provider.list(ListOptions.ofPrefix("")));
        assertInterrupted(() -> provider.delete(List.of("object")));
        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("object");
    }

    @Test
    void interruptsOnTheWayStopPutsAndReads() throws IOException {
        put("object", BYTES);
        assertStopped(() -> provider.put("fresh", TestContents.interruptingAt(5_000, BYTES), PutOptions.REPLACE));

        try (ReadableByteChannel channel = provider.open("object", new ByteRange(0, BYTES.length))) {
            assertThat(channel.read(ByteBuffer.allocate(10))).isPositive();
            assertInterrupted(() -> TestContents.readToEnd(channel));
        }
        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("object");
    }

    private static void assertInterrupted(ThrowingCallable call) {
        Thread.currentThread().interrupt();
        assertStopped(call);
    }

    private static void assertStopped(ThrowingCallable call) {
        try {
            assertThatIOException()
                    .isThrownBy(call)
                    .isInstanceOfAny(InterruptedIOException.class, ClosedByInterruptException.class);
        } finally {
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        }
    }

    @Test
    void concurrentPutsReadsAndDeletesOfManyKeysDoNotDisturbOneAnother() throws Exception {
        inThreads(thread -> {
            for (int i = 0; i < 2 * raceRounds(); i++) {
                String kept = "shared/%d/kept-%d".formatted(i, thread);
                String dropped = "fleeting/%d/dropped-%d".formatted(i, thread);
                put(kept, text(kept));
                put(dropped, text(dropped));
                assertHolds(kept, text(kept));
                assertHolds(dropped, text(dropped));
                provider.delete(List.of(dropped));
            }
            return true;
        });
        assertThat(keys(ListOptions.ofPrefix("shared/"))).hasSize(2 * raceRounds() * THREADS);
        assertThat(keys(ListOptions.ofPrefix("fleeting/"))).isEmpty();
    }

    @Test
    void concurrentReplacementsAreNeverSeenInPart() throws Exception {
        put("object", "0".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        inThreads(thread -> {
            for (int i = 0; i < raceRounds(); i++) {
                put("object", String.valueOf(thread).repeat(100_000).getBytes(StandardCharsets.US_ASCII));
                String seen = new String(read("object", 0, 100_000), StandardCharsets.US_ASCII);
                assertThat(seen).hasSize(100_000).matches("(.)\\1*");
            }
            return true;
        });
    }

    @Test
    void readFullyRefusesWhatIsTooLongOrMissing() throws IOException {
        put("object", BYTES);

        assertDamaged(() -> StorageProviders.readFully(provider, "object", BYTES.length - 1));
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> StorageProviders.readFully(provider, "absent", 10));
    }

    @Test
    void traitsAreConstantAndSensible() {
        assertThat(provider.capabilities()).isEqualTo(provider.capabilities());
        assertThat(provider.capabilities().advisedConcurrency()).isPositive();
        assertThat(provider.toString()).isNotBlank().doesNotContain("@");
    }

    @Test
    void closeIsIdempotent() throws IOException {
        put("object", BYTES);
        provider.close();
        provider.close();
    }

    private StorageReceipt put(String key, byte[] bytes) throws IOException {
        return StorageProviders.putBytes(provider, key, bytes, PutOptions.REPLACE);
    }

    private void putIfAbsent(String key, byte[] bytes) throws IOException {
        StorageProviders.putBytes(provider, key, bytes, PutOptions.IF_ABSENT);
    }

    private byte[] read(String key, long offset, long length) throws IOException {
        return TestContents.read(provider, key, new ByteRange(offset, length));
    }

    private void openAndClose(String key) throws IOException {
        provider.open(key, new ByteRange(0, 1)).close();
    }

    private void assertHolds(String key, byte[] bytes) throws IOException {
        assertThat(StorageProviders.readFully(provider, key, 1 << 20)).isEqualTo(bytes);
    }

    private static void assertDamaged(ThrowingCallable call) {
        assertThatExceptionOfType(DataIntegrityException.class).isThrownBy(call);
    }

    private List<String> keys(ListOptions first) throws IOException {
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

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @FunctionalInterface
    private interface ThreadBody<T> {
        T run(int thread) throws Exception;
    }

    private static <T> List<T> inThreads(ThreadBody<T> body) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            IntStream.range(0, THREADS).forEach(thread -> calls.add(() -> body.run(thread)));
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
