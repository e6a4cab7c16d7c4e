package io.gpusnapshot.internal.create;

import io.gpusnapshot.internal.chunk.ChunkEncoder;
import io.gpusnapshot.internal.chunk.EncodedChunk;
import io.gpusnapshot.internal.posix.PosixCalls;
import io.gpusnapshot.internal.posix.UnixAttributes;
import io.gpusnapshot.internal.scan.ScannedEntry;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.WorkspaceEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads consecutive entries of the walk: small files into one shared chunk, of the others their metadata. */
final class BatchTask {
    /** A file that changed while it was read is read this often in all. */
    static final int MAX_ATTEMPTS = 3;

    private final List<BatchItem> items;
    private final Optional<WorkBuffers> buffers;
    private final PosixCalls posix;

    /**
     * @param buffers present if any of the entries is to be read
     */
    BatchTask(List<BatchItem> items, Optional<WorkBuffers> buffers, PosixCalls posix) {
        this.items = items;
        this.buffers = buffers;
        this.posix = posix;
    }

    /**
     * What became of a batch.
     *
     * @param drafts in walk order
     * @param chunk the shared chunk, if any file has content
     */
    record Result(List<Draft> drafts, Optional<EncodedChunk> chunk, Optional<WorkBuffers> buffers, long bytesRead) {}

    Result run(EntryFactory entries, ChunkEncoder encoder) throws IOException {
        List<Draft> drafts = new ArrayList<>(items.size());
        for (BatchItem item : items) {
            drafts.add(item instanceof PlannedEntry planned ? draft(planned, entries) : (Draft) item);
        }
        if (buffers.isEmpty() || buffers.get().raw().position() == 0) {
            return new Result(drafts, Optional.empty(), buffers, 0);
        }
        ByteBuffer raw = buffers.get().raw().flip();
        EncodedChunk chunk = encoder.encode(raw, buffers.get().scratch());
        return new Result(drafts, Optional.of(chunk), buffers, raw.limit());
    }

    private Draft draft(PlannedEntry planned, EntryFactory entries) throws IOException {
        ScannedEntry scanned = planned.scanned();
        FileContent content = new FileContent(scanned.attributes().sizeBytes(), List.of(), planned.linkGroup(), false);
        return switch (planned.plan()) {
            case METADATA ->
                new Draft.Plain(entries.create(
                        scanned,
                        scanned.attributes(),
                        scanned.attributes().isRegularFile() ? content : FileContent.NOTHING));
            case HARD_LINK -> new Draft.HardLink(entries.create(scanned, scanned.attributes(), content));
            case READ -> readSmall(planned, buffers.orElseThrow().raw(), entries);
        };
    }

    private Draft readSmall(PlannedEntry planned, ByteBuffer raw, EntryFactory entries) throws IOException {
        int start = raw.position();
        try {
            return readUntilStable(planned, raw, entries);
        } catch (ClosedByInterruptException cancelled) {
            throw cancelled;
        } catch (IOException unreadable) {
            raw.limit(raw.capacity()).position(start);
            return new Draft.Skipped(planned.scanned().path(), Failures.reason(unreadable));
        }
    }

    private Draft readUntilStable(PlannedEntry planned, ByteBuffer raw, EntryFactory entries) throws IOException {
        ScannedEntry scanned = planned.scanned();
        int start = raw.position();
        UnixAttributes before = scanned.attributes();
        for (int attempt = 1; ; attempt++) {
            // As many bytes as the file had, or as there is room for if it has grown beyond its batch.
            raw.position(start).limit((int) Math.min(raw.capacity(), start + before.sizeBytes()));
            UnixAttributes after = posix.readFile(scanned.file(), raw);
            int count = raw.position() - start;
            raw.limit(raw.capacity());
            boolean stable = count == before.sizeBytes() && before.sameState(after);
            if (stable || attempt == MAX_ATTEMPTS) {
                WorkspaceEntry entry = entries.create(scanned, before, content(count, planned.linkGroup(), !stable));
                return count == 0 ? new Draft.Plain(entry) : new Draft.InSharedChunk(entry, start);
            }
            before = after;
        }
    }

    private static FileContent content(int size, OptionalLong linkGroup, boolean changed) {
        return new FileContent(size, List.of(), linkGroup, changed);
    }
}
