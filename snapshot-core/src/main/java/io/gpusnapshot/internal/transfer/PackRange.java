package io.gpusnapshot.internal.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What was read of a pack.
 *
 * @param bytes from the start of the range; the reader gives the buffer back to the pool it is from
 * @param failure why there are fewer than asked for, if so
 */
public record PackRange(ByteBuffer bytes, Optional<IOException> failure) {}
