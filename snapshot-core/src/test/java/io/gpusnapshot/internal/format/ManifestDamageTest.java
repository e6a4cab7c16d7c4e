package io.gpusnapshot.internal.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.error.WorkspaceException;
import io.gpusnapshot.testing.ManifestContent;
import io.gpusnapshot.testing.RandomManifests;
import io.gpusnapshot.testing.SeededRandom;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Damage to a manifest that no frame protects. None goes unnoticed. */
class ManifestDamageTest {
    /** Before the digest at the end is reached, damage can look like a newer version or an unsafe path. */
    private static final Class<?>[] NOTICED = {
        DataIntegrityException.class, UnsupportedFormatException.class, WorkspaceException.class
    };

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final RandomManifests manifests = new RandomManifests(random);

    @Test
    void everyTruncationIsNoticed() throws IOException {
        byte[] lines = manifests.next(12).toBytes();
        for (int length = 0; length < lines.length; length++) {
            byte[] truncated = Arrays.copyOf(lines, length);
            assertThatThrownBy(() -> ManifestContent.read(truncated))
                    .as("cut to %d of %d bytes", length, lines.length)
                    .isInstanceOf(DataIntegrityException.class);
        }
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        byte[] lines = manifests.next(12).toBytes();
        for (int at = 0; at < lines.length; at++) {
            byte[] damaged = lines.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> ManifestContent.read(damaged))
                    .as("byte %d: %02x for %02x", at, damaged[at], lines[at])
                    .isInstanceOfAny(NOTICED);
        }
    }

    @Test
    void randomBytesInTheMiddleAreNoticed() throws IOException {
        byte[] lines = manifests.next(12).toBytes();
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = lines.clone();
            byte[] noise = random.nextBytes(1 + random.nextInt(16));
            System.arraycopy(noise, 0, damaged, random.nextInt(damaged.length - noise.length), noise.length);
            if (!Arrays.equals(lines, damaged)) {
                assertThat(catchThrowable(() -> ManifestContent.read(damaged))).isInstanceOfAny(NOTICED);
            }
        }
    }

    @Test
    void repeatedMissingAndSwappedLinesAreNoticed() throws IOException {
        String[] lines = new String(manifests.next(12).toBytes(), ISO_8859_1).split("(?<=\n)");
        for (int at = 0; at < lines.length; at++) {
            assertDamaged(lines, at, lines[at] + lines[at]);
            assertDamaged(lines, at, "");
            assertDamaged(lines, at, lines[(at + 1) % lines.length]);
        }
    }

    private static void assertDamaged(String[] lines, int at, String replacement) {
        String[] damaged = lines.clone();
        damaged[at] = replacement;
        byte[] bytes = String.join("", damaged).getBytes(ISO_8859_1);
        assertThatThrownBy(() -> ManifestContent.read(bytes)).as("line %d", at).isInstanceOfAny(NOTICED);
    }

    @Test
    void bytesBehindTheFooterAreNoticed() throws IOException {
        byte[] lines = manifests.next(3).toBytes();
        for (String surplus : new String[] {"\n", "x", "{}\n", "\0"}) {
            byte[] longer = Arrays.copyOf(lines, lines.length + surplus.length());
            System.arraycopy(surplus.getBytes(US_ASCII), 0, longer, lines.length, surplus.length());
            assertThatThrownBy(() -> ManifestContent.read(longer)).isInstanceOf(DataIntegrityException.class);
        }
    }

    @Test
    void aLineWithoutEndIsGivenUp() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                Arrays.fill(target, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        assertThatThrownBy(() -> ManifestContent.read(endless))
                .isInstanceOf(DataIntegrityException.class)
                .hasMessageContaining("a line of more than 67108864 bytes");
    }

    @Test
    void otherEncodingsThanUtf8AreDamage() {
        byte[] text = new ManifestText().file("a").toBytes();
        for (String charset : new String[] {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
            byte[] encoded = new String(text, UTF_8).getBytes(Charset.forName(charset));
            assertThatThrownBy(() -> ManifestContent.read(encoded))
                    .as(charset)
                    .isInstanceOf(DataIntegrityException.class);
        }
    }
}
