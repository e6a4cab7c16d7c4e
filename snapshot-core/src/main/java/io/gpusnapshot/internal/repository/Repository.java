package io.gpusnapshot.internal.repository;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.error.DataIntegrityException;
import io.gpusnapshot.error.ObjectNotFoundException;
import io.gpusnapshot.error.PreconditionFailedException;
import io.gpusnapshot.error.SnapshotConflictException;
import io.gpusnapshot.error.SnapshotNotFoundException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.format.LeaseRecord;
import io.gpusnapshot.internal.format.ManifestHeader;
import io.gpusnapshot.internal.format.ManifestReader;
import io.gpusnapshot.internal.format.RepositoryDescriptor;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.storage.ContentSource;
import io.gpusnapshot.storage.OpenedObject;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** One repository in a store. Thread-safe. Closing the store is the caller's business. */
public final class Repository implements ManifestSource {
    private final StorageProvider store;
    private final CodecRegistry codecs;
    private final RepositoryDescriptor descriptor;

    private Repository(StorageProvider store, CodecRegistry codecs, RepositoryDescriptor descriptor) {
        this.store = store;
        this.codecs = codecs;
        this.descriptor = descriptor;
    }

    /**
     * Opens a repository.
     *
     * @throws SnapshotNotFoundException if the store holds none
     */
    public static Repository open(StorageProvider store, CodecRegistry codecs) throws IOException {
        return find(store, codecs)
                .orElseThrow(() -> new SnapshotNotFoundException(
                        store.toString(),
                        "There is no repository in " + store + ": it has no " + RepositoryLayout.REPOSITORY
                                + "; check bucket and prefix, or make one by creating a snapshot"));
    }

    /**
     * Opens a repository, making it first if the store is empty. Of several clients that make one at once, one wins and
     * the others use its.
     *
     * @param newId id of the repository if it is made
     */
    public static Repository openOrCreate(StorageProvider store, CodecRegistry codecs, String newId)
            throws IOException {
        Optional<Repository> existing = find(store, codecs);
        if (existing.isPresent()) {
            return existing.get();
        }
        RepositoryDescriptor descriptor = new RepositoryDescriptor(newId);
        try {
            StorageProviders.putBytes(store, RepositoryLayout.REPOSITORY, descriptor.encode(), PutOptions.IF_ABSENT);
        } catch (PreconditionFailedException somebodyWasFaster) {
            return open(store, codecs);
        }
        return new Repository(store, codecs, descriptor);
    }

    /**
     * Opens a repository that holds copies of another's snapshots, making it first, under the same id, if the store is
     * empty.
     *
     * @throws SnapshotConflictException if the store holds a repository of its own
     */
    public static Repository openReplica(StorageProvider store, Repository original) throws IOException {
        Repository replica = openOrCreate(store, original.codecs, original.id());
        if (!replica.id().equals(original.id())) {
            throw new SnapshotConflictException(
                    replica.store.toString(),
                    replica.store + " holds repository " + replica.id() + ", which is no replica of "
                            + original.store + " (" + original.id()
                            + "); replicate into an empty bucket, prefix or folder",
                    null);
        }
        return replica;
    }

    private static Optional<Repository> find(StorageProvider store, CodecRegistry codecs) throws IOException {
        try {
            byte[] content =
                    StorageProviders.readFully(store, RepositoryLayout.REPOSITORY, RepositoryDescriptor.MAX_BYTES);
            return Optional.of(new Repository(store, codecs, RepositoryDescriptor.decode(content)));
        } catch (ObjectNotFoundException none) {
            return Optional.empty();
        }
    }

    public String id() {
        return descriptor.id();
    }

    public StorageProvider store() {
        return store;
    }

    @Override
    public CodecRegistry codecs() {
        return codecs;
    }

    /** All snapshots, newest first. */
    public List<SnapshotId> snapshots() throws IOException {
        return snapshots(store);
    }

    /** All snapshots of a store, newest first; none if there is no repository. */
    public static List<SnapshotId> snapshots(StorageProvider store) throws IOException {
        List<SnapshotId> ids = new ArrayList<>();
        StorageProviders.listAll(
                store,
                RepositoryLayout.SNAPSHOTS,
                object -> RepositoryLayout.snapshotOfManifest(object.key()).ifPresent(ids::add));
        Collections.sort(ids, Collections.reverseOrder());
        return ids;
    }

    @Override
    public boolean exists(SnapshotId id) throws IOException {
        return store.stat(RepositoryLayout.manifest(id)).isPresent();
    }

