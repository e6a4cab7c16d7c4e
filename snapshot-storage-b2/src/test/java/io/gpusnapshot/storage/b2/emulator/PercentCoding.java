package io.gpusnapshot.storage.b2.emulator;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** B2's way to put text into headers and URLs: UTF-8, percent signs, and a plus for a blank when reading. */
final class PercentCoding {
    private static final String PLAIN = "-._~/";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentCoding() {}

    static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xff);
            if (isPlain(character)) {
                encoded.append(character);
            } else {
                encoded.append('%').append(HEX.toHexDigits((byte) character));
            }
        }
        return encoded.toString();
    }

    static String decode(String encoded) throws ApiException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); i++) {
            char character = encoded.charAt(i);
            if (character == '%') {
                octets.write(octet(encoded, i + 1));
                i += 2;
            } else {
                octets.write(character == '+' ? ' ' : character);
            }
        }
        return utf8(octets.toByteArray(), encoded);
    }

    private static boolean isPlain(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || PLAIN.indexOf(character) >= 0;
    }

    private static int octet(String encoded, int start) throws ApiException {
        if (start + 2 <= encoded.length()) {
            int high = Character.digit(encoded.charAt(start), 16);
            int low = Character.digit(encoded.charAt(start + 1), 16);
            if (high >= 0 && low >= 0) {
                return high * 16 + low;
            }
        }
        throw ApiException.badRequest("bad percent encoding: " + encoded);
    }

    private static String utf8(byte[] octets, String encoded) throws ApiException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ApiException.badRequest("not UTF-8 after percent decoding: " + encoded);
        }
    }
}
