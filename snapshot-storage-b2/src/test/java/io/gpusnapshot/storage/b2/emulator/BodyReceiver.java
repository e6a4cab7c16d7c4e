package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Takes bytes to disk while hashing them, and holds them against the digest that the client names. */
final class BodyReceiver {
    static final String DIGITS_AT_END = "hex_digits_at_end";
    static final String DO_NOT_VERIFY = "do_not_verify";
    private static final int DIGITS = 40;
    private static final Pattern SHA1 = Pattern.compile("[0-9a-fA-F]{" + DIGITS + "}");
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Disk disk;

    BodyReceiver(Disk disk) {
        this.disk = disk;
    }

    /** Receives a request's body of {@code length} bytes, which include the digits at the end if it has such. */
    Body receive(InputStream source, long length, String sha1) throws ApiException, IOException {
        boolean digitsFollow = sha1.equals(DIGITS_AT_END);
        if (!digitsFollow && !sha1.equals(DO_NOT_VERIFY) && !SHA1.matcher(sha1).matches()) {
            throw ApiException.badRequest("X-Bz-Content-Sha1 is neither a SHA-1 nor a word of its own: " + sha1);
        }
        if (digitsFollow && length < DIGITS) {
            throw ApiException.badRequest("the body is too short for the SHA-1 at its end");
        }
        Path file = disk.newIncoming();
        try {
            long contentLength = digitsFollow ? length - DIGITS : length;
            String actual = store(file, sink -> transfer(source, contentLength, sink));
            String expected = digitsFollow ? digits(source) : sha1;
            if (expected.equals(DO_NOT_VERIFY)) {
                return new Body(file, contentLength, actual, false);
            }
            if (!actual.equals(expected.toLowerCase(Locale.ROOT))) {
                throw ApiException.badRequest("Sha1 did not match data received");
            }
            return new Body(file, contentLength, actual, true);
        } catch (ApiException | IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Copies bytes that are here already. */
    Body copy(StoredContent content, ByteRange range) throws IOException {
        Path file = disk.newIncoming();
        String sha1 = store(file, sink -> content.copy(range, sink));
        return new Body(file, range.length(), sha1, true);
    }

    private interface Writer {
        void writeTo(OutputStream sink) throws IOException;
    }

    private static String store(Path file, Writer writer) throws IOException {
        MessageDigest digest = newDigest();
        try (OutputStream sink = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            writer.writeTo(sink);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void transfer(InputStream source, long length, OutputStream sink) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = length; left > 0; ) {
            int count = source.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new ClientGoneException("the body ended " + left + " bytes early");
            }
            sink.write(buffer, 0, count);
            left -= count;
        }
    }

    private static String digits(InputStream source) throws ApiException, IOException {
        byte[] digits = source.readNBytes(DIGITS);
        String sha1 = new String(digits, StandardCharsets.US_ASCII);
        if (!SHA1.matcher(sha1).matches()) {
            throw ApiException.badRequest("the body does not end with the 40 digits of a SHA-1");
        }
        return sha1;
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
