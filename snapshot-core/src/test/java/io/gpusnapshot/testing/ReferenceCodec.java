package io.gpusnapshot.testing;

import java.io.IOException;

/** Another implementation of a codec's format, written by somebody else. */
public interface ReferenceCodec {
    byte[] encode(byte[] raw) throws IOException;

    byte[] decode(byte[] frame) throws IOException;
}
