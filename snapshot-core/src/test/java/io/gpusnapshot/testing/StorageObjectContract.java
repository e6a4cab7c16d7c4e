package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.ContentSources;
import io.gpusnapshot.storage.ListOptions;
import io.gpusnapshot.storage.ObjectKeys;
import io.gpusnapshot.storage.OpenedObject;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageObject;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.StorageReceipt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to single objects. */
abstract class StorageObjectContract extends StorageContractFixture {
    @Test
    void putIsReadBackWhole() throws IOException {
        StorageReceipt receipt = put("packs/one.pack", BYTES);

        assertThat(receipt.lengthBytes()).isEqualTo(BYTES.length);
        assertThat(read("packs/one.pack", 0, BYTES.length)).isEqualTo(BYTES);
        assertThat(StorageProviders.readFully(provider(), "packs/one.pack", BYTES.length))
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
    void wholeObjectsOfAnyLengthAreOpenedWithoutKnowingIt() throws IOException {
        for (int length : List.of(0, 1, 10_000, 4 << 20, (4 << 20) + 1, 9_000_000)) {
            byte[] bytes = TestContents.random(length, length);
            put("packs/whole", bytes);

            try (OpenedObject object = provider().open("packs/whole")) {
                assertThat(object.lengthBytes()).isEqualTo(length);
                assertThat(Channels.newInputStream(object.content()).readAllBytes())
                        .isEqualTo(bytes);
            }
        }
        for (String key : List.of("packs/absent", "packs")) {
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> provider().open(key).close())
                    .withMessageContaining(key);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> provider().open("no key "));
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
            try (ReadableByteChannel channel = provider().open("object", new ByteRange(100, 200))) {
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
            assertThat(provider().stat(key)).isEmpty();
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> openAndClose(key))
                    .withMessageContaining(key)
                    .satisfies(e -> assertThat(e.key()).endsWith(key));
        }
    }

    @Test
    void statTellsLengthAndTime() throws IOException {
        put("a/b/c", BYTES);

        StorageObject object = provider().stat("a/b/c").orElseThrow();
        assertThat(object.key()).isEqualTo("a/b/c");
        assertThat(object.lengthBytes()).isEqualTo(BYTES.length);
        assertThat(provider().stat("a/b/c")).contains(object);
        assertThat(provider().list(ListOptions.ofPrefix("")).objects()).containsExactly(object);
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
        provider().delete(List.of("object"));
        putIfAbsent("object", text("second"));

        assertHolds("object", text("second"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9_999, 10_001, 3_000_000})
    void contentOfAnotherLengthThanItClaimsIsRefused(long claimed) throws IOException {
        put("former", text("former"));

        for (PutOptions options : List.of(PutOptions.REPLACE, PutOptions.IF_ABSENT)) {
            assertDamaged(() -> provider().put("fresh", TestContents.claiming(claimed, BYTES), options));
        }
        assertDamaged(() -> provider().put("former", TestContents.claiming(claimed, BYTES), PutOptions.REPLACE));
        assertOnlyFormer();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5_000, 9_999})
    void contentThatFailsOnTheWayLeavesTheFormerObjectOrNone(int position) throws IOException {
        put("former", text("former"));
        ContentSource broken = TestContents.failingAt(position, BYTES, new IOException("broken source"));

        assertThatIOException()
                .isThrownBy(() -> provider().put("fresh", broken, PutOptions.IF_ABSENT))
                .satisfies(e -> assertThat(e).hasStackTraceContaining("broken source"));
        assertThatIOException()
                .isThrownBy(() -> provider().put("former", broken, PutOptions.REPLACE))
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

        assertThat(provider().stat("empty").map(StorageObject::lengthBytes)).contains(0L);
        assertThat(StorageProviders.readFully(provider(), "empty", 0)).isEmpty();
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
        provider().put("large", ContentSources.of(head, tail), PutOptions.REPLACE);

        assertThat(read("large", 0, bytes.length)).isEqualTo(bytes);
        assertThat(read("large", cut - 10, 20)).isEqualTo(Arrays.copyOfRange(bytes, cut - 10, cut + 10));
    }

    @Test
    void deletedObjectsAreGoneAndOthersStay() throws IOException {
        for (String key : List.of("a/b/c", "a/b/d", "e", "f/g")) {
            put(key, text(key));
        }
        put("e", text("a second version"));
        provider().delete(List.of("a/b/c", "e", "f/g"));

        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("a/b/d");
        assertThat(provider().stat("e")).isEmpty();
        assertThatExceptionOfType(ObjectNotFoundException.class).isThrownBy(() -> openAndClose("e"));
    }

    @Test
    void deleteIsIdempotent() throws IOException {
        put("a/b", BYTES);
        provider().delete(List.of());
        provider().delete(List.of("a", "a/b/c", "absent"));
        assertHolds("a/b", BYTES);

        provider().delete(List.of("a/b"));
        provider().delete(List.of("a/b", "absent"));
        assertThat(keys(ListOptions.ofPrefix(""))).isEmpty();
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
        assertThatIllegalArgumentException().isThrownBy(() -> provider().stat(key));
        assertThatIllegalArgumentException().isThrownBy(() -> provider().delete(List.of(key)));
    }

    @Test
    void readFullyRefusesWhatIsTooLongOrMissing() throws IOException {
        put("object", BYTES);

        assertDamaged(() -> StorageProviders.readFully(provider(), "object", BYTES.length - 1));
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> StorageProviders.readFully(provider(), "absent", 10));
    }

    @Test
    void traitsAreConstantAndSensible() {
        assertThat(provider().capabilities()).isEqualTo(provider().capabilities());
        assertThat(provider().capabilities().advisedConcurrency()).isPositive();
        assertThat(provider().toString()).isNotBlank().doesNotContain("@");
    }

    @Test
    void closeIsIdempotent() throws IOException {
        put("object", BYTES);
        provider().close();
        provider().close();
    }

    @Test
    void keysBelowKeysAreKeptApart() throws IOException {
        assumeTrue(allowsKeysBelowKeys(), "this store keeps keys as folders");
        put("a", text("above"));
        put("a/b", text("below"));

        assertThat(keys(ListOptions.ofPrefix(""))).containsExactly("a", "a/b");
        provider().delete(List.of("a"));
        assertHolds("a/b", text("below"));
    }
}
