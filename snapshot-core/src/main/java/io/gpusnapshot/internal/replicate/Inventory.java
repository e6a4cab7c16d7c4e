package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.UnsupportedFormatException;
import io.gpusnapshot.internal.concurrent.BufferPool;
import io.gpusnapshot.internal.format.PackFooter;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.format.StoredPack;
import io.gpusnapshot.internal.transfer.PackRange;
import io.gpusnapshot.internal.transfer.PackStore;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares the packs of a snapshot with those that a store has. */
final class Inventory {
    private final StorageProvider store;
    private final PackStore packs;

    Inventory(StorageProvider store, PackStore packs) {
        this.store = store;
        this.packs = packs;
    }

    /**
     * Returns the packs that the store does not have, or has as a torso.
     *
     * @throws SnapshotConflictException if it has another pack under the key of one
     */
    List<StoredPack> missing(SnapshotContents contents) throws IOException {
        Map<String, Long> lengths = new HashMap<>();
        for (SnapshotId creator : contents.creators()) {
            StorageProviders.listAll(
                    store, RepositoryLayout.packsOf(creator), pack -> lengths.put(pack.key(), pack.lengthBytes()));
        }
        List<StoredPack> missing = new ArrayList<>();
        for (StoredPack pack : contents.packs()) {
            Long length = lengths.get(pack.key());
            if (length == null) {
                missing.add(pack);
            } else if (length != pack.storedBytes()) {
                requireTorso(new StoredPack(pack.key(), length, Optional.empty()));
                missing.add(pack);
            }
        }
        return missing;
    }

    /** What ends like a pack is one, and other snapshots may need it as it is; what does not is of no use to anybody. */
    private void requireTorso(StoredPack present) throws IOException {
        try {
            PackFooter.read(present, length -> end(present, length));
        } catch (DataIntegrityException | ObjectNotFoundException noPack) {
            return;
        } catch (UnsupportedFormatException newer) {
            throw conflict(present, newer);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The replication was cancelled");
        }
        throw conflict(present, null);
    }

    private SnapshotConflictException conflict(StoredPack present, @Nullable Exception cause) {
        return new SnapshotConflictException(
                present.key(),
                store + " holds another pack of " + present.storedBytes() + " bytes under the key " + present.key()
                        + "; one of the two stores was tampered with, so verify the snapshots in both",
                cause);
    }

    private ByteBuffer end(StoredPack pack, int length) throws IOException, InterruptedException {
        ByteRange range = new ByteRange(pack.storedBytes() - length, length);
        PackRange end = packs.read(pack.key(), range, new BufferPool(length, 1));
        if (end.failure().isPresent()) {
            throw end.failure().get();
        }
        return end.bytes();
    }
}
