package io.gpusnapshot.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.testing.TestContents;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkHasherTest {
    private final ChunkHasher hasher = new ChunkHasher();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 100_000})
    void theNameIsTheDigestOfWhatRemainsWhereverThatLies(int length) {
        byte[] bytes = TestContents.random(length, length + 10);
        for (ByteBuffer buffer : new ByteBuffer[] {
            ByteBuffer.wrap(bytes), ByteBuffer.allocateDirect(bytes.length).put(bytes)
        }) {
            ByteBuffer raw = buffer.position(7).limit(7 + length);

            assertThat(hasher.name(raw)).isEqualTo(digest(bytes, length));
            assertThat(raw.position()).isEqualTo(7);
        }
    }

    private static ChunkId digest(byte[] bytes, int length) {
        var sha256 = Digests.sha256();
        sha256.update(bytes, 7, length);
        return ChunkId.of(sha256.digest());
    }
}
