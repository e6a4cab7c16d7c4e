package io.gpusnapshot.codec.floats;

import static io.gpusnapshot.codec.floats.FloatsFrame.damaged;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.gpusnapshot.error.DataIntegrityException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the payloads of blocks whose heads and checksums are right. Belongs to one thread; must be closed. */
final class BlockDecoder implements AutoCloseable {
    private static final int ZSTD_MAGIC = 0xFD2FB528;

    private final Planes planes;
    private final ByteBuffer plane;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    BlockDecoder(Workspace workspace) {
        this.planes = workspace.planes();
        this.plane = workspace.plane();
    }

    /**
     * Decodes a payload behind the position of {@code raw}, which has the room.
     *
     * @param payload direct and little-endian; its position and limit are those of the payload
     * @param offset where the payload is in the frame
     */
    void decode(BlockHead head, ByteBuffer payload, long offset, ByteBuffer raw) throws DataIntegrityException {
        int end = payload.limit();
        int table = payload.position();
        payload.position(table + head.tableBytes());
        copy(payload, head.lead(), raw);
        payload.limit(end - head.tailBytes());
        ByteBuffer body = raw.slice(raw.position(), head.bodyBytes());
        planes.start(head.kind(), head.bodyBytes());
        for (int index = 0; index < head.kind().bytes(); index++) {
            int length = payload.getInt(table + index * Integer.BYTES);
            if (length < 1 || length > head.planeBytes() || length > payload.remaining()) {
                throw damaged(offset, "a plane claims " + Integer.toUnsignedString(length) + " bytes", null);
            }
            take(head, index, payload.slice(payload.position(), length), offset, body);
            payload.position(payload.position() + length);
        }
        if (payload.hasRemaining()) {
            throw damaged(offset, "the planes of a block are shorter than its payload", null);
        }
        if (head.kind() != ElementKind.BYTES) {
            planes.merge(body);
        }
        raw.position(raw.position() + head.bodyBytes());
        copy(payload.limit(end), head.tailBytes(), raw);
    }

    /** Takes a plane, whose length alone tells how it is stored. */
    private void take(BlockHead head, int index, ByteBuffer stored, long offset, ByteBuffer body)
            throws DataIntegrityException {
        if (stored.remaining() == 1) {
            fill(head, index, stored.get(0), body);
            return;
        }
        boolean coded = stored.remaining() < head.planeBytes();
        ByteBuffer bytes = coded ? decompress(stored, head.planeBytes(), offset) : stored;
        if (head.kind() == ElementKind.BYTES) {
            body.put(bytes);
        } else {
            planes.read(index, bytes);
        }
    }

    private void fill(BlockHead head, int index, byte value, ByteBuffer body) {
        if (head.kind() != ElementKind.BYTES) {
            planes.fill(index, value);
            return;
        }
        while (body.hasRemaining()) {
            body.put(value);
        }
    }

    private ByteBuffer decompress(ByteBuffer stored, int planeBytes, long offset) throws DataIntegrityException {
        int length = stored.remaining();
        // The library would go on to a second frame, skip what it calls skippable, and read older formats too.
        if (length < Integer.BYTES
                || stored.order(ByteOrder.LITTLE_ENDIAN).getInt(0) != ZSTD_MAGIC
                || Zstd.findDirectByteBufferFrameCompressedSize(stored, 0, length) != length) {
            throw damaged(offset, "a plane is not one zstd frame", null);
        }
        try {
            int bytes = context.decompressDirectByteBuffer(plane, 0, planeBytes, stored, 0, length);
            if (bytes != planeBytes) {
                throw damaged(offset, "a plane holds " + bytes + " bytes where " + planeBytes + " must be", null);
            }
        } catch (ZstdException failure) {
            throw damaged(offset, "a plane is malformed: " + failure.getMessage(), failure);
        }
        return plane.slice(0, planeBytes);
    }

    private static void copy(ByteBuffer payload, int bytes, ByteBuffer raw) {
        raw.put(raw.position(), payload, payload.position(), bytes).position(raw.position() + bytes);
        payload.position(payload.position() + bytes);
    }

    @Override
    public void close() {
        context.close();
    }
}
