/**
 * Frames for tensors: the bytes of floating-point numbers, sorted by how much they vary. Start reading at {@link
 * io.gpusnapshot.codec.floats.FloatsCodec}; docs/format.md describes the frames.
 *
 * <pre>
 * for each piece of the chunk:  probe a sample ─► which kind of number, starting at which byte
 *     move signs below exponents, transpose numbers into planes of bytes
 *     each plane: one byte if it is constant, Huffman-coded where the sample promises a gain, else as it is
 * </pre>
 */
@NullMarked
package io.gpusnapshot.codec.floats;

import org.jspecify.annotations.NullMarked;
