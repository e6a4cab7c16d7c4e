package io.gpusnapshot.codec;

import io.gpusnapshot.error.DataIntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A lossless transformation of one chunk into one self-contained, standard frame and back.
 *
 * <p>Codecs are immutable and thread-safe; the streams they make belong to one thread. Buffers may be direct or heap;
 * direct ones are the fast path. A decoder believes nothing: it checks every length before it allocates or copies, and
 * answers malformed input with {@link DataIntegrityException}, never with short or surplus data.
 */
public interface Codec {
    /** Stable name of the frame's format in manifests, such as {@code lz4}. Never reused for another format. */
    String id();

    /**
     * Encodes all remaining bytes of {@code raw} as one frame into {@code encoded}.
     *
     * @param raw what to encode; position and limit are left as they were
     * @param encoded where to; on success its position is behind the frame, otherwise it is as before but the bytes
     *     from there to the limit are undefined
     * @return whether the frame fitted into {@code encoded}; false is an ordinary answer that lets a caller set the
     *     limit to the size from which encoding does not pay
     */
    boolean encode(ByteBuffer raw, ByteBuffer encoded);

    /**
     * Decodes one frame, which must take up all remaining bytes of {@code encoded} and fill {@code raw} exactly.
     *
     * @param encoded the frame; position and limit are left as they were
     * @param raw where to; on success its position is at its limit. Bytes outside position and limit are never touched
     * @throws DataIntegrityException if the frame is damaged or has another raw length; {@code raw} is then undefined
     */
    void decode(ByteBuffer encoded, ByteBuffer raw) throws DataIntegrityException;

    /** Wraps a stream so that what is written becomes one frame. Closing it ends the frame and closes the sink. */
    OutputStream encoder(OutputStream sink) throws IOException;

    /**
     * Wraps a stream that holds one frame. Reading throws {@link DataIntegrityException} at the first damage, a missing
     * end and surplus bytes included. Closing it closes the source.
     */
    InputStream decoder(InputStream source) throws IOException;
}