    /** Reads what a snapshot says of itself. */
    public ManifestHeader header(SnapshotId id) throws IOException {
        String key = RepositoryLayout.manifest(id);
        return Manifests.checked(ManifestReader.readHeader(decoded(id), key), id, descriptor.id());
    }

    @Override
    public ManifestReader manifest(SnapshotId id) throws IOException {
        return Manifests.open(decoded(id), id, descriptor.id());
    }

    /** Opens a manifest of this repository that was copied from it. */
    ManifestReader manifest(SnapshotId id, ContentSource copy) throws IOException {
        String key = RepositoryLayout.manifest(id);
        InputStream lines = Manifests.decode(Channels.newInputStream(copy.open(0)), key, codecs);
        return Manifests.open(lines, id, descriptor.id());
    }

    /** Opens the manifest as it is stored, byte for byte; nothing if there is no such snapshot. */
    Optional<InputStream> storedManifest(SnapshotId id) throws IOException {
        try {
            return Optional.of(Channels.newInputStream(
                    store.open(RepositoryLayout.manifest(id)).content()));
        } catch (ObjectNotFoundException none) {
            return Optional.empty();
        }
    }

    private InputStream decoded(SnapshotId id) throws IOException {
        String key = RepositoryLayout.manifest(id);
        try {
            OpenedObject manifest = store.open(key);
            if (manifest.lengthBytes() == 0) {
                manifest.close();
                throw new DataIntegrityException(key, 0, key + " is empty", null);
            }
            return Manifests.decode(Channels.newInputStream(manifest.content()), key, codecs);
        } catch (ObjectNotFoundException none) {
            throw noSuchSnapshot(id);
        }
    }

    SnapshotNotFoundException noSuchSnapshot(SnapshotId id) {
        return new SnapshotNotFoundException(
                id.value(), "There is no snapshot " + id + " in " + store + "; list shows those that exist");
    }

    /**
     * Makes a snapshot exist. Every pack that the manifest names must be durable before.
     *
     * @param manifest the encoded manifest
     * @throws SnapshotConflictException if a snapshot of this id exists and is not this one
     */
    public void commit(ManifestHeader header, ContentSource manifest) throws IOException {
        SnapshotId id = header.summary().id();
        try {
            store.put(RepositoryLayout.manifest(id), manifest, PutOptions.IF_ABSENT);
        } catch (PreconditionFailedException exists) {
            // A put whose answer was lost and that was then repeated meets its own object.
            if (!header(id).token().equals(header.token())) {
                throw new SnapshotConflictException(
                        id.value(), "A snapshot " + id + " exists already in " + store, exists);
            }
        } catch (StorageUnavailableException unclear) {
            if (!isCommitted(header, unclear)) {
                throw unclear;
            }
        }
    }

    /** Whether a put whose answer was lost has taken effect. */
    private boolean isCommitted(ManifestHeader header, IOException unclear) {
        try {
            return header(header.summary().id()).token().equals(header.token());
        } catch (IOException absentOrUnreachable) {
            unclear.addSuppressed(absentOrUnreachable);
            return false;
        }
    }

    /**
     * Deletes a snapshot: its manifest, and with it its existence. Packs stay until they are pruned.
     *
     * @throws SnapshotNotFoundException if there is no such snapshot
     * @throws SnapshotConflictException if a create under way relies on it as its parent
     */
    public void delete(SnapshotId id, Clock clock) throws IOException {
        String key = RepositoryLayout.manifest(id);
        if (!exists(id)) {
            throw noSuchSnapshot(id);
        }
        for (LeaseRecord lease : liveLeases(clock)) {
            if (lease.parent().equals(Optional.of(id))) {
                throw new SnapshotConflictException(
                        id.value(),
                        "Snapshot " + id + " is the parent of " + lease.snapshot()
                                + ", which is being created; delete it when that has ended",
                        null);
            }
        }
        store.delete(List.of(key));
    }

    /**
     * Creates and replications that are under way.
     *
     * @throws DataIntegrityException if a lease cannot be read, and is not so old that nobody can be renewing it
     */
    public List<LeaseRecord> liveLeases(Clock clock) throws IOException {
        return new StoredLeases(store, clock).live();
    }

    /** Removes what creates and replications have left that ended without a word. */
    public void deleteAbandonedLeases(Clock clock) throws IOException {
        new StoredLeases(store, clock).deleteAbandoned();
    }
}
