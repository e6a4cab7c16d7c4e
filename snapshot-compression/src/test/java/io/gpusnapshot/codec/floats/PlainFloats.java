package io.gpusnapshot.codec.floats;

import com.github.luben.zstd.ZstdInputStream;
import io.gpusnapshot.testing.ReferenceCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What docs/format.md says of floats frames, byte by byte and as plainly as can be; it shares no code with the codec. It
 * writes short blocks of every kind in turn, whether they pay or not.
 */
final class PlainFloats implements ReferenceCodec {
    private static final int[] WIDTHS = {1, 2, 2, 4, 4, 8};
    private static final int BLOCK_BYTES = 1000;

    @Override
    public byte[] decode(byte[] frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        require(bytes.getInt() == 0x4C465347 && bytes.getInt() == 1, "header");
        long claimed = bytes.getLong();
        require(bytes.getInt() == crc(frame, 0, 16), "checksum of the header");
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        while (true) {
            int start = bytes.position();
            int rawBytes = bytes.getInt();
            int payloadBytes = bytes.getInt();
            int kind = bytes.get();
            int lead = bytes.get();
            require(bytes.getShort() == 0, "reserved bytes");
            byte[] payload = new byte[payloadBytes];
            bytes.get(payload);
            require(bytes.getInt() == crc(frame, start, 12 + payloadBytes), "checksum of a block");
            if (rawBytes == 0) {
                long total =
                        ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).getLong();
                require(total == raw.size() && (claimed == -1 || claimed == total), "length");
                require(!bytes.hasRemaining(), "end");
                return raw.toByteArray();
            }
            raw.writeBytes(decodeBlock(payload, rawBytes, kind, lead));
        }
    }

    private static byte[] decodeBlock(byte[] payload, int rawBytes, int kind, int lead) throws IOException {
        int width = WIDTHS[kind];
        int group = width == 1 ? 1 : 8 * width;
        int numbers = (rawBytes - lead) / group * group / width;
        ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        int[] lengths = new int[width];
        for (int plane = 0; plane < width; plane++) {
            lengths[plane] = in.getInt();
        }
        byte[] raw = new byte[rawBytes];
        in.get(raw, 0, lead);
        byte[][] planes = new byte[width][];
        for (int plane = 0; plane < width; plane++) {
            byte[] stored = new byte[lengths[plane]];
            in.get(stored);
            planes[plane] = decodePlane(stored, numbers);
        }
        for (int j = 0; j < numbers; j++) {
            int place = place(j, numbers, width);
            long number = 0;
            for (int plane = 0; plane < width; plane++) {
                number |= (planes[plane][place] & 0xFFL) << (8 * plane);
            }
            number = kind == 1 || kind == 3 ? raiseSign(number, 8 * width) : number;
            for (int i = 0; i < width; i++) {
                raw[lead + j * width + i] = (byte) (number >>> (8 * i));
            }
        }
        int tail = lead + numbers * width;
        in.get(raw, tail, rawBytes - tail);
        require(!in.hasRemaining(), "payload");
        return raw;
    }

    private static byte[] decodePlane(byte[] stored, int bytes) throws IOException {
        if (stored.length == bytes) {
            return stored;
        }
        if (stored.length == 1) {
            byte[] plane = new byte[bytes];
            Arrays.fill(plane, stored[0]);
            return plane;
        }
        try (InputStream decoder = new ZstdInputStream(new ByteArrayInputStream(stored))) {
            byte[] plane = decoder.readAllBytes();
            require(plane.length == bytes, "plane");
            return plane;
        }
    }

    private static int place(int number, int numbers, int width) {
        int part = numbers / width;
        return width * (number % part) + number / part;
    }

    /** The eight bits at the top become bits 1 to 8 from the top, and the bit below them the top one. */
    private static long raiseSign(long number, int bits) {
        long sign = (number >>> (bits - 9)) & 1;
        long exponent = (number >>> (bits - 8)) & 0xFF;
        long fraction = number & ((1L << (bits - 9)) - 1);
        return (sign << (bits - 1)) | (exponent << (bits - 9)) | fraction;
    }

    private static long lowerSign(long number, int bits) {
        long sign = (number >>> (bits - 1)) & 1;
        long exponent = (number >>> (bits - 9)) & 0xFF;
        long fraction = number & ((1L << (bits - 9)) - 1);
        return (exponent << (bits - 8)) | (sign << (bits - 9)) | fraction;
    }

    @Override
    public byte[] encode(byte[] raw) {
        ByteBuffer frame = ByteBuffer.allocate(2 * raw.length + 10_000).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0x4C465347).putInt(1).putLong(-1);
        frame.putInt(crc(frame, 0));
        int block = 0;
        for (int at = 0; at < raw.length; block++) {
            int length = Math.min(BLOCK_BYTES + block % 100, raw.length - at);
            int kind = length < 100 ? 0 : block % WIDTHS.length;
            encodeBlock(raw, at, length, kind, block % WIDTHS[kind], frame);
            at += length;
        }
        int end = frame.position();
        frame.putInt(0).putInt(8).putInt(0).putLong(raw.length);
        frame.putInt(crc(frame, end));
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static void encodeBlock(byte[] raw, int at, int length, int kind, int lead, ByteBuffer frame) {
        int start = frame.position();
        int width = WIDTHS[kind];
        int group = width == 1 ? 1 : 8 * width;
        int numbers = (length - lead) / group * group / width;
        frame.putInt(length).putInt(4 * width + length).put((byte) kind).put((byte) lead);
        frame.putShort((short) 0);
        for (int plane = 0; plane < width; plane++) {
            frame.putInt(numbers);
        }
        frame.put(raw, at, lead);
        int planes = frame.position();
        for (int j = 0; j < numbers; j++) {
            long number = 0;
            for (int i = 0; i < width; i++) {
                number |= (raw[at + lead + j * width + i] & 0xFFL) << (8 * i);
            }
            number = kind == 1 || kind == 3 ? lowerSign(number, 8 * width) : number;
            for (int plane = 0; plane < width; plane++) {
                frame.put(planes + plane * numbers + place(j, numbers, width), (byte) (number >>> (8 * plane)));
            }
        }
        int tail = lead + numbers * width;
        frame.position(planes + numbers * width).put(raw, at + tail, length - tail);
        frame.putInt(crc(frame, start));
    }

    private static int crc(ByteBuffer frame, int start) {
        CRC32C crc = new CRC32C();
        crc.update(frame.duplicate().flip().position(start));
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, length);
        return (int) crc.getValue();
    }

    private static void require(boolean condition, String what) throws IOException {
        if (!condition) {
            throw new IOException("wrong " + what);
        }
    }
}
