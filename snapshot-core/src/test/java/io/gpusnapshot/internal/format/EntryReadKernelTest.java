package io.gpusnapshot.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import io.gpusnapshot.internal.format.ManifestWriter.EntryLines;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.testing.RandomManifests;
import io.gpusnapshot.testing.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fast reading of entry lines says what the parser of JSON says, or nothing. */
class EntryReadKernelTest {
    private static final String FILE =
            "{\"kind\":\"entry\",\"path\":\"a/\u00e9.py\",\"type\":\"file\",\"mode\":\"0644\","
                    + "\"uid\":0,\"gid\":4294967294,\"mtime\":[1700000000,5],\"ctime\":[1700000001,999999999],"
                    + "\"inode\":9223372036854775807,\"size\":30,\"extents\":[[0,1,20,10],[15,0,0,15]],\"link\":7}\n";
    private static final String DIRECTORY =
            "{\"kind\":\"entry\",\"path\":\"\",\"type\":\"directory\",\"mode\":\"1777\","
                    + "\"uid\":10,\"gid\":0,\"mtime\":[0,0]}\n";

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final EntryReadKernel kernel = new EntryReadKernel();

    @Test
    void ordinaryLinesAreReadFast() throws IOException {
        for (String line : new String[] {FILE, DIRECTORY, FILE.replace("[[0,1,20,10],[15,0,0,15]]", "[]")}) {
            byte[] bytes = line.getBytes(UTF_8);
            assertThat(kernel.read(bytes, 0, bytes.length))
                    .isEqualTo(parsed(bytes).orElseThrow());
            assertThat(kernel.end()).isEqualTo(bytes.length);
        }
    }

    @Test
    void writtenEntriesComeBack() throws IOException {
        for (WorkspaceEntry entry : new RandomManifests(random).next(300).entries()) {
            assertSame(line(entry));
        }
    }

    @Test
    void truncatedLinesAreLeftToTheParser() {
        byte[] line = FILE.getBytes(UTF_8);
        for (int length = 0; length < line.length; length++) {
            assertThat(kernel.read(line, 0, length)).isNull();
        }
    }

    @Test
    void damagedLinesMeanWhatTheyMeanToTheParser() throws IOException {
        byte[] line = FILE.getBytes(UTF_8);
        byte[] replacements = "\"\\,:[]{}0189-.eE \n\t\u007f\u00ff".getBytes(UTF_8);
        for (int at = 0; at < line.length - 1; at++) {
            for (byte replacement : replacements) {
                byte[] damaged = line.clone();
                damaged[at] = replacement;
                assertSame(damaged);
            }
        }
    }

    @Test
    void numbersOutOfRangeAreLeftToTheParser() throws IOException {
        for (String number :
                new String[] {"9223372036854775808", "9999999999999999999", "00", "-1", "1e2", "", "010"}) {
            assertThat(read(FILE.replace("9223372036854775807", number))).isNull();
        }
        assertThat(read(FILE.replace("4294967294", "4294967295"))).isNull();
        assertThat(read(FILE.replace("999999999]", "1000000000]"))).isNull();
        assertThat(read(FILE.replace("[0,1,20,10]", "[0,2147483648,20,10]"))).isNull();
        assertThat(read(FILE.replace("0644", "0844"))).isNull();
    }

    private @Nullable WorkspaceEntry read(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return kernel.read(bytes, 0, bytes.length);
    }

    private void assertSame(byte[] line) throws IOException {
        WorkspaceEntry entry = kernel.read(line, 0, line.length);
        if (entry != null) {
            assertThat(parsed(Arrays.copyOf(line, kernel.end()))).contains(entry);
        }
    }

    /** What the parser makes of a line; empty if it refuses it. */
    private static Optional<WorkspaceEntry> parsed(byte[] line) throws IOException {
        try (JsonParser json = JsonLines.FACTORY.createParser(line)) {
            json.nextToken();
            json.nextFieldName();
            json.nextTextValue();
            return Optional.of(EntryJson.read(json));
        } catch (IllegalArgumentException refused) {
            return Optional.empty();
        }
    }

    private static byte[] line(WorkspaceEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (EntryLines lines = new EntryLines(bytes)) {
            lines.write(entry);
        }
        return bytes.toByteArray();
    }
}
