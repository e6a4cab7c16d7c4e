package io.gpusnapshot.benchmarks.models;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Finds the single-precision tensors of an ONNX file, as far as protocol buffers have to be understood for that. */
final class OnnxTensors {
    private static final int GRAPH = 7;
    private static final int INITIALIZER = 5;
    private static final int DATA_TYPE = 2;
    private static final int RAW_DATA = 9;
    private static final int FLOAT = 1;

    private final byte[] model;
    private final ByteArrayOutputStream floats;
    private int at;

    private OnnxTensors(byte[] model) {
        this.model = model;
        this.floats = new ByteArrayOutputStream(model.length);
    }

    /** The raw data of all of them, back to back. */
    static byte[] floats(byte[] model) {
        OnnxTensors tensors = new OnnxTensors(model);
        tensors.descend(model.length, GRAPH, INITIALIZER);
        return tensors.floats.toByteArray();
    }

    /** Goes through a message for the fields along a path; what it leads to is a tensor. */
    private void descend(int end, int... path) {
        if (path.length == 0) {
            tensor(end);
            return;
        }
        while (at < end) {
            int tag = (int) varint();
            if (tag == ((path[0] << 3) | 2)) {
                int length = (int) varint();
                descend(at + length, Arrays.copyOfRange(path, 1, path.length));
            } else {
                skip(tag);
            }
        }
    }

    private void tensor(int end) {
        long type = 0;
        int data = 0;
        int bytes = 0;
        while (at < end) {
            int tag = (int) varint();
            if (tag == DATA_TYPE << 3) {
                type = varint();
            } else if (tag == ((RAW_DATA << 3) | 2)) {
                bytes = (int) varint();
                data = at;
                at += bytes;
            } else {
                skip(tag);
            }
        }
        if (type == FLOAT) {
            floats.write(model, data, bytes);
        }
    }

    private void skip(int tag) {
        switch (tag & 7) {
            case 0 -> varint();
            case 1 -> at += Long.BYTES;
            case 2 -> {
                int length = (int) varint();
                at += length;
            }
            case 5 -> at += Integer.BYTES;
            default -> throw new IllegalArgumentException("not a protocol buffer at byte " + at);
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = model[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("not a protocol buffer at byte " + at);
    }
}
