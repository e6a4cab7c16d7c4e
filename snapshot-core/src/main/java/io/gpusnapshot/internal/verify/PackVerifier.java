package io.gpusnapshot.internal.verify;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.chunk.ChunkDecoder;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.BaseChunks;
import io.gpusnapshot.internal.format.ChunkId;
import io.gpusnapshot.internal.format.PackFooter;
import io.gpusnapshot.internal.format.StoredChunk;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.internal.transfer.ProgressMeter;
import io.gpusnapshot.model.SnapshotWarning;
import io.gpusnapshot.model.VerifyDepth;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.StorageObject;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    private final BaseChunks bases;
    private final VerifyRoom room;

    PackVerifier(
            Repository repository,
            PackStore packs,
            BaseChunks bases,
            VerifyRoom room,
            Set<ChunkId> damaged,
            ProgressMeter progress) {
        this.repository = repository;
        this.packs = packs;
        this.damaged = damaged;
        this.progress = progress;
        this.bases = bases;
        this.room = room;
    }

    /**
     * @param chunks the chunks that the snapshot has in this pack, by offset
     */
    void verify(StoredPack pack, List<StoredChunk> chunks, VerifyDepth depth) throws IOException, InterruptedException {
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

    private void verifyChunks(StoredPack pack, List<StoredChunk> chunks) throws IOException, InterruptedException {
        for (StoredChunk chunk : chunks) {
            try {
                verifyChunk(chunk);
            } catch (DataIntegrityException | ObjectNotFoundException broken) {
                problem(pack.key(), String.valueOf(broken.getMessage()));
                damaged.add(chunk.id());
            }
            progress.addEntries(1);
            progress.addBytes(chunk.rawBytes());
        }
    }

    private void verifyChunk(StoredChunk chunk) throws IOException, InterruptedException {
        PackRange stored = read(chunk.packKey(), chunk.offset(), chunk.storedBytes(), room.buffers());
        try {
            requireWhole(stored);
            ChunkDecoder.requireStoredChecksum(chunk, stored.bytes());
            Optional<StoredChunk> base = bases.of(chunk);
            if (base.isPresent()) {
                verifyDifference(chunk, stored.bytes(), base.get());
            } else {
                requireDigest(
                        chunk, decoder -> decoder.decode(chunk, stored.bytes().duplicate()));
            }
        } finally {
            room.buffers().release(stored.bytes());
        }
    }

    /** The base is verified where it lies; here it serves to show that the difference leads to the right bytes. */
    private void verifyDifference(StoredChunk chunk, ByteBuffer stored, StoredChunk base)
            throws IOException, InterruptedException {
        PackRange baseStored = read(base.packKey(), base.offset(), base.storedBytes(), room.baseBuffers());
        try {
            requireWhole(baseStored);
            ChunkDecoder.requireStoredChecksum(base, baseStored.bytes());
            requireDigest(chunk, decoder -> decoder.decodeDifference(chunk, stored, base, baseStored.bytes()));
        } finally {
            room.baseBuffers().release(baseStored.bytes());
        }
    }

    /** Decodes a chunk. */
    @FunctionalInterface
    private interface Decoding {
        ByteBuffer decode(ChunkDecoder decoder) throws IOException;
    }

    private void requireDigest(StoredChunk chunk, Decoding decoding) throws IOException, InterruptedException {
        ChunkDecoder decoder = room.decoders().acquire();
        try {
            decoder.requireRawDigest(chunk, decoding.decode(decoder));
        } finally {
            room.decoders().release(decoder);
        }
    }

    private static void requireWhole(PackRange range) throws IOException {
        if (range.failure().isPresent()) {
            throw range.failure().get();
        }
    }

    /** The footer is for salvage; damage to it harms no restore, but it is damage. */
    private void verifyFooter(StoredPack pack, List<StoredChunk> chunks) throws IOException, InterruptedException {
        try {
            Set<StoredChunk> table = new HashSet<>(PackFooter.read(pack, length -> readEnd(pack, length)));
            if (!table.containsAll(chunks)) {
                problem(pack.key(), "has a footer that disagrees with the manifest");
            }
        } catch (DataIntegrityException | UnsupportedFormatException broken) {
            problem(pack.key(), String.valueOf(broken.getMessage()));
        }
    }

    /** The last bytes of a pack, piece by piece, because a footer may be longer than the buffers. */
    private ByteBuffer readEnd(StoredPack pack, int length) throws IOException, InterruptedException {
        ByteBuffer end = ByteBuffer.allocate(length);
        while (end.hasRemaining()) {
            int count = Math.min(end.remaining(), room.buffers().bufferBytes());
            PackRange piece = read(pack.key(), pack.storedBytes() - end.remaining(), count, room.buffers());
            try {
                requireWhole(piece);
                end.put(piece.bytes().duplicate());
            } finally {
                room.buffers().release(piece.bytes());
            }
        }
        return end.flip();
    }

    private PackRange read(String key, long offset, int length, BufferPool buffers)
            throws IOException, InterruptedException {
        PackRange range = packs.read(key, new ByteRange(offset, length), buffers);
        progress.addWireBytes(range.bytes().remaining());
        return range;
    }
}
