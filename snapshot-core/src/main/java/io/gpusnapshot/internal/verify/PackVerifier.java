package io.gpusnapshot.internal.verify;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.PackFooter;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.StorageObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Verifies packs one by one. Belongs to one thread. */
final class PackVerifier {
    private final Repository repository;
    private final PackStore packs;
    private final Set<ChunkId> damaged;
    private final ProgressMeter progress;
    private final ChunkDecoder decoder;
    private final ByteBuffer stored;

    PackVerifier(
            Repository repository, PackStore packs, int largestChunk, Set<ChunkId> damaged, ProgressMeter progress) {
        this.repository = repository;
        this.packs = packs;
        this.damaged = damaged;
        this.progress = progress;
        this.decoder = new ChunkDecoder(repository.codecs(), largestChunk);
        this.stored = ByteBuffer.allocateDirect(largestChunk);
    }

    /**
     * @param chunks the chunks that the snapshot has in this pack, by offset
     */
    void verify(StoredPack pack, List<StoredChunk> chunks, VerifyDepth depth) throws IOException {
        Optional<StorageObject> object = repository.store().stat(pack.key());
        if (object.isEmpty()) {
            problem(pack.key(), "is missing");
            lose(chunks);
        } else if (object.get().lengthBytes() != pack.storedBytes()) {
            problem(
                    pack.key(),
                    "has " + object.get().lengthBytes() + " bytes, but the manifest says " + pack.storedBytes());
            lose(chunks);
        } else if (depth == VerifyDepth.DATA) {
            verifyChunks(pack, chunks);
            verifyFooter(pack, chunks);
        }
    }

    private void problem(String key, String what) {
        progress.warn(new SnapshotWarning(key, what));
    }

    private void lose(List<StoredChunk> chunks) {
        chunks.forEach(chunk -> damaged.add(chunk.id()));
    }

    private void verifyChunks(StoredPack pack, List<StoredChunk> chunks) throws IOException {
        for (StoredChunk chunk : chunks) {
            try {
                read(pack.key(), chunk.offset(), stored.clear().limit(chunk.storedBytes()));
                ChunkDecoder.requireStoredChecksum(chunk, stored);
                decoder.requireRawDigest(chunk, decoder.decode(chunk, stored));
            } catch (DataIntegrityException | ObjectNotFoundException broken) {
                problem(pack.key(), String.valueOf(broken.getMessage()));
                damaged.add(chunk.id());
            }
            progress.addEntries(1);
            progress.addBytes(chunk.rawBytes());
        }
    }

    /** The footer is for salvage; damage to it harms no restore, but it is damage. */
    private void verifyFooter(StoredPack pack, List<StoredChunk> chunks) throws IOException {
        try {
            Set<StoredChunk> table = new HashSet<>(readFooter(pack));
            if (!table.containsAll(chunks)) {
                problem(pack.key(), "has a footer that disagrees with the manifest");
            }
        } catch (DataIntegrityException | UnsupportedFormatException broken) {
            problem(pack.key(), String.valueOf(broken.getMessage()));
        }
    }

    private List<StoredChunk> readFooter(StoredPack pack) throws IOException {
        ByteBuffer trailer = ByteBuffer.allocate(PackFooter.TRAILER_BYTES);
        if (pack.storedBytes() < PackFooter.TRAILER_BYTES) {
            throw new DataIntegrityException(pack.key(), 0, "is too short for a pack", null);
        }
        read(pack.key(), pack.storedBytes() - PackFooter.TRAILER_BYTES, trailer);
        int table = PackFooter.tableBytes(trailer, pack.key());
        if (table > pack.storedBytes() - PackFooter.TRAILER_BYTES) {
            throw new DataIntegrityException(pack.key(), 0, "has a table longer than itself", null);
        }
        ByteBuffer footer = ByteBuffer.allocate(table + PackFooter.TRAILER_BYTES);
        read(pack.key(), pack.storedBytes() - footer.capacity(), footer);
        return PackFooter.decode(footer, pack);
    }

    private void read(String key, long offset, ByteBuffer target) throws IOException {
        progress.addWireBytes(target.remaining());
        try (ReadableByteChannel channel = packs.open(key, new ByteRange(offset, target.remaining()))) {
            while (target.hasRemaining()) {
                if (channel.read(target) < 0) {
                    throw new DataIntegrityException(key, offset, key + " ended within a range", null);
                }
            }
        }
        target.flip();
    }
}
