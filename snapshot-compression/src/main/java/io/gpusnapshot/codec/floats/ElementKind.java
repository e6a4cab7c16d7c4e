package io.gpusnapshot.codec.floats;

import io.gpusnapshot.error.DataIntegrityException;

/** What the numbers of a block are, as far as it matters here: their width, and where a float's exponent begins. */
enum ElementKind {
    /** Bytes, or anything else that does not gain from being taken apart. */
    BYTES(0, 1, 0, 0),
    BFLOAT16(1, 2, 0x8000_8000_8000_8000L, 0x7F80_7F80_7F80_7F80L),
    /** Half-precision floats, whose exponent lies in one byte anyway, and integers. */
    WORD16(2, 2, 0, 0),
    FLOAT32(3, 4, 0x8000_0000_8000_0000L, 0x7F80_0000_7F80_0000L),
    WORD32(4, 4, 0, 0),
    /** Doubles, whose exponent fits no byte either way, and integers. */
    WORD64(5, 8, 0, 0);

    private final int code;
    private final int bytes;
    private final long signs;
    private final long exponents;

    ElementKind(int code, int bytes, long signs, long exponents) {
        this.code = code;
        this.bytes = bytes;
        this.signs = signs;
        this.exponents = exponents;
    }

    /** The kind of a stored code. */
    static ElementKind of(int code, long offset) throws DataIntegrityException {
        for (ElementKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw FloatsFrame.damaged(offset, "a block is of the unknown kind " + code, null);
    }

    /** What stands for it in frames. */
    int code() {
        return code;
    }

    /** Width of an element, which is the number of planes. */
    int bytes() {
        return bytes;
    }

    boolean movesSigns() {
        return signs != 0;
    }

    /** The bits of a lane that are signs. */
    long signs() {
        return signs;
    }

    /** The bits of a lane that are exponents; each sign changes places with the exponent below it. */
    long exponents() {
        return exponents;
    }

    /** Bytes of a lane in every array of lanes: blocks are taken apart in multiples of this. */
    int stride() {
        return bytes == 1 ? 1 : bytes * Long.BYTES;
    }
}
