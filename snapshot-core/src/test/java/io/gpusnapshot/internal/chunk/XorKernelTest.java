package io.gpusnapshot.internal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.testing.SeededRandom;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class XorKernelTest {
    private static final int MARGIN = 9;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @Test
    void everyByteIsCombinedAndNoOtherTouched() {
        for (int length = 0; length < 100; length++) {
            byte[] target = random.nextBytes(length + 2 * MARGIN);
            byte[] other = random.nextBytes(length);
            ByteBuffer memory =
                    ByteBuffer.allocateDirect(target.length).put(target).flip();
            ByteBuffer view = memory.duplicate().position(MARGIN).limit(MARGIN + length);
            XorKernel.xor(view, ByteBuffer.wrap(other));

            byte[] expected = target.clone();
            for (int i = 0; i < length; i++) {
                expected[MARGIN + i] ^= other[i];
            }
            assertThat(memory).isEqualTo(ByteBuffer.wrap(expected));
            assertThat(view.remaining()).isEqualTo(length);
        }
    }

    @Test
    void runsOfDifferentLengthsAreRefused() {
        ByteBuffer three = ByteBuffer.allocate(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XorKernel.xor(three, ByteBuffer.allocate(4)))
                .withMessageContaining("3 bytes against 4");
    }
}
