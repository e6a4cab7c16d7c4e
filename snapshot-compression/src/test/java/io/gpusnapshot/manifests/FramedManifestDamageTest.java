package io.gpusnapshot.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.codec.lz4.Lz4Codec;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.testing.ManifestContent;
import io.gpusnapshot.testing.RandomManifests;
import io.gpusnapshot.testing.SeededRandom;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Damage to a manifest as it is stored. The frame's checksums find it before a line of it is believed. */
class FramedManifestDamageTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Lz4Codec codec = new Lz4Codec();
    private byte[] stored = new byte[0];

    @BeforeEach
    void store() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        new RandomManifests(random).next(20).write(codec.encoder(frame));
        stored = frame.toByteArray();
    }

    private ManifestContent read(byte[] frame) throws IOException {
        try (InputStream decoded = codec.decoder(new ByteArrayInputStream(frame))) {
            return ManifestContent.read(decoded);
        }
    }

    @Test
    void theUndamagedManifestIsRead() throws IOException {
        assertThat(read(stored).entries()).isNotEmpty();
    }

    @Test
    void everyTruncationIsDamage() {
        for (int length = 0; length < stored.length; length++) {
            byte[] truncated = Arrays.copyOf(stored, length);
            assertThatThrownBy(() -> read(truncated))
                    .as("cut to %d of %d bytes", length, stored.length)
                    .isInstanceOf(DataIntegrityException.class);
        }
    }

    @Test
    void everyFlippedBitIsDamage() {
        for (int at = 0; at < stored.length; at++) {
            byte[] damaged = stored.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> read(damaged)).as("byte %d", at).isInstanceOf(DataIntegrityException.class);
        }
    }

    @Test
    void surplusBytesAreDamage() {
        assertThatThrownBy(() -> read(Arrays.copyOf(stored, stored.length + 1)))
                .isInstanceOf(DataIntegrityException.class);
    }
}
