package io.gpusnapshot.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import io.gpusnapshot.testing.RandomManifests;
import io.gpusnapshot.testing.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fast writing of entry lines gives the bytes that a generator of JSON gives. */
class EntryWriteKernelTest {
    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final EntryWriteKernel kernel = new EntryWriteKernel();

    @Test
    void randomEntriesAreWrittenAlike() throws IOException {
        int written = 0;
        for (WorkspaceEntry entry : new RandomManifests(random).next(3000).entries()) {
            if (EntryWriteKernel.canWrite(entry)) {
                assertWrittenAlike(entry);
                written++;
            }
        }
        assertThat(written).isPositive();
    }

    @Test
    void extremeNumbersAreWrittenAlike() throws IOException {
        for (long number : new long[] {1, 9, 10, 99, 100, 0xffffffffL, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            FileContent content = new FileContent(Math.max(0, number), List.of(), OptionalLong.of(1), false);
            assertWrittenAlike(entry(RawPath.of("a b"), Instant.ofEpochSecond(0, 999_999_999), number, content));
        }
    }

    @Test
    void whatNeedsEscapesOrSignsIsLeftToTheGenerator() {
        for (String path : new String[] {"a\"", "a\\", "a\n", "\u00e9"}) {
            assertThat(EntryWriteKernel.canWrite(entry(RawPath.of(path), Instant.EPOCH, 1, FileContent.NOTHING)))
                    .isFalse();
        }
        assertThat(EntryWriteKernel.canWrite(entry(RawPath.of("a"), Instant.ofEpochSecond(-1), 1, FileContent.NOTHING)))
                .isFalse();
    }

    private static WorkspaceEntry entry(RawPath path, Instant time, long inode, FileContent content) {
        return new WorkspaceEntry(
                path,
                EntryType.FILE,
                new EntryMetadata(0751, 0, 0xfffffffeL, time, List.of()),
                new ChangeStamp(time, inode),
                content,
                Optional.empty());
    }

    private void assertWrittenAlike(WorkspaceEntry entry) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonLines.FACTORY.createGenerator(expected)) {
            EntryJson.write(json, entry);
        }
        expected.write('\n');
        ByteArrayOutputStream actual = new ByteArrayOutputStream();
        kernel.write(entry, actual);
        assertThat(actual.toString(UTF_8)).isEqualTo(expected.toString(UTF_8));
    }
}
