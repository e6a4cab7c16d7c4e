package io.gpusnapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A window of memory, at an odd position, between bytes that nobody may touch. */
public final class GuardedBuffer {
    /** Above the 32 bytes that fast copies like to overshoot by. */
    private static final int GUARD_BYTES = 67;

    private static final byte GUARD = 0x5A;

    private final ByteBuffer memory;
    private final int length;

    private GuardedBuffer(ByteBuffer memory, int length) {
        this.memory = memory;
        this.length = length;
    }

    /** A window of undefined bytes. */
    public static GuardedBuffer ofLength(int length, Memory kind) {
        int total = length + 2 * GUARD_BYTES;
        byte[] guards = new byte[total];
        Arrays.fill(guards, GUARD);
        return new GuardedBuffer(kind.allocate(total).put(guards).clear(), length);
    }

    public static GuardedBuffer of(byte[] bytes, Memory kind) {
        GuardedBuffer buffer = ofLength(bytes.length, kind);
        buffer.memory.put(GUARD_BYTES, bytes);
        return buffer;
    }

    /** A new view of the window, from position to limit. */
    public ByteBuffer window() {
        return memory.duplicate().position(GUARD_BYTES).limit(GUARD_BYTES + length);
    }

    /** What the window holds in front of the position of {@code view}. */
    public byte[] bytesBefore(ByteBuffer view) {
        byte[] bytes = new byte[view.position() - GUARD_BYTES];
        memory.get(GUARD_BYTES, bytes);
        return bytes;
    }

    public void assertGuardsUntouched() {
        for (int i = 0; i < GUARD_BYTES; i++) {
            assertThat(memory.get(i)).isEqualTo(GUARD);
            assertThat(memory.get(GUARD_BYTES + length + i)).isEqualTo(GUARD);
        }
    }

    /** Where a buffer's bytes are. */
    public enum Memory {
        HEAP {
            @Override
            ByteBuffer allocate(int bytes) {
                // A slice, so that the array does not start where the buffer does.
                return ByteBuffer.allocate(bytes + 3).position(3).slice();
            }
        },
        DIRECT {
            @Override
            ByteBuffer allocate(int bytes) {
                return ByteBuffer.allocateDirect(bytes);
            }
        };

        abstract ByteBuffer allocate(int bytes);
    }
}
