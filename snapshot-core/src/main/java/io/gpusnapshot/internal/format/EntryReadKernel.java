package io.gpusnapshot.internal.format;

import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads entry lines of the very form that {@link EntryJson} gives to nearly all files and directories, byte by byte and
 * several times as fast as a parser of JSON. Every other form, right or wrong, is left to such a parser. Belongs to one
 * thread.
 */
final class EntryReadKernel {
    private static final byte[] PATH = ascii("{\"kind\":\"entry\",\"path\":\"");
    private static final byte[] FILE = ascii("\",\"type\":\"file\",\"mode\":\"");
    private static final byte[] DIRECTORY = ascii("\",\"type\":\"directory\",\"mode\":\"");
    private static final byte[] USER = ascii("\",\"uid\":");
    private static final byte[] GROUP = ascii(",\"gid\":");
    private static final byte[] MODIFIED = ascii(",\"mtime\":[");
    private static final byte[] CHANGED = ascii(",\"ctime\":[");
    private static final byte[] INODE = ascii(",\"inode\":");
    private static final byte[] SIZE = ascii(",\"size\":");
    private static final byte[] EXTENTS = ascii(",\"extents\":[");
    private static final byte[] LINK = ascii(",\"link\":");
    private static final byte[] END = ascii("}\n");
    private static final int MAX_NANOSECONDS = 999_999_999;
    /** A number of so many digits that is too large for a long turns negative in it. */
    private static final int MAX_DIGITS = 19;

    private byte[] bytes = {};
    private int at;
    private int limit;
    /** Whether the line has had the form so far. */
    private boolean fits;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads the line that starts at an index.
     *
     * @param end index behind the last byte that may be looked at
     * @return null if the line has another form
     */
    @Nullable
    WorkspaceEntry read(byte[] buffer, int start, int end) {
        bytes = buffer;
        at = start;
        limit = end;
        fits = true;
        require(PATH);
        RawPath path = fits ? text() : RawPath.ROOT;
        boolean file = accept(FILE);
        fits &= file || accept(DIRECTORY);
        EntryMetadata metadata = metadata();
        ChangeStamp stamp = accept(CHANGED) ? stamp() : ChangeStamp.UNRELIABLE;
        FileContent content = file ? content() : FileContent.NOTHING;
        require(END);
        EntryType type = file ? EntryType.FILE : EntryType.DIRECTORY;
        return fits ? new WorkspaceEntry(path, type, metadata, stamp, content, Optional.empty()) : null;
    }

    /** Index behind the line that was read last. */
    int end() {
        return at;
    }

    private RawPath text() {
        int start = at;
        boolean ascii = true;
        while (at < limit && bytes[at] != '"' && bytes[at] != '\\' && (bytes[at] & 0xe0) != 0) {
            ascii &= bytes[at] > 0;
            at++;
        }
        RawPath path = RawPath.ofBytes(Arrays.copyOfRange(bytes, start, at));
        fits &= ascii || path.text().isPresent();
        return path;
    }

    private EntryMetadata metadata() {
        int mode = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < limit ? bytes[at++] - '0' : -1;
            fits &= digit >= 0 && digit <= 7;
            mode = mode << 3 | digit;
        }
        require(USER);
        long user = number(EntryJson.MAX_OWNER);
        require(GROUP);
        long group = number(EntryJson.MAX_OWNER);
        require(MODIFIED);
        return new EntryMetadata(mode, user, group, instant(), List.of());
    }

    private ChangeStamp stamp() {
        Instant changed = instant();
        require(INODE);
        return new ChangeStamp(changed, number(Long.MAX_VALUE));
    }

    private FileContent content() {
        require(SIZE);
        long size = number(Long.MAX_VALUE);
        require(EXTENTS);
        List<Extent> extents = fits && !accept(']') ? extents() : List.of();
        OptionalLong link = accept(LINK) ? OptionalLong.of(number(Long.MAX_VALUE)) : OptionalLong.empty();
        return new FileContent(size, extents, link, false);
    }

    private List<Extent> extents() {
        List<Extent> extents = new ArrayList<>(1);
        do {
            require('[');
            long fileOffset = number(Long.MAX_VALUE);
            require(',');
            int chunk = (int) number(Integer.MAX_VALUE);
            require(',');
            int chunkOffset = (int) number(Integer.MAX_VALUE);
            require(',');
            extents.add(new Extent(fileOffset, chunk, chunkOffset, (int) number(Integer.MAX_VALUE)));
            require(']');
        } while (fits && accept(','));
        require(']');
        return extents;
    }

    private Instant instant() {
        long seconds = number(Instant.MAX.getEpochSecond());
        require(',');
        long nanoseconds = number(MAX_NANOSECONDS);
        require(']');
        return Instant.ofEpochSecond(seconds, nanoseconds);
    }

    /** A number without sign and without leading zeros. */
    private long number(long max) {
        int start = at;
        long value = 0;
        while (at < limit && bytes[at] >= '0' && bytes[at] <= '9' && at - start < MAX_DIGITS) {
            value = value * 10 + bytes[at++] - '0';
        }
        boolean leadingZero = at - start > 1 && bytes[start] == '0';
        fits &= at > start && !leadingZero && value >= 0 && value <= max;
        return fits ? value : 0;
    }

    private void require(byte[] expected) {
        fits &= accept(expected);
    }

    private void require(char expected) {
        fits &= accept(expected);
    }

    private boolean accept(char expected) {
        boolean found = at < limit && bytes[at] == expected;
        at += found ? 1 : 0;
        return found;
    }

    private boolean accept(byte[] expected) {
        int end = at + expected.length;
        boolean found = end <= limit && Arrays.equals(bytes, at, end, expected, 0, expected.length);
        at = found ? end : at;
        return found;
    }
}
