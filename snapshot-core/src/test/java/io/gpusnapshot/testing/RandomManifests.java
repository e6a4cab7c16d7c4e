package io.gpusnapshot.testing;

import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.model.ChangeStamp;
import io.gpusnapshot.model.EntryMetadata;
import io.gpusnapshot.model.EntryType;
import io.gpusnapshot.model.ExtendedAttribute;
import io.gpusnapshot.model.Extent;
import io.gpusnapshot.model.FileContent;
import io.gpusnapshot.model.RawPath;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.model.SnapshotSummary;
import io.gpusnapshot.model.SnapshotTotals;
import io.gpusnapshot.model.WorkspaceEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Makes manifests that obey every rule of the format and use all of it. */
public final class RandomManifests {
    private static final SnapshotId ID = new SnapshotId("20260102T030405Z-gpu-1-22222222");

    private final SeededRandom random;

    public RandomManifests(SeededRandom random) {
        this.random = random;
    }

    /** A manifest of a few packs and some {@code size} chunks and entries. */
    public ManifestContent next(int size) {
        List<StoredPack> packs = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            Optional<String> version = random.nextInt(2) == 0 ? Optional.empty() : Optional.of(text());
            packs.add(new StoredPack(RepositoryLayout.pack(ID, i), 1L << 40, version));
        }
        List<StoredChunk> chunks = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(size); i++) {
            StoredPack pack = packs.get(random.nextInt(packs.size()));
            chunks.add(random.nextInt(4) == 0 && !chunks.isEmpty() ? difference(pack, chunks) : chunk(pack));
        }
        List<WorkspaceEntry> entries = new ArrayList<>();
        entries.add(directory(RawPath.ROOT));
        addChildren(entries, chunks, RawPath.ROOT, size, 0);
        return new ManifestContent(header(), packs, chunks, entries);
    }

    private ManifestHeader header() {
        SnapshotTotals totals = new SnapshotTotals(1, 2, 3, 4, 5, 6, 7, Math.abs(random.nextLong() >> 1));
        SnapshotSummary summary = new SnapshotSummary(
                ID,
                instant(),
                text(),
                text(),
                random.nextInt(2) == 0 ? Optional.empty() : Optional.of(ID),
                4 << 20,
                Map.of(text(), text(), "label", ""),
                Map.of("os", text()),
                totals);
        return new ManifestHeader(text(), text(), Set.of(ManifestHeader.DELTA), summary);
    }

    private StoredChunk chunk(StoredPack pack) {
        boolean framed = random.nextInt(2) == 0;
        int rawBytes = random.nextInt(2, StoredChunk.MAX_RAW_BYTES + 1);
        int storedBytes = framed ? random.nextInt(1, rawBytes) : rawBytes;
        return new StoredChunk(
                ChunkId.of(random.nextBytes(ChunkId.LENGTH)),
                pack.key(),
                Math.floorMod(random.nextLong(), pack.storedBytes() - storedBytes),
                storedBytes,
                rawBytes,
                framed ? "lz4" : "none",
                (int) random.nextLong());
    }

    /** A chunk that is stored as the difference to the first, which is always whole. */
    private StoredChunk difference(StoredPack pack, List<StoredChunk> chunks) {
        StoredChunk base = chunks.get(0);
        int storedBytes = random.nextInt(1, base.rawBytes());
        return new StoredChunk(
                ChunkId.of(random.nextBytes(ChunkId.LENGTH)),
                pack.key(),
                Math.floorMod(random.nextLong(), pack.storedBytes() - storedBytes),
                storedBytes,
                base.rawBytes(),
                "lz4",
                (int) random.nextLong(),
                Optional.of(base.id()));
    }

    private void addChildren(
            List<WorkspaceEntry> entries, List<StoredChunk> chunks, RawPath directory, int size, int depth) {
        TreeSet<RawPath> children = new TreeSet<>();
        for (int i = 0; i < size; i++) {
            children.add(directory.child(name()));
        }
        for (RawPath child : children) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    entries.add(directory(child));
                    addChildren(entries, chunks, child, depth < 4 ? random.nextInt(Math.min(size, 10)) : 0, depth + 1);
                }
                case 1 -> entries.add(symlink(child));
                default -> entries.add(file(child, chunks));
            }
        }
    }

    private WorkspaceEntry directory(RawPath path) {
        return new WorkspaceEntry(
                path, EntryType.DIRECTORY, metadata(), stamp(), FileContent.NOTHING, Optional.empty());
    }

    private WorkspaceEntry symlink(RawPath path) {
        RawPath target = RawPath.of("../").child(name());
        return new WorkspaceEntry(
                path, EntryType.SYMLINK, metadata(), stamp(), FileContent.NOTHING, Optional.of(target));
    }

    private WorkspaceEntry file(RawPath path, List<StoredChunk> chunks) {
        List<Extent> extents = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < random.nextInt(4); i++) {
            int chunk = random.nextInt(chunks.size());
            int rawBytes = chunks.get(chunk).rawBytes();
            int start = random.nextInt(rawBytes);
            offset += random.nextInt(2) == 0 ? 0 : Math.abs(random.nextLong() >> 24);
            extents.add(new Extent(offset, chunk, start, random.nextInt(1, rawBytes - start + 1)));
            offset = extents.get(i).fileEnd();
        }
        OptionalLong link = random.nextInt(5) == 0 ? OptionalLong.of(random.nextInt(9)) : OptionalLong.empty();
        FileContent content = new FileContent(offset + random.nextInt(2), extents, link, random.nextInt(5) == 0);
        return new WorkspaceEntry(path, EntryType.FILE, metadata(), stamp(), content, Optional.empty());
    }

    private EntryMetadata metadata() {
        List<ExtendedAttribute> attributes = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            RawPath name = RawPath.of("user." + text() + i);
            attributes.add(new ExtendedAttribute(name, random.nextBytes(random.nextInt(20))));
        }
        return new EntryMetadata(random.nextInt(010000), owner(), owner(), instant(), attributes);
    }

    private long owner() {
        return random.nextInt(2) == 0 ? 0 : Math.floorMod(random.nextLong(), 0xffffffffL);
    }

    private ChangeStamp stamp() {
        return random.nextInt(2) == 0
                ? ChangeStamp.UNRELIABLE
                : new ChangeStamp(instant(), 1 + Math.abs(random.nextLong() >> 1));
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextLong() >> 20, random.nextInt(1_000_000_000));
    }

    private String text() {
        String all = "abcXYZ019 .-_/\\\"'{}[],:\n\t\u0001\u007f\u00e9\u20ac\u2028\ufffd\ud83d\ude00";
        StringBuilder text = new StringBuilder("t");
        for (int i = 0; i < random.nextInt(8); i++) {
            int at = random.nextInt(all.codePointCount(0, all.length()));
            text.appendCodePoint(all.codePointAt(all.offsetByCodePoints(0, at)));
        }
        return text.toString();
    }

    /** Half of the names are UTF-8, the others any bytes that a file name may have. */
    private byte[] name() {
        if (random.nextInt(2) == 0) {
            return text().replace('/', '-').getBytes(StandardCharsets.UTF_8);
        }
        byte[] name = random.nextBytes(1 + random.nextInt(20));
        for (int i = 0; i < name.length; i++) {
            name[i] = name[i] == 0 || name[i] == '/' || name[i] == '.' ? (byte) 0xff : name[i];
        }
        return name;
    }
}
