package io.gpusnapshot.internal.format;

import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/**
 * Writes the entry lines of nearly all files and directories, byte by byte and to the same bytes as {@link EntryJson},
 * but several times as fast. Belongs to one thread.
 */
final class EntryWriteKernel {
    private static final int MAX_EXTENTS = 1 << 16;
    /** Names of fields, and numbers of 20 digits. */
    private static final int MAX_FIXED_BYTES = 512;

    private static final int MAX_EXTENT_BYTES = 4 * 21 + 2;

    private byte[] line = new byte[1 << 12];
    private int length;

    /** Whether the line of an entry is as simple as this class can write it. */
    static boolean canWrite(WorkspaceEntry entry) {
        EntryMetadata metadata = entry.metadata();
        FileContent content = entry.content();
        return entry.type() != EntryType.SYMLINK
                && metadata.attributes().isEmpty()
                && metadata.modified().getEpochSecond() >= 0
                && entry.stamp().statusChanged().getEpochSecond() >= 0
                && !content.changedWhileRead()
                && content.extents().size() <= MAX_EXTENTS
                && isPlain(entry.path());
    }

    private static boolean isPlain(RawPath path) {
        for (int i = 0; i < path.length(); i++) {
            byte b = path.byteAt(i);
            if (b < ' ' || b == '"' || b == '\\') {
                return false;
            }
        }
        return true;
    }

    void write(WorkspaceEntry entry, OutputStream out) throws IOException {
        RawPath path = entry.path();
        int extents = entry.content().extents().size();
        startLine(MAX_FIXED_BYTES + path.length() + extents * MAX_EXTENT_BYTES);
        text("{\"kind\":\"entry\",\"path\":\"");
        for (int i = 0; i < path.length(); i++) {
            line[length++] = path.byteAt(i);
        }
        text("\",\"type\":\"");
        text(entry.type().id());
        metadata(entry.metadata());
        if (entry.stamp().isReliable()) {
            instant(",\"ctime\":[", entry.stamp().statusChanged());
            number(",\"inode\":", entry.stamp().inode());
        }
        if (entry.type() == EntryType.FILE) {
            content(entry.content());
        }
        text("}\n");
        out.write(line, 0, length);
    }

    private void startLine(int maxBytes) {
        if (line.length < maxBytes) {
            line = new byte[maxBytes];
        }
        length = 0;
    }

    private void metadata(EntryMetadata metadata) {
        text("\",\"mode\":\"");
        for (int shift = 9; shift >= 0; shift -= 3) {
            line[length++] = (byte) ('0' + (metadata.mode() >> shift & 7));
        }
        number("\",\"uid\":", metadata.userId());
        number(",\"gid\":", metadata.groupId());
        instant(",\"mtime\":[", metadata.modified());
    }

    private void content(FileContent content) {
        number(",\"size\":", content.sizeBytes());
        text(",\"extents\":[");
        String start = "[";
        for (Extent extent : content.extents()) {
            number(start, extent.fileOffset());
            number(",", extent.chunk());
            number(",", extent.chunkOffset());
            number(",", extent.length());
            text("]");
            start = ",[";
        }
        text("]");
        if (content.linkGroup().isPresent()) {
            number(",\"link\":", content.linkGroup().getAsLong());
        }
    }

    private void instant(String before, Instant time) {
        number(before, time.getEpochSecond());
        number(",", time.getNano());
        text("]");
    }

    private void number(String before, long value) {
        text(before);
        if (value < 0) {
            // Such as an inode number that has all 64 bits.
            text(Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        length += digits;
        long rest = value;
        for (int at = length - 1; at >= length - digits; at--) {
            line[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    @SuppressWarnings("deprecation") // It takes the low bytes of characters, which are ASCII, as they are.
    private void text(String ascii) {
        int count = ascii.length();
        ascii.getBytes(0, count, line, length);
        length += count;
    }
}
