package io.gpusnapshot.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.format.ManifestWriter.EntryLines;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.testing.ManifestContent;
import io.gpusnapshot.testing.RandomManifests;
import io.gpusnapshot.testing.SeededRandom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is written into a manifest is read out of it. */
class ManifestRoundTripTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final RandomManifests manifests = new RandomManifests(random);

    @Test
    void randomManifestsComeBack() throws IOException {
        for (int size = 1; size <= 60; size++) {
            ManifestContent written = manifests.next(size);
            assertThat(ManifestContent.read(written.toBytes())).isEqualTo(written);
        }
    }

    @Test
    void manifestsOfManyBlocksComeBack() throws IOException {
        ManifestContent written = manifests.next(3000);
        byte[] lines = written.toBytes();
        assertThat(lines.length).isGreaterThan(1 << 18);
        assertThat(ManifestContent.read(lines)).isEqualTo(written);
    }

    @RepeatedTest(3)
    void readingDoesNotDependOnHowMuchAReadReturns() throws IOException {
        ManifestContent written = manifests.next(40);
        byte[] lines = written.toBytes();
        ByteArrayInputStream dribble = new ByteArrayInputStream(lines) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(7)));
            }
        };
        assertThat(ManifestContent.read(dribble)).isEqualTo(written);
    }

    @Test
    void everyLineIsOneObjectThatStartsWithItsKind() throws IOException {
        String[] lines = new String(manifests.next(10).toBytes(), UTF_8).split("\n", -1);
        for (String line : Arrays.copyOf(lines, lines.length - 1)) {
            assertThat(line).startsWith("{\"kind\":\"").endsWith("}");
        }
        assertThat(lines[lines.length - 1]).isEmpty();
    }

    @Test
    void theHeaderAloneIsTheSame() throws IOException {
        ManifestContent written = manifests.next(50);
        ManifestHeader header =
                ManifestReader.readHeader(new ByteArrayInputStream(written.toBytes()), ManifestContent.SUBJECT);
        assertThat(header).isEqualTo(written.header());
    }

    @Test
    void aLineLongerThanReadersTakeIsNotWritten() throws IOException {
        WorkspaceEntry tooLong = file(Collections.nCopies(2_500_000, new Extent(1L << 40, 1 << 20, 0, 1 << 20)));
        try (EntryLines lines = new EntryLines(OutputStream.nullOutputStream())) {
            lines.write(file(List.of()));
            assertThatThrownBy(() -> lines.write(tooLong))
                    .isInstanceOf(UnsupportedFormatException.class)
                    .hasMessageContainingAll("\"weights.bin\"", "larger chunks");
        }
    }

    private static WorkspaceEntry file(List<Extent> extents) {
        return new WorkspaceEntry(
                RawPath.of("weights.bin"),
                EntryType.FILE,
                new EntryMetadata(0, 0, 0, Instant.EPOCH, List.of()),
                ChangeStamp.UNRELIABLE,
                new FileContent(Long.MAX_VALUE, extents, OptionalLong.empty(), false),
                Optional.empty());
    }

    @Test
    void namesThatAreNotUtf8AreInBase64() throws IOException {
        RawPath odd = RawPath.ofBytes(new byte[] {'a', (byte) 0xff});
        ManifestText text = new ManifestText()
                .entry("\"pathBase64\":\"" + Base64.getEncoder().encodeToString(odd.bytes())
                        + "\",\"type\":\"directory\"")
                .entry("\"path\":\"b\",\"type\":\"symlink\",\"targetBase64\":\"/w==\"");
        WorkspaceEntry directory =
                ManifestContent.read(text.toBytes()).entries().get(1);
        WorkspaceEntry link = ManifestContent.read(text.toBytes()).entries().get(2);
        assertThat(directory.path()).isEqualTo(odd);
        assertThat(link.linkTarget()).contains(RawPath.ofBytes(new byte[] {(byte) 0xff}));
    }
}
