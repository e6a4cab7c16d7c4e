package io.gpusnapshot.codec.floats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes blocks behind each other. Belongs to one thread; must be closed. */
final class BlockEncoder implements AutoCloseable {
    /** A plane that holds more bits per byte than this is stored as it is: coding it gains next to nothing. */
    private static final float WORTH_CODING = 7.8f;

    private final Planes planes;
    private final PlaneEncoder coder;
    private final float[] planeBits = new float[8];

    BlockEncoder(Workspace workspace) {
        this.planes = workspace.planes();
        this.coder = new PlaneEncoder(workspace.plane());
    }

    /** Takes over what a probe has said about a piece of the next block, or of a first piece. */
    void expect(Probe probe, int planeCount, boolean first) {
        for (int plane = 0; plane < planeCount; plane++) {
            float bits = probe.planeBits(plane);
            planeBits[plane] = first ? bits : Math.min(planeBits[plane], bits);
        }
    }

    /** Moves the remaining bytes, a block at most, behind the position of a direct buffer; false if they do not fit. */
    boolean encode(ByteBuffer raw, Layout layout, ByteBuffer frame) {
        int start = frame.position();
        int rawBytes = raw.remaining();
        Layout fitting =
                new BlockHead(rawBytes, 0, layout.kind(), layout.lead()).bodyBytes() > 0 ? layout : Layout.PLAIN;
        BlockHead shape = new BlockHead(rawBytes, 0, fitting.kind(), fitting.lead());
        int payload = start + FloatsFrame.HEAD_BYTES;
        int data = payload + shape.tableBytes();
        if (data + shape.lead() + shape.tailBytes() + FloatsFrame.CHECKSUM_BYTES > frame.limit()) {
            return false;
        }
        frame.order(ByteOrder.LITTLE_ENDIAN).position(data);
        copy(raw, shape.lead(), frame);
        frame.limit(frame.limit() - shape.tailBytes() - FloatsFrame.CHECKSUM_BYTES);
        boolean fitted = putBody(raw, shape, frame, payload);
        frame.limit(frame.limit() + shape.tailBytes() + FloatsFrame.CHECKSUM_BYTES);
        if (!fitted) {
            return false;
        }
        copy(raw, shape.tailBytes(), frame);
        int end = frame.position();
        FloatsFrame.putHead(frame, start, new BlockHead(rawBytes, end - payload, shape.kind(), shape.lead()));
        frame.putInt(FloatsFrame.checksum(frame, start, end));
        return true;
    }

    private boolean putBody(ByteBuffer raw, BlockHead shape, ByteBuffer frame, int table) {
        ByteBuffer body = raw.slice(raw.position(), shape.bodyBytes());
        raw.position(raw.position() + shape.bodyBytes());
        if (shape.kind() == ElementKind.BYTES) {
            return putBytes(body, frame, table);
        }
        planes.start(shape.kind(), shape.bodyBytes());
        planes.split(body);
        for (int plane = 0; plane < shape.kind().bytes(); plane++) {
            int length = putPlane(plane, frame);
            if (length == PlaneEncoder.DOES_NOT_FIT) {
                return false;
            }
            frame.putInt(table + plane * Integer.BYTES, length);
        }
        return true;
    }

    /** A block of bytes is a plane itself. */
    private boolean putBytes(ByteBuffer body, ByteBuffer frame, int table) {
        int bytes = body.remaining();
        int length = PlaneEncoder.DOES_NOT_FIT;
        if (planeBits[0] < WORTH_CODING) {
            coder.plane().put(body.duplicate());
            length = code(bytes, 0, frame);
        }
        if (length == PlaneEncoder.DOES_NOT_FIT) {
            if (frame.remaining() < bytes) {
                return false;
            }
            frame.put(body);
            length = bytes;
        }
        frame.putInt(table, length);
        return true;
    }

    private int putPlane(int plane, ByteBuffer frame) {
        int bytes = planes.planeBytes();
        if (frame.hasRemaining() && planes.isConstant(plane)) {
            frame.put(planes.first(plane));
            return 1;
        }
        if (planeBits[plane] < WORTH_CODING) {
            planes.write(plane, coder.plane());
            int length = code(bytes, plane, frame);
            if (length != PlaneEncoder.DOES_NOT_FIT) {
                return length;
            }
        }
        if (frame.remaining() < bytes) {
            return PlaneEncoder.DOES_NOT_FIT;
        }
        planes.write(plane, frame);
        frame.position(frame.position() + bytes);
        return bytes;
    }

    private int code(int bytes, int plane, ByteBuffer frame) {
        int room = Math.min(frame.remaining(), bytes - 1);
        int length = coder.encode(bytes, planeBits[plane], frame, frame.position(), room);
        frame.position(frame.position() + length);
        return length;
    }

    private static void copy(ByteBuffer raw, int bytes, ByteBuffer frame) {
        frame.put(frame.position(), raw, raw.position(), bytes).position(frame.position() + bytes);
        raw.position(raw.position() + bytes);
    }

    @Override
    public void close() {
        coder.close();
    }
}
