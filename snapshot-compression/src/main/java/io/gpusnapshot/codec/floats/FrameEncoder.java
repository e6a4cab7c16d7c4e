package io.gpusnapshot.codec.floats;

import java.nio.ByteBuffer;

/** Cuts what it is given into blocks: as long as the largest, but not across a change of layout. One thread's. */
final class FrameEncoder implements AutoCloseable {
    private final Probe probe;
    private final BlockEncoder blocks;

    FrameEncoder(Workspace workspace) {
        this.probe = workspace.probe();
        this.blocks = new BlockEncoder(workspace);
    }

    /** Moves all remaining bytes into blocks behind the position of a direct buffer; false if they do not fit. */
    boolean encodeBlocks(ByteBuffer raw, ByteBuffer frame) {
        probe.start();
        int end = raw.limit();
        int next = raw.position();
        Layout ahead = look(raw, next, end);
        while (next < end) {
            int start = next;
            Layout layout = ahead;
            blocks.expect(probe, layout.kind().bytes(), true);
            next = pieceEnd(start, end);
            while (next < end && next - start < FloatsFrame.MAX_BLOCK_BYTES) {
                ahead = look(raw, next, end);
                if (!ahead.equals(layout)) {
                    break;
                }
                blocks.expect(probe, layout.kind().bytes(), false);
                next = pieceEnd(next, end);
            }
            if (next < end && next - start == FloatsFrame.MAX_BLOCK_BYTES) {
                ahead = look(raw, next, end);
            }
            if (!blocks.encode(raw.position(start).limit(next), layout, frame)) {
                return false;
            }
            raw.limit(end);
        }
        return true;
    }

    private Layout look(ByteBuffer raw, int start, int end) {
        return probe.look(raw, start, pieceEnd(start, end) - start);
    }

    private static int pieceEnd(int start, int end) {
        return Math.min(start + Probe.PIECE_BYTES, end);
    }

    @Override
    public void close() {
        blocks.close();
    }
}
